/* SPDX-License-Identifier: BSD-2-Clause */
/* Private: the one way in which kernel objects are invoked. */
#pragma once

#include "abi/invocation.h"
#include "sel4/types.h"

struct invoke_call {
  seL4_CPtr object;
  enum invocation label;
  word_t cap_count;
  word_t word_count;
  seL4_CPtr caps[MESSAGE_MAX_EXTRA_CAPS];
  word_t words[8];
};

/**
 * Call `call->object`. Words of the reply (result, or the explanation of an
 * error) are then in MR0-3 of the IPC buffer, and beyond.
 */
seL4_Error invoke(const struct invoke_call *call);

/* Number of arguments, and an invocation from caps and words as lists. */
#define INVOKE_COUNT(type, ...) (sizeof((type[]){__VA_ARGS__}) / sizeof(type))
#define CAPS(...)                                                              \
  .cap_count = INVOKE_COUNT(seL4_CPtr, __VA_ARGS__), .caps = {__VA_ARGS__}
#define WORDS(...)                                                             \
  .word_count = INVOKE_COUNT(word_t, __VA_ARGS__), .words = {__VA_ARGS__}
#define INVOKE(target, what, ...)                                              \
  invoke(&(const struct invoke_call){                                          \
      .object = (target), .label = INVOCATION_##what, __VA_ARGS__})
