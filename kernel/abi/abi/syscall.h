/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System-call numbers, as classic seL4 on AArch32 defines them. The number
 * travels in r7 of `svc #0`; r0 holds the capability pointer (on return the
 * badge), r1 the message info, r2-r5 message registers 0-3.
 */
#pragma once

enum syscall {
  SYSCALL_CALL = -1,
  SYSCALL_REPLY_RECV = -2,
  SYSCALL_SEND = -3,
  SYSCALL_NB_SEND = -4,
  SYSCALL_RECV = -5,
  SYSCALL_REPLY = -6,
  SYSCALL_YIELD = -7,
  SYSCALL_NB_RECV = -8,
  /* Outside the API range: answered before the unknown-syscall fault. */
  SYSCALL_DEBUG_PUT_CHAR = -9,
  SYSCALL_DEBUG_DUMP_SCHEDULER = -10,
  SYSCALL_DEBUG_HALT = -11,
  SYSCALL_DEBUG_CAP_IDENTIFY = -12,
  SYSCALL_DEBUG_SNAPSHOT = -13,
  SYSCALL_DEBUG_NAME_THREAD = -14,
  SYSCALL_SET_TLS_BASE = -30,
  /* -64 and below belong to extensions behind hook_syscall (shim/abi). */
};

#define SYSCALL_API_FIRST (-8)
