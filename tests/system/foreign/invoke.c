/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls of kernel objects, by a root task's first thread. */
#include "sel4.h"

word_t regs[6];
struct ipc_buffer *buffer;

word_t invoke(word_t cap, word_t call, const word_t *words) {
  regs[0] = cap;
  regs[1] = call;
  for (word_t i = 0; i < (call & 0x7fu); i++) {
    if (i < 4)
      regs[2 + i] = words[i];
    else
      buffer->mr[i] = words[i];
  }
  trap(regs, (word_t)SYS_CALL);
  return regs[1] >> 12;
}
