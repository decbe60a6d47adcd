/* SPDX-License-Identifier: BSD-2-Clause */
/* Marshalling of invocations: lists of words and caps into one Call. */
#include "invoke.h"

#include "sel4/syscalls.h"

#include <string.h>

seL4_Error invoke(const struct invoke_call *call) {
  struct ipc_buffer *buffer = seL4_GetIPCBuffer();
  memcpy(buffer->mr, call->words, call->word_count * sizeof call->words[0]);
  memcpy(buffer->caps_or_badges, call->caps,
         call->cap_count * sizeof call->caps[0]);
  seL4_MessageInfo_t reply = seL4_Call(
      call->object,
      seL4_MessageInfo_new(call->label, 0, call->cap_count, call->word_count));
  return (seL4_Error)seL4_MessageInfo_get_label(reply);
}
