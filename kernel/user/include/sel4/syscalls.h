/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seL4's system calls under their public names. Each is one `svc #0` in ARM
 * state with the number in r7 (abi/syscall.h). Messages of up to four words
 * travel in registers; these functions keep MR0-3 in the IPC buffer for the
 * caller, the ...WithMRs forms hand them over directly.
 * Context: any thread after rt_thread_enter.
 */
#pragma once

#include "abi/syscall.h"
#include "rt/thread.h"
#include "sel4/types.h"

/* The registers that a system call reads and writes. */
struct rt_trap {
  word_t r0; /* capability in, badge out */
  word_t r1; /* message info */
  word_t mr[MESSAGE_REGISTERS];
};

/* Enter the kernel with call `number`. The one place with an svc. */
static inline void rt_trap(enum syscall number, struct rt_trap *trap) {
  register word_t r0 __asm__("r0") = trap->r0;
  register word_t r1 __asm__("r1") = trap->r1;
  register word_t r2 __asm__("r2") = trap->mr[0];
  register word_t r3 __asm__("r3") = trap->mr[1];
  register word_t r4 __asm__("r4") = trap->mr[2];
  register word_t r5 __asm__("r5") = trap->mr[3];
  register word_t r7 __asm__("r7") = (word_t)number;
  __asm__ volatile("svc #0"
                   : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r4), "+r"(r5)
                   : "r"(r7)
                   : "memory");
  *trap = (struct rt_trap){r0, r1, {r2, r3, r4, r5}};
}

static inline seL4_IPCBuffer *seL4_GetIPCBuffer(void) {
  return rt_thread_self()->ipc_buffer;
}

static inline seL4_Word seL4_GetMR(int i) {
  return seL4_GetIPCBuffer()->mr[i];
}

static inline void seL4_SetMR(int i, seL4_Word value) {
  seL4_GetIPCBuffer()->mr[i] = value;
}

static inline void seL4_SetCap(int i, seL4_CPtr cap) {
  seL4_GetIPCBuffer()->caps_or_badges[i] = cap;
}

static inline seL4_Word seL4_GetBadge(int i) {
  return seL4_GetIPCBuffer()->caps_or_badges[i];
}

/* Messages: MR0-3 come from, and go to, the IPC buffer. */
void seL4_Send(seL4_CPtr dest, seL4_MessageInfo_t info);
void seL4_NBSend(seL4_CPtr dest, seL4_MessageInfo_t info);
void seL4_Reply(seL4_MessageInfo_t info);
seL4_MessageInfo_t seL4_Call(seL4_CPtr dest, seL4_MessageInfo_t info);
seL4_MessageInfo_t seL4_Recv(seL4_CPtr src, seL4_Word *sender);
seL4_MessageInfo_t seL4_NBRecv(seL4_CPtr src, seL4_Word *sender);
seL4_MessageInfo_t seL4_ReplyRecv(seL4_CPtr src, seL4_MessageInfo_t info,
                                  seL4_Word *sender);

/* The same with MR0-3 by reference; a NULL stands for "not of interest". */
seL4_MessageInfo_t seL4_CallWithMRs(seL4_CPtr dest, seL4_MessageInfo_t info,
                                    seL4_Word *mr0, seL4_Word *mr1,
                                    seL4_Word *mr2, seL4_Word *mr3);
seL4_MessageInfo_t seL4_ReplyRecvWithMRs(seL4_CPtr src, seL4_MessageInfo_t info,
                                         seL4_Word *sender, seL4_Word *mr0,
                                         seL4_Word *mr1, seL4_Word *mr2,
                                         seL4_Word *mr3);

/* Notifications: `sender` gets the signal word. */
void seL4_Signal(seL4_CPtr dest);
void seL4_Wait(seL4_CPtr src, seL4_Word *sender);
void seL4_Poll(seL4_CPtr src, seL4_Word *sender);

static inline void seL4_Yield(void) {
  struct rt_trap trap = {0, 0, {0, 0, 0, 0}};
  rt_trap(SYSCALL_YIELD, &trap);
}

/* TPIDRURO := base, at once. */
static inline void seL4_SetTLSBase(seL4_Word base) {
  struct rt_trap trap = {base, 0, {0, 0, 0, 0}};
  rt_trap(SYSCALL_SET_TLS_BASE, &trap);
}

/* Debugging: the kernel's own console, the ordered end, names. */
void seL4_DebugPutChar(char c);
seL4_Word seL4_DebugCapIdentify(seL4_CPtr cap);

/** End the run with exit code `code`. */
_Noreturn void seL4_DebugHalt(seL4_Word code);

/** Name the thread in the event log; after TCB_Configure. At most 11 bytes
 * are kept there. Overwrites the IPC buffer's message registers. */
void seL4_DebugNameThread(seL4_TCB tcb, const char *name);
