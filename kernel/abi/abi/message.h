/* SPDX-License-Identifier: BSD-2-Clause */
/* Message info word and IPC buffer of the seL4 ABI. */
#pragma once

#include "abi/types.h"

#define MESSAGE_MAX_WORDS 120
#define MESSAGE_REGISTERS 4 /* MR0..MR3 travel in r2..r5 */
#define MESSAGE_MAX_EXTRA_CAPS 3

/* bits 0-6 length, 7-8 extra caps, 9-11 caps unwrapped, 12-31 label */
#define MESSAGE_LENGTH(info) ((info)&0x7fu)
#define MESSAGE_EXTRA_CAPS(info) (((info) >> 7) & 0x3u)
#define MESSAGE_CAPS_UNWRAPPED(info) (((info) >> 9) & 0x7u)
#define MESSAGE_LABEL(info) ((info) >> 12)
#define MESSAGE_INFO(label, unwrapped, caps, length)                           \
  (((word_t)(label) << 12) | ((word_t)(unwrapped) << 9) |                      \
   ((word_t)(caps) << 7) | (word_t)(length))

#define IPC_BUFFER_BITS 9

struct ipc_buffer {
  word_t tag;                                    /* unused by the kernel */
  word_t mr[MESSAGE_MAX_WORDS];                  /* offset 4 */
  word_t user_data;                              /* offset 484 */
  word_t caps_or_badges[MESSAGE_MAX_EXTRA_CAPS]; /* offset 488 */
  cptr_t receive_cnode;                          /* offset 500 */
  word_t receive_index;                          /* offset 504 */
  word_t receive_depth;                          /* offset 508 */
};

_Static_assert(sizeof(struct ipc_buffer) == 1u << IPC_BUFFER_BITS,
               "the IPC buffer is 512 bytes");
_Static_assert(offsetof(struct ipc_buffer, caps_or_badges) == 488, "ABI");
_Static_assert(offsetof(struct ipc_buffer, receive_cnode) == 500, "ABI");
