/* SPDX-License-Identifier: BSD-2-Clause */
/* The system-call ABI of classic seL4 on AArch32, as far as the test needs it,
 * written anew: nothing of this tree is included. */
#pragma once

#include <stdint.h>

typedef uint32_t word_t;

enum { SYS_CALL = -1, SYS_RECV = -5, SYS_HALT = -11, SYS_SET_TLS_BASE = -30 };
enum {
  UNTYPED_RETYPE = 1,
  TCB_SET_PRIORITY = 6,
  IRQ_ISSUE = 26,
  IRQ_ACK = 27,
  IRQ_SET = 28,
  PAGE_TABLE_MAP = 37,
  PAGE_MAP = 39,
  PAGE_GET_ADDRESS = 45,
  CNODE_MINT = 21,
};
enum { OBJ_UNTYPED = 0, OBJ_NOTIFICATION = 3, OBJ_PAGE = 6, OBJ_TABLE = 10 };
enum { CAP_TCB = 1, CAP_CNODE = 2, CAP_PD = 3, CAP_IRQ = 4, CAP_BUFFER = 10 };

struct untyped {
  word_t paddr;
  uint8_t bits, device;
  uint16_t zero;
};

struct span {
  word_t start, end;
};

struct bootinfo {
  word_t extra_len, node, nodes, iopt_levels;
  struct ipc_buffer *buffer;
  struct span empty, shared, image, paging, io_spaces, extra_pages;
  word_t cnode_bits, domain;
  struct span untyped;
  struct untyped list[230];
};

struct ipc_buffer {
  word_t tag, mr[120], user, caps[3], receive[3];
};

struct chunk {
  word_t id, length;
};

word_t trap(word_t *regs, word_t number);

/* The buffer of the first thread, which alone invokes. */
extern struct ipc_buffer *buffer;

/* r0 to r5 of its last call. */
extern word_t regs[6];

#define INFO(label, caps, length) ((label) << 12 | (caps) << 7 | (length))

/* Call `cap` with INFO(label, capabilities, words). @return The error. */
word_t invoke(word_t cap, word_t call, const word_t *words);
