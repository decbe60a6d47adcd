/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See system.h. RAM: root CNode and page directory at its bottom, threads from
 * 64 KiB, their IPC buffers from 128 KiB, the untyped at 4 MiB.
 */
#include "harness/system.h"

#include "harness/check.h"
#include "harness/fake_arch.h"
#include "kernel/arch.h"
#include "kernel/asid.h"
#include "kernel/delete.h"
#include "kernel/irq.h"
#include "kernel/syscall.h"
#include "kernel/untyped.h"
#include "kernel/vspace.h"
#include "kernel/vspace_table.h"

#include <stdlib.h>
#include <string.h>

#define CNODE_PADDR RAM_BASE
#define POOL_PADDR (RAM_BASE + 0x2000u)
#define DIRECTORY_PADDR (RAM_BASE + 0x4000u)
#define THREADS_PADDR (RAM_BASE + 0x10000u)
#define BUFFERS_PADDR (RAM_BASE + 0x20000u)
#define PAGE 4096u
#define THREADS_MAX 16u
#define GUARD_SIZE (WORD_BITS - SYSTEM_RADIX)
#define USER_IP 0x8000u
#define SVC_SIZE 4u
#define PREEMPTED_MAX 1000000u

static struct cap root;
static void (*call_entry)(void) = kernel_syscall;
static word_t thread_count;

static void insert(word_t index, struct cap cap) {
  slot_insert_root(system_slot(index), cap);
}

/* The kernel's own variables must not remember the system before. */
static void forget(void) {
  if (root.type != CAP_CNODE)
    return;
  for (word_t irq = 0; irq < IRQ_COUNT; irq++)
    irq_handler_destroy(irq);
  if (delete_descendants(system_slot(SLOT_UNTYPED)) != ERR_NONE)
    abort();
  for (word_t i = 0; i < thread_count; i++)
    tcb_destroy(tcb_at(THREADS_PADDR + (i << TCB_BITS)));
  thread_count = 0;
  sched_current = NULL;
  sched_schedule();
}

static void insert_memory(void) {
  struct cap untyped = cap_untyped(SYSTEM_UNTYPED, SYSTEM_UNTYPED_BITS, false);

  cap_untyped_set_watermark(&untyped, 1u << SYSTEM_UNTYPED_BITS);
  insert(SLOT_UNTYPED, untyped);
  insert(SLOT_DEVICE, cap_untyped(SYSTEM_DEVICE, SYSTEM_DEVICE_BITS, true));
}

static void insert_space(void) {
  struct cap directory = cap_page_directory(DIRECTORY_PADDR);

  asid_pool_register(0, POOL_PADDR);
  vspace_object_init(OBJECT_PAGE_DIRECTORY, DIRECTORY_PADDR);
  asid_set(ASID_ROOT, DIRECTORY_PADDR);
  cap_page_directory_set_asid(&directory, ASID_ROOT);
  insert(SLOT_DIRECTORY, directory);
  insert(SLOT_ASID_POOL, cap_asid_pool(POOL_PADDR, 0));
  insert(SLOT_ASID_CONTROL, cap_asid_control());
}

void system_start(void) {
  fake_hooks_reset();
  forget();
  fake_arch_reset();
  memset(untyped_dirty, 0, sizeof(untyped_dirty));
  vspace_table_init(FAKE_RAM_SIZE);
  root = cap_cnode(CNODE_PADDR, SYSTEM_RADIX);
  if (!cap_cnode_set_guard(&root, GUARD_SIZE << 3))
    abort();
  insert(SLOT_CNODE, root);
  insert(SLOT_IRQ_CONTROL, cap_irq_control());
  insert(SLOT_DOMAIN, cap_domain());
  insert_memory();
  insert_space();
  fake_hooks_reset();
}

struct tcb *system_bare_thread(word_t priority) {
  word_t i = thread_count++;
  paddr_t paddr = THREADS_PADDR + (i << TCB_BITS);
  struct tcb *tcb = tcb_at(paddr);

  if (i >= THREADS_MAX)
    abort();
  tcb_init(tcb);
  tcb->priority = priority;
  tcb->mcp = TCB_PRIORITY_MAX;
  tcb->context.reg[CONTEXT_PC] = USER_IP;
  tcb->context.reg[CONTEXT_FAULT_IP] = USER_IP;
  slot_insert(&tcb->slots[TCB_SLOT_CSPACE], system_slot(SLOT_CNODE), root);
  insert(SLOT_THREADS + i, cap_tcb(paddr));
  return tcb;
}

struct tcb *system_thread(word_t priority) {
  paddr_t frame = BUFFERS_PADDR + thread_count * PAGE;
  struct tcb *tcb = system_bare_thread(priority);

  slot_insert_root(&tcb->slots[TCB_SLOT_BUFFER],
                   cap_frame(frame, FRAME_SMALL, FRAME_READ_WRITE, false));
  slot_insert(&tcb->slots[TCB_SLOT_VSPACE], system_slot(SLOT_DIRECTORY),
              system_cap(SLOT_DIRECTORY));
  tcb->ipc_buffer = PAGE;
  return tcb;
}

struct tcb *system_wake(struct tcb *tcb) {
  thread_set_state(tcb, THREAD_RUNNING);
  sched_wake(tcb);
  sched_schedule();
  return sched_current;
}

struct ipc_buffer *system_buffer(const struct tcb *tcb) {
  return arch_ptr(BUFFERS_PADDR +
                  ((arch_paddr(tcb) - THREADS_PADDR) >> TCB_BITS) * PAGE);
}

struct cap_slot *system_slot(word_t index) {
  return slot_of_cnode(&root, index);
}

struct cap system_cap(word_t index) {
  return slot_cap(system_slot(index));
}

/* ---- what the current thread does ---------------------------------------- */

static void write_message(struct tcb *tcb, const struct message *message) {
  struct ipc_buffer *buffer = system_buffer(tcb);

  for (word_t i = 0; i < MESSAGE_WORDS; i++) {
    if (i < MESSAGE_REGISTERS)
      tcb->context.reg[CONTEXT_R2 + i] = message->words[i];
    else
      buffer->mr[i] = message->words[i];
  }
  for (word_t i = 0; i < MESSAGE_MAX_EXTRA_CAPS; i++)
    buffer->caps_or_badges[i] = message->caps[i];
  tcb->context.reg[CONTEXT_R0] = message->to;
  tcb->context.reg[CONTEXT_R1] =
      MESSAGE_INFO(message->label, 0, message->cap_count, message->length);
}

/* No test of a system expects its kernel to give up. */
static enum fake_end enter(void (*entry)(void)) {
  enum fake_end end = fake_hooks_enter(entry);

  CHECK(end != FAKE_END_PANIC, "the kernel never gives up");
  if (end == FAKE_END_PANIC)
    exit(check_report("kernel panic"));
  return end;
}

enum fake_end system_number(int number) {
  word_t *reg = sched_current->context.reg;

  reg[CONTEXT_R7] = (word_t)number;
  reg[CONTEXT_FAULT_IP] = reg[CONTEXT_PC];
  reg[CONTEXT_PC] += SVC_SIZE;
  return enter(call_entry);
}

void system_enter_by(void (*entry)(void)) {
  call_entry = entry;
}

enum fake_end system_send(int number, const struct message *message) {
  write_message(sched_current, message);
  return system_number(number);
}

enum fake_end system_call(int number, cptr_t cap) {
  sched_current->context.reg[CONTEXT_R0] = cap;
  return system_number(number);
}

enum fake_end system_interrupt(word_t irq) {
  fake_hooks_raise(irq);
  if (sched_current == NULL)
    return enter(kernel_exit);
  sched_current->context.reg[CONTEXT_FAULT_IP] =
      sched_current->context.reg[CONTEXT_PC];
  return enter(kernel_interrupt);
}

static vaddr_t fault_address;
static word_t fault_status;

static void enter_vm_fault(void) {
  kernel_vm_fault(false, fault_address, fault_status);
}

enum fake_end system_vm_fault(vaddr_t address, word_t status) {
  fault_address = address;
  fault_status = status;
  sched_current->context.reg[CONTEXT_FAULT_IP] =
      sched_current->context.reg[CONTEXT_PC];
  return enter(enter_vm_fault);
}

enum err system_invoke(const struct message *message) {
  struct tcb *tcb = sched_current;
  word_t ip = tcb->context.reg[CONTEXT_PC];
  enum fake_end end = system_send(SYSCALL_CALL, message);

  for (word_t i = 0; tcb->context.reg[CONTEXT_PC] == ip; i++) {
    if (end != FAKE_END_USER || sched_current != tcb || i > PREEMPTED_MAX)
      abort();
    end = system_number(SYSCALL_CALL);
  }
  return (enum err)MESSAGE_LABEL(tcb->context.reg[CONTEXT_R1]);
}

/* ---- what a thread has received ------------------------------------------ */

word_t system_word(const struct tcb *tcb, word_t n) {
  return n < MESSAGE_REGISTERS ? tcb->context.reg[CONTEXT_R2 + n]
                               : system_buffer(tcb)->mr[n];
}

word_t system_badge(const struct tcb *tcb) {
  return tcb->context.reg[CONTEXT_R0];
}

word_t system_info(const struct tcb *tcb) {
  return tcb->context.reg[CONTEXT_R1];
}

/* ---- shorthand ----------------------------------------------------------- */

enum err system_retype(word_t type, word_t size_bits, word_t slot,
                       word_t count) {
  return INVOKE(.to = SLOT_UNTYPED, .label = INVOCATION_UNTYPED_RETYPE,
                .length = 6, .words = {type, size_bits, 0, 0, slot, count},
                .cap_count = 1, .caps = {SLOT_CNODE});
}

enum err system_copy(word_t dest, word_t source, word_t rights) {
  return INVOKE(.to = SLOT_CNODE, .label = INVOCATION_CNODE_COPY, .length = 5,
                .words = {dest, WORD_BITS, source, WORD_BITS, rights},
                .cap_count = 1, .caps = {SLOT_CNODE});
}

enum err system_mint(word_t dest, word_t source, word_t badge) {
  return INVOKE(.to = SLOT_CNODE, .label = INVOCATION_CNODE_MINT, .length = 6,
                .words = {dest, WORD_BITS, source, WORD_BITS, RIGHTS_ALL,
                          badge},
                .cap_count = 1, .caps = {SLOT_CNODE});
}

enum err system_delete(word_t slot) {
  return INVOKE(.to = SLOT_CNODE, .label = INVOCATION_CNODE_DELETE, .length = 2,
                .words = {slot, WORD_BITS});
}

enum err system_revoke(word_t slot) {
  return INVOKE(.to = SLOT_CNODE, .label = INVOCATION_CNODE_REVOKE, .length = 2,
                .words = {slot, WORD_BITS});
}

/* ---- invariants ---------------------------------------------------------- */

static bool link_is_sound(const struct cap_slot *slot) {
  const word_t address = ~((1u << SLOT_BITS) - 1);
  paddr_t self = arch_paddr(slot);
  paddr_t prev = slot->prev & address;
  paddr_t next = slot->next & address;

  if (slot_is_empty(slot))
    return prev == 0 && slot->next == 0;
  if (prev != 0 &&
      (((struct cap_slot *)arch_ptr(prev))->next & address) != self)
    return false;
  return next == 0 ||
         (((struct cap_slot *)arch_ptr(next))->prev & address) == self;
}

bool system_lists_are_sound(void) {
  bool sound = true;

  for (word_t i = 0; i < SYSTEM_SLOTS; i++)
    sound = sound && link_is_sound(system_slot(i));
  for (word_t i = 0; i < thread_count; i++) {
    const struct tcb *tcb = tcb_at(THREADS_PADDR + (i << TCB_BITS));

    for (word_t k = 0; k < TCB_SLOT_COUNT; k++)
      sound = sound && link_is_sound(&tcb->slots[k]);
  }
  return sound;
}
