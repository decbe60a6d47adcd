/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/core/tcb*.c: registers, spaces, buffers, suspend and resume. */
#include "kernel/tcb.h"

#include "harness/check.h"
#include "harness/fake_arch.h"
#include "harness/system.h"
#include "kernel/arch.h"

#define TARGET (SLOT_THREADS + 1)
#define SELF SLOT_THREADS
#define FRAME SLOT_FREE

static struct tcb *self;
static struct tcb *target;

static void start(void) {
  system_start();
  self = system_thread(100);
  target = system_bare_thread(50);
  system_wake(self);
}

static enum err configure(word_t buffer, cptr_t cspace, cptr_t vspace,
                          cptr_t frame) {
  return INVOKE(.to = TARGET, .label = INVOCATION_TCB_CONFIGURE, .length = 4,
                .words = {77, 0, 0, buffer}, .cap_count = 3,
                .caps = {cspace, vspace, frame});
}

/* A Configure that is refused. */
struct refusal {
  word_t buffer;
  cptr_t cspace;
  cptr_t vspace;
  cptr_t frame;
  enum err err;
  const char *what;
};

static void all_refused(const struct refusal *list, size_t count) {
  for (size_t i = 0; i < count; i++)
    CHECK(configure(list[i].buffer, list[i].cspace, list[i].vspace,
                    list[i].frame) == list[i].err,
          list[i].what);
}

static void retype_makes_a_fresh_thread(void) {
  struct cap cap;
  const struct tcb *tcb;

  start();
  CHECK(system_retype(OBJECT_TCB, 0, FRAME, 1) == ERR_NONE, "retype");
  cap = system_cap(FRAME);
  tcb = tcb_at(cap_tcb_paddr(&cap));
  CHECK(tcb->state == THREAD_INACTIVE && tcb->priority == 0 && tcb->mcp == 0 &&
            tcb->slice == TCB_SLICE_TICKS,
        "inactive, priority 0, five ticks");
  CHECK(tcb->context.reg[CONTEXT_CPSR] == FAKE_CPSR_USER, "in user mode");
}

static void registers_are_written_and_read(void) {
  struct message message = {.to = TARGET,
                            .label = INVOCATION_TCB_WRITE_REGISTERS,
                            .length = 21,
                            .words = {0, 19}};

  start();
  for (word_t i = 0; i < 19; i++)
    message.words[2 + i] = 1000 + i;
  CHECK(system_invoke(&message) == ERR_NONE, "write");
  CHECK(target->context.reg[CONTEXT_PC] == 1000 &&
            target->context.reg[CONTEXT_FAULT_IP] == 1000,
        "pc comes first");
  CHECK(target->context.reg[CONTEXT_CPSR] == FAKE_CPSR_USER,
        "the mode can not be chosen");
  CHECK(target->context.reg[CONTEXT_R2] == 1010 &&
            target->context.reg[CONTEXT_TPIDRURO] == 1018,
        "in the order of the ABI");
  CHECK(INVOKE(.to = TARGET, .label = INVOCATION_TCB_READ_REGISTERS,
               .length = 2, .words = {0, 19}) == ERR_NONE &&
            MESSAGE_LENGTH(system_info(self)) == 19,
        "read");
  for (word_t i = 0; i < 19; i++)
    CHECK(i == 2 || system_word(self, i) == 1000 + i, "in the same order");
}

static void register_access_has_preconditions(void) {
  start();
  CHECK(INVOKE(.to = TARGET, .label = INVOCATION_TCB_READ_REGISTERS,
               .length = 2, .words = {0, 20}) == ERR_RANGE &&
            system_word(self, 0) == 1 && system_word(self, 1) == 19,
        "1 to 19 are read");
  CHECK(INVOKE(.to = SELF, .label = INVOCATION_TCB_READ_REGISTERS, .length = 2,
               .words = {0, 1}) == ERR_ILLEGAL_OPERATION,
        "not of oneself");
  CHECK(INVOKE(.to = TARGET, .label = INVOCATION_TCB_WRITE_REGISTERS,
               .length = 3, .words = {0, 2}) == ERR_TRUNCATED_MESSAGE,
        "all must be in the message");
  CHECK(INVOKE(.to = SELF, .label = INVOCATION_TCB_WRITE_REGISTERS, .length = 3,
               .words = {0, 1}) == ERR_ILLEGAL_OPERATION,
        "not of oneself either");
}

static void a_caller_without_buffer_has_four_words(void) {
  struct tcb *caller;

  start();
  caller = system_bare_thread(150);
  system_wake(caller);
  CHECK(INVOKE(.to = TARGET, .label = INVOCATION_TCB_WRITE_REGISTERS,
               .length = 6, .words = {0, 3, 1, 2}) == ERR_TRUNCATED_MESSAGE,
        "the others do not count");
  CHECK(INVOKE(.to = TARGET, .label = INVOCATION_TCB_READ_REGISTERS,
               .length = 2, .words = {0, 19}) == ERR_NONE &&
            MESSAGE_LENGTH(system_info(caller)) == 4,
        "nor are they written");
}

static void registers_are_copied(void) {
  start();
  self->context.reg[CONTEXT_R8] = 8;
  self->context.reg[CONTEXT_R6] = 6;
  CHECK(INVOKE(.to = TARGET, .label = INVOCATION_TCB_COPY_REGISTERS,
               .length = 1, .words = {1u << 3}, .cap_count = 1,
               .caps = {SELF}) == ERR_NONE &&
            target->context.reg[CONTEXT_R6] == 6 &&
            target->context.reg[CONTEXT_R8] == 0,
        "the integer ones only");
  CHECK(INVOKE(.to = TARGET, .label = INVOCATION_TCB_COPY_REGISTERS,
               .length = 1, .words = {1u << 2}, .cap_count = 1,
               .caps = {SELF}) == ERR_NONE &&
            target->context.reg[CONTEXT_R8] == 8,
        "the frame ones only");
  CHECK(INVOKE(.to = TARGET, .label = INVOCATION_TCB_COPY_REGISTERS,
               .length = 1, .words = {0}, .cap_count = 1,
               .caps = {SLOT_DOMAIN}) == ERR_INVALID_CAPABILITY &&
            system_word(self, 0) == 1,
        "from a thread");
}

static void configure_installs_all_four(void) {
  start();
  CHECK(system_retype(OBJECT_SMALL_PAGE, 0, FRAME, 1) == ERR_NONE, "a frame");
  CHECK(configure(0x200, SLOT_CNODE, SLOT_DIRECTORY, FRAME) == ERR_NONE,
        "configure");
  CHECK(target->fault_handler == 77 && target->ipc_buffer == 0x200, "words");
  CHECK(slot_type(&target->slots[TCB_SLOT_CSPACE]) == CAP_CNODE &&
            slot_type(&target->slots[TCB_SLOT_VSPACE]) == CAP_PAGE_DIRECTORY &&
            slot_type(&target->slots[TCB_SLOT_BUFFER]) == CAP_FRAME,
        "capabilities");
  CHECK(system_lists_are_sound(), "in the derivation list");
  CHECK(configure(0, SLOT_CNODE, SLOT_DIRECTORY, SLOT_DOMAIN) == ERR_NONE &&
            slot_is_empty(&target->slots[TCB_SLOT_BUFFER]),
        "address 0 removes the buffer, whatever the capability");
}

static void configure_has_preconditions(void) {
  start();
  CHECK(system_retype(OBJECT_SMALL_PAGE, 0, FRAME, 1) == ERR_NONE, "a frame");
  all_refused(
      (struct refusal[]){{0x200, SLOT_CNODE, SLOT_DIRECTORY, SLOT_CNODE,
                          ERR_ILLEGAL_OPERATION, "the buffer is a frame"},
                         {0x204, SLOT_CNODE, SLOT_DIRECTORY, FRAME,
                          ERR_ALIGNMENT, "aligned to 512"},
                         {0x200, SLOT_DOMAIN, SLOT_DIRECTORY, FRAME,
                          ERR_ILLEGAL_OPERATION, "the CSpace is a CNode"},
                         {0x200, SLOT_CNODE, SLOT_CNODE, FRAME,
                          ERR_ILLEGAL_OPERATION,
                          "the VSpace is a page directory"}},
      4);
  CHECK(INVOKE(.to = TARGET, .label = INVOCATION_TCB_CONFIGURE, .length = 4,
               .cap_count = 2,
               .caps = {SLOT_CNODE, SLOT_DIRECTORY}) == ERR_TRUNCATED_MESSAGE,
        "three capabilities");
  CHECK(target->fault_handler == 0, "and nothing has changed");
}

static void a_space_in_deletion_is_not_replaced(void) {
  start();
  CHECK(system_retype(OBJECT_CNODE, 4, FRAME, 1) == ERR_NONE, "a CNode");
  CHECK(configure(0, FRAME, SLOT_DIRECTORY, FRAME) == ERR_NONE, "use it");
  CHECK(system_delete(FRAME) == ERR_NONE, "the thread has the last one now");
  CHECK(configure(0, SLOT_CNODE, SLOT_DIRECTORY, SLOT_CNODE) ==
            ERR_ILLEGAL_OPERATION,
        "replacing it would be a long deletion");
}

static void guards_are_set_on_the_way(void) {
  struct cap cap;

  start();
  CHECK(INVOKE(.to = TARGET, .label = INVOCATION_TCB_SET_SPACE, .length = 3,
               .words = {5, 20u << 3, 0}, .cap_count = 2,
               .caps = {SLOT_CNODE, SLOT_DIRECTORY}) == ERR_NONE,
        "set the spaces");
  cap = slot_cap(&target->slots[TCB_SLOT_CSPACE]);
  CHECK(cap_cnode_guard_size(&cap) == 20, "with another guard");
}

static void suspend_and_resume(void) {
  start();
  target->priority = 150;
  CHECK(INVOKE(.to = TARGET, .label = INVOCATION_TCB_RESUME) == ERR_NONE,
        "resume");
  CHECK(sched_current == target, "a higher thread runs at once");
  thread_suspend(target);
  sched_schedule();
  CHECK(sched_current == self && target->state == THREAD_INACTIVE,
        "and stops when it is suspended");
  CHECK(INVOKE(.to = TARGET, .label = INVOCATION_TCB_SUSPEND) == ERR_NONE,
        "suspending it again is no error");
}

static void a_running_thread_continues_where_it_was(void) {
  start();
  target->priority = 100;
  CHECK(INVOKE(.to = TARGET, .label = INVOCATION_TCB_RESUME) == ERR_NONE, "go");
  system_number(SYSCALL_YIELD);
  CHECK(sched_current == target, "it runs");
  target->context.reg[CONTEXT_PC] = 0x9000;
  system_number(SYSCALL_YIELD);
  CHECK(INVOKE(.to = TARGET, .label = INVOCATION_TCB_SUSPEND) == ERR_NONE &&
            INVOKE(.to = TARGET, .label = INVOCATION_TCB_RESUME) == ERR_NONE,
        "stopped and started");
  system_number(SYSCALL_YIELD);
  CHECK(sched_current == target && target->context.reg[CONTEXT_PC] == 0x9004,
        "behind its last call");
}

static void flags_and_tls(void) {
  start();
  CHECK(INVOKE(.to = TARGET, .label = INVOCATION_TCB_SET_FLAGS, .length = 2,
               .words = {0, 0xffu}) == ERR_NONE &&
            system_word(self, 0) == TCB_FLAG_FPU_DISABLED,
        "one flag exists");
  CHECK(INVOKE(.to = TARGET, .label = INVOCATION_TCB_SET_FLAGS, .length = 2,
               .words = {1, 0}) == ERR_NONE &&
            system_word(self, 0) == 0,
        "it is cleared");
  CHECK(INVOKE(.to = TARGET, .label = INVOCATION_TCB_SET_TLS_BASE, .length = 1,
               .words = {0xabc0}) == ERR_NONE &&
            target->context.reg[CONTEXT_TPIDRURO] == 0xabc0,
        "the TLS base of another thread");
  CHECK(INVOKE(.to = SELF, .label = INVOCATION_TCB_SET_TLS_BASE, .length = 1,
               .words = {0xdef0}) == ERR_NONE &&
            sched_current->context.reg[CONTEXT_TPIDRURO] == 0xdef0,
        "and the own one");
}

static void spaces_have_preconditions(void) {
  start();
  CHECK(system_retype(OBJECT_PAGE_DIRECTORY, 0, FRAME, 1) == ERR_NONE &&
            configure(0, SLOT_CNODE, FRAME, SLOT_CNODE) ==
                ERR_ILLEGAL_OPERATION,
        "a page directory without ASID is none");
  all_refused(
      (struct refusal[]){{0, SLOT_CNODE, SLOT_CNODE, SLOT_CNODE,
                          ERR_ILLEGAL_OPERATION, "nor is a CNode"},
                         {0, SLOT_UNTYPED, SLOT_DIRECTORY, SLOT_CNODE,
                          ERR_REVOKE_FIRST,
                          "untyped memory with children can not be copied"},
                         {0, SLOT_CNODE, SLOT_UNTYPED, SLOT_CNODE,
                          ERR_REVOKE_FIRST, "in neither place"},
                         {0x200, SLOT_CNODE, SLOT_DIRECTORY, SLOT_UNTYPED,
                          ERR_REVOKE_FIRST, "nor as a buffer"}},
      4);
  CHECK(INVOKE(.to = SLOT_DEVICE, .label = INVOCATION_UNTYPED_RETYPE,
               .length = 6, .words = {OBJECT_SMALL_PAGE, 0, 0, 0, FRAME + 1, 1},
               .cap_count = 1, .caps = {SLOT_CNODE}) == ERR_NONE &&
            configure(0x200, SLOT_CNODE, SLOT_DIRECTORY, FRAME + 1) ==
                ERR_ILLEGAL_OPERATION,
        "nor is device memory");
  CHECK(INVOKE(.to = TARGET, .label = INVOCATION_TCB_WRITE_REGISTERS,
               .length = 1) == ERR_TRUNCATED_MESSAGE,
        "and registers come with their count");
  CHECK(INVOKE(.to = TARGET, .label = INVOCATION_TCB_WRITE_REGISTERS,
               .length = 24, .words = {0, 22}) == ERR_NONE,
        "of which no more than there are count");
}

static void the_last_cnode_is_not_replaced(void) {
  start();
  CHECK(system_retype(OBJECT_CNODE, 4, FRAME, 1) == ERR_NONE &&
            configure(0, FRAME, SLOT_DIRECTORY, SLOT_CNODE) == ERR_NONE &&
            system_delete(FRAME) == ERR_NONE,
        "the thread holds the last capability of its CNode");
  CHECK(configure(0, SLOT_CNODE, SLOT_DIRECTORY, SLOT_CNODE) ==
            ERR_ILLEGAL_OPERATION,
        "which would take long to destroy");
}

static void binding_has_preconditions(void) {
  start();
  CHECK(system_retype(OBJECT_NOTIFICATION, 0, FRAME, 1) == ERR_NONE &&
            system_copy(FRAME + 1, FRAME, RIGHT_WRITE) == ERR_NONE,
        "a notification");
  CHECK(INVOKE(.to = TARGET, .label = INVOCATION_TCB_BIND_NOTIFICATION) ==
            ERR_TRUNCATED_MESSAGE,
        "must be given");
  CHECK(INVOKE(.to = TARGET, .label = INVOCATION_TCB_BIND_NOTIFICATION,
               .cap_count = 1, .caps = {FRAME + 1}) == ERR_ILLEGAL_OPERATION &&
            INVOKE(.to = TARGET, .label = INVOCATION_TCB_BIND_NOTIFICATION,
                   .cap_count = 1,
                   .caps = {SLOT_CNODE}) == ERR_ILLEGAL_OPERATION,
        "to wait on it");
  CHECK(INVOKE(.to = TARGET, .label = INVOCATION_TCB_BIND_NOTIFICATION,
               .cap_count = 1, .caps = {FRAME}) == ERR_NONE &&
            INVOKE(.to = SELF, .label = INVOCATION_TCB_BIND_NOTIFICATION,
                   .cap_count = 1, .caps = {FRAME}) == ERR_ILLEGAL_OPERATION,
        "it is bound to one thread");
  CHECK(system_retype(OBJECT_NOTIFICATION, 0, FRAME + 2, 1) == ERR_NONE,
        "another one");
  system_wake(system_thread(200));
  system_call(SYSCALL_RECV, FRAME + 2);
  CHECK(sched_current == self &&
            INVOKE(.to = SELF, .label = INVOCATION_TCB_BIND_NOTIFICATION,
                   .cap_count = 1,
                   .caps = {FRAME + 2}) == ERR_ILLEGAL_OPERATION,
        "on which nobody waits");
}

int main(void) {
  retype_makes_a_fresh_thread();
  registers_are_written_and_read();
  register_access_has_preconditions();
  a_caller_without_buffer_has_four_words();
  registers_are_copied();
  configure_installs_all_four();
  configure_has_preconditions();
  a_space_in_deletion_is_not_replaced();
  guards_are_set_on_the_way();
  suspend_and_resume();
  a_running_thread_continues_where_it_was();
  flags_and_tls();
  spaces_have_preconditions();
  the_last_cnode_is_not_replaced();
  binding_has_preconditions();
  return check_report("tcb");
}
