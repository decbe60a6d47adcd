/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel tells the root task: seL4's bootinfo page. */
#pragma once

#include "abi/types.h"

enum root_slot {
  ROOT_SLOT_NULL = 0,
  ROOT_SLOT_TCB = 1,
  ROOT_SLOT_CNODE = 2,
  ROOT_SLOT_VSPACE = 3,
  ROOT_SLOT_IRQ_CONTROL = 4,
  ROOT_SLOT_ASID_CONTROL = 5,
  ROOT_SLOT_ASID_POOL = 6,
  ROOT_SLOT_BOOTINFO_FRAME = 9,
  ROOT_SLOT_IPC_BUFFER = 10,
  ROOT_SLOT_DOMAIN = 11,
  ROOT_SLOT_FIRST_FREE = 16,
};

#define BOOTINFO_MAX_UNTYPED 230

struct bootinfo_slots {
  word_t start; /* first slot */
  word_t end;   /* one past the last */
};

struct bootinfo_untyped {
  paddr_t paddr;
  uint8_t size_bits;
  uint8_t is_device;
  uint8_t padding[2];
};

struct bootinfo {
  word_t extra_len; /* bytes of extra bootinfo, headers included */
  word_t node_id;
  word_t node_count;
  word_t iopt_levels;
  vaddr_t ipc_buffer;
  struct bootinfo_slots empty;
  struct bootinfo_slots shared_frames;
  struct bootinfo_slots user_image_frames;
  struct bootinfo_slots user_image_paging;
  struct bootinfo_slots io_space_caps;
  struct bootinfo_slots extra_pages;
  word_t root_cnode_bits;
  word_t root_domain;
  struct bootinfo_slots untyped;
  struct bootinfo_untyped untyped_list[BOOTINFO_MAX_UNTYPED];
};

_Static_assert(offsetof(struct bootinfo, untyped) == 76, "ABI");
_Static_assert(sizeof(struct bootinfo) == 1924, "ABI");

/* Extra bootinfo: a row of chunks {id, length with this header, data}. */
enum bootinfo_chunk_id {
  BOOTINFO_CHUNK_PADDING = 0,
  BOOTINFO_CHUNK_DEVICE_TREE = 6,
  BOOTINFO_CHUNK_BOOT_ARGUMENTS = 0x5452, /* ours: struct boot_arguments */
};

struct bootinfo_chunk {
  word_t id;
  word_t length;
};
