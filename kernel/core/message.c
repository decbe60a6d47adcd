/* SPDX-License-Identifier: BSD-2-Clause */
/* Where message words live. Never reads beyond the 120 words of a buffer. */
#include "kernel/message.h"

#include "kernel/tcb.h"

word_t message_word(const struct tcb *tcb, const struct ipc_buffer *buffer,
                    word_t n) {
  if (n < MESSAGE_REGISTERS)
    return tcb->context.reg[CONTEXT_R2 + n];
  return buffer != NULL && n < MESSAGE_MAX_WORDS ? buffer->mr[n] : 0;
}

bool message_put(struct tcb *tcb, struct ipc_buffer *buffer, word_t n,
                 word_t value) {
  if (n < MESSAGE_REGISTERS)
    tcb->context.reg[CONTEXT_R2 + n] = value;
  else if (buffer != NULL && n < MESSAGE_MAX_WORDS)
    buffer->mr[n] = value;
  else
    return false;
  return true;
}
