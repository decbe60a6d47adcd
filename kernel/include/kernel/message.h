/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Message words of a thread: MR0-MR3 in registers, the others in its IPC
 * buffer, if it has one.
 */
#pragma once

#include "abi/message.h"
#include "abi/types.h"
#include "kernel/compiler.h"

struct tcb;

/* Does a message use more than registers? Else the buffer is not looked up. */
static inline bool message_needs_buffer(word_t info) {
  return MESSAGE_LENGTH(info) > MESSAGE_REGISTERS ||
         MESSAGE_EXTRA_CAPS(info) != 0;
}

/* Length that a message info word stands for, with or without a buffer. */
static inline word_t message_length(word_t info,
                                    const struct ipc_buffer *buffer) {
  word_t length = MESSAGE_LENGTH(info);
  word_t limit = buffer == NULL ? MESSAGE_REGISTERS : MESSAGE_MAX_WORDS;

  return length < limit ? length : limit;
}

/* Message word n < message_length. */
word_t message_word(const struct tcb *tcb, const struct ipc_buffer *buffer,
                    word_t n);

/* Write message word n. @return false if there is no room for it. */
bool message_put(struct tcb *tcb, struct ipc_buffer *buffer, word_t n,
                 word_t value);
