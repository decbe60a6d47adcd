/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls: moves message words between the IPC buffer and the registers
 * of a trap. Keeps no state of its own.
 */
#include "sel4/syscalls.h"

#include <string.h>

static struct rt_trap trap_load(seL4_CPtr cap, seL4_MessageInfo_t info) {
  const struct ipc_buffer *buffer = seL4_GetIPCBuffer();
  struct rt_trap trap = {.r0 = cap, .r1 = info.words[0]};
  memcpy(trap.mr, buffer->mr, sizeof trap.mr);
  return trap;
}

static seL4_MessageInfo_t trap_store(const struct rt_trap *trap,
                                     seL4_Word *sender) {
  memcpy(seL4_GetIPCBuffer()->mr, trap->mr, sizeof trap->mr);
  if (sender != NULL) {
    *sender = trap->r0;
  }
  return (seL4_MessageInfo_t){{trap->r1}};
}

void seL4_Send(seL4_CPtr dest, seL4_MessageInfo_t info) {
  struct rt_trap trap = trap_load(dest, info);
  rt_trap(SYSCALL_SEND, &trap);
}

void seL4_NBSend(seL4_CPtr dest, seL4_MessageInfo_t info) {
  struct rt_trap trap = trap_load(dest, info);
  rt_trap(SYSCALL_NB_SEND, &trap);
}

void seL4_Reply(seL4_MessageInfo_t info) {
  struct rt_trap trap = trap_load(0, info);
  rt_trap(SYSCALL_REPLY, &trap);
}

seL4_MessageInfo_t seL4_Call(seL4_CPtr dest, seL4_MessageInfo_t info) {
  struct rt_trap trap = trap_load(dest, info);
  rt_trap(SYSCALL_CALL, &trap);
  return trap_store(&trap, NULL);
}

seL4_MessageInfo_t seL4_Recv(seL4_CPtr src, seL4_Word *sender) {
  struct rt_trap trap = trap_load(src, (seL4_MessageInfo_t){{0}});
  rt_trap(SYSCALL_RECV, &trap);
  return trap_store(&trap, sender);
}

seL4_MessageInfo_t seL4_NBRecv(seL4_CPtr src, seL4_Word *sender) {
  struct rt_trap trap = trap_load(src, (seL4_MessageInfo_t){{0}});
  rt_trap(SYSCALL_NB_RECV, &trap);
  return trap_store(&trap, sender);
}

seL4_MessageInfo_t seL4_ReplyRecv(seL4_CPtr src, seL4_MessageInfo_t info,
                                  seL4_Word *sender) {
  struct rt_trap trap = trap_load(src, info);
  rt_trap(SYSCALL_REPLY_RECV, &trap);
  return trap_store(&trap, sender);
}

/* The registers' side of a ...WithMRs call; NULL words read as 0. */
static seL4_MessageInfo_t trap_with(enum syscall number, struct rt_trap *trap,
                                    seL4_Word *const mrs[MESSAGE_REGISTERS]) {
  for (int i = 0; i < MESSAGE_REGISTERS; i++) {
    trap->mr[i] = mrs[i] != NULL ? *mrs[i] : 0;
  }
  rt_trap(number, trap);
  for (int i = 0; i < MESSAGE_REGISTERS; i++) {
    if (mrs[i] != NULL) {
      *mrs[i] = trap->mr[i];
    }
  }
  return (seL4_MessageInfo_t){{trap->r1}};
}

/* NOLINTBEGIN(readability-function-size): seL4's own parameter lists */
seL4_MessageInfo_t seL4_CallWithMRs(seL4_CPtr dest, seL4_MessageInfo_t info,
                                    seL4_Word *mr0, seL4_Word *mr1,
                                    seL4_Word *mr2, seL4_Word *mr3) {
  struct rt_trap trap = {.r0 = dest, .r1 = info.words[0]};
  seL4_Word *const mrs[] = {mr0, mr1, mr2, mr3};
  return trap_with(SYSCALL_CALL, &trap, mrs);
}

seL4_MessageInfo_t seL4_ReplyRecvWithMRs(seL4_CPtr src, seL4_MessageInfo_t info,
                                         seL4_Word *sender, seL4_Word *mr0,
                                         seL4_Word *mr1, seL4_Word *mr2,
                                         seL4_Word *mr3) {
  struct rt_trap trap = {.r0 = src, .r1 = info.words[0]};
  seL4_Word *const mrs[] = {mr0, mr1, mr2, mr3};
  seL4_MessageInfo_t received = trap_with(SYSCALL_REPLY_RECV, &trap, mrs);
  if (sender != NULL) {
    *sender = trap.r0;
  }
  return received;
}
/* NOLINTEND(readability-function-size) */

void seL4_Signal(seL4_CPtr dest) {
  struct rt_trap trap = {.r0 = dest};
  rt_trap(SYSCALL_SEND, &trap);
}

static void receive_signal(enum syscall number, seL4_CPtr src,
                           seL4_Word *sender) {
  struct rt_trap trap = {.r0 = src};
  rt_trap(number, &trap);
  if (sender != NULL) {
    *sender = trap.r0;
  }
}

void seL4_Wait(seL4_CPtr src, seL4_Word *sender) {
  receive_signal(SYSCALL_RECV, src, sender);
}

void seL4_Poll(seL4_CPtr src, seL4_Word *sender) {
  receive_signal(SYSCALL_NB_RECV, src, sender);
}

void seL4_DebugPutChar(char c) {
  struct rt_trap trap = {.r0 = (uint8_t)c};
  rt_trap(SYSCALL_DEBUG_PUT_CHAR, &trap);
}

seL4_Word seL4_DebugCapIdentify(seL4_CPtr cap) {
  struct rt_trap trap = {.r0 = cap};
  rt_trap(SYSCALL_DEBUG_CAP_IDENTIFY, &trap);
  return trap.r0;
}

_Noreturn void seL4_DebugHalt(seL4_Word code) {
  struct rt_trap trap = {.r0 = code};
  for (;;) {
    rt_trap(SYSCALL_DEBUG_HALT, &trap);
  }
}

void seL4_DebugNameThread(seL4_TCB tcb, const char *name) {
  struct ipc_buffer *buffer = seL4_GetIPCBuffer();
  strncpy((char *)buffer->mr, name, sizeof buffer->mr - 1);
  ((char *)buffer->mr)[sizeof buffer->mr - 1] = '\0';
  struct rt_trap trap = {.r0 = tcb};
  rt_trap(SYSCALL_DEBUG_NAME_THREAD, &trap);
}

void rt_thread_enter(struct rt_thread *thread) {
  seL4_SetTLSBase((word_t)(uintptr_t)thread);
}
