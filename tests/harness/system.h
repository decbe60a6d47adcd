/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small system for unit tests of the kernel, made through the kernel's own
 * API: one CNode that all threads share, some memory, and threads that make
 * system calls when the test says so. Slots are named by their index, which is
 * also their capability pointer.
 */
#pragma once

#include "abi/invocation.h"
#include "abi/message.h"
#include "abi/syscall.h"
#include "harness/fake_hooks.h"
#include "kernel/sched.h"
#include "kernel/slot.h"
#include "kernel/tcb.h"

#define SYSTEM_RADIX 8
#define SYSTEM_SLOTS (1u << SYSTEM_RADIX)

enum system_slot {
  SLOT_CNODE = 1,
  SLOT_UNTYPED = 2, /* SYSTEM_UNTYPED, with RAM of its own */
  SLOT_DEVICE = 3,  /* 1 MiB of device memory */
  SLOT_IRQ_CONTROL = 4,
  SLOT_DIRECTORY = 5, /* with an ASID */
  SLOT_ASID_POOL = 6,
  SLOT_ASID_CONTROL = 7,
  SLOT_DOMAIN = 8,
  SLOT_THREADS = 16, /* TCB of thread i is in slot SLOT_THREADS + i */
  SLOT_FREE = 32,    /* from here on empty */
};

#define SYSTEM_UNTYPED 0x10400000u
#define SYSTEM_UNTYPED_BITS 22
#define SYSTEM_DEVICE 0x02000000u
#define SYSTEM_DEVICE_BITS 20

#define MESSAGE_WORDS 24

/* A message as a program would send it. */
struct message {
  cptr_t to;
  word_t label;
  word_t length;
  word_t words[MESSAGE_WORDS];
  word_t cap_count;
  cptr_t caps[MESSAGE_MAX_EXTRA_CAPS];
};

/* Forget everything and build the system; no thread yet. */
void system_start(void);

/*
 * New inactive thread of that priority, maximum controlled priority 255, with
 * the common CNode, SLOT_DIRECTORY and an IPC buffer of its own.
 */
struct tcb *system_thread(word_t priority);

/* The same with a TCB only, as Retype makes it, but for its CNode. */
struct tcb *system_bare_thread(word_t priority);

/* Make it runnable and let the scheduler decide. @return sched_current. */
struct tcb *system_wake(struct tcb *tcb);

struct ipc_buffer *system_buffer(const struct tcb *tcb);

/* Slot `index` of the common CNode, and its capability. */
struct cap_slot *system_slot(word_t index);
struct cap system_cap(word_t index);

/* ---- what the current thread does ---------------------------------------- */

/* System call with a message; r0 and the message registers are set first. */
enum fake_end system_send(int number, const struct message *message);

/* System call that only names a capability (Recv, NBRecv) or nothing. */
enum fake_end system_call(int number, cptr_t cap);

/* Any number at all. */
enum fake_end system_number(int number);

/* How system calls enter the kernel from now on; at first kernel_syscall. */
void system_enter_by(void (*entry)(void));

/* An interrupt comes while the current thread is in user mode (or idle). */
enum fake_end system_interrupt(word_t irq);

/* A data abort in user mode. */
enum fake_end system_vm_fault(vaddr_t address, word_t status);

/*
 * Call on a kernel object; runs it again for as long as it is preempted.
 * @return The error of the reply.
 */
enum err system_invoke(const struct message *message);

#define INVOKE(...) system_invoke(&(struct message){__VA_ARGS__})

/* ---- what a thread has received ------------------------------------------ */

word_t system_word(const struct tcb *tcb, word_t n); /* MRn */
word_t system_badge(const struct tcb *tcb);          /* r0 */
word_t system_info(const struct tcb *tcb);           /* r1 */

/* ---- shorthand for common invocations ------------------------------------ */

/* Retype SLOT_UNTYPED: `count` objects from slot `slot` on. */
enum err system_retype(word_t type, word_t size_bits, word_t slot,
                       word_t count);
enum err system_copy(word_t dest, word_t source, word_t rights);
enum err system_mint(word_t dest, word_t source, word_t badge);
enum err system_delete(word_t slot);
enum err system_revoke(word_t slot);

/*
 * Walk every list of capabilities of the common CNode and of all threads: are
 * neighbours linked in both directions?
 */
bool system_lists_are_sound(void);
