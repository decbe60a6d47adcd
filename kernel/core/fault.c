/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Faults. A fault is kept in the TCB while it is sent to the handler like a
 * Call of the faulting thread, until the handler replies.
 *
 *   kind             words of struct tcb_fault
 *   cap              address, in receive phase, lookup failure, its words
 *   unknown syscall  number
 *   user exception   number, code
 *   VM               address, instruction fetch, status
 */
#include "kernel/fault.h"

#include "kernel/arch.h"
#include "kernel/event.h"
#include "kernel/ipc.h"
#include "kernel/message.h"
#include "kernel/tcb.h"

#define VM_STATUS_MASK 0x3fffu

/* Registers of a message, in message order. */
static const uint8_t syscall_registers[] = {
    CONTEXT_R0,       CONTEXT_R1, CONTEXT_R2, CONTEXT_R3,
    CONTEXT_R4,       CONTEXT_R5, CONTEXT_R6, CONTEXT_R7,
    CONTEXT_FAULT_IP, CONTEXT_SP, CONTEXT_LR, CONTEXT_CPSR};

static const uint8_t exception_registers[] = {CONTEXT_FAULT_IP, CONTEXT_SP,
                                              CONTEXT_CPSR};

/* ---- delivery ------------------------------------------------------------ */

static bool find_handler(const struct tcb *tcb, struct cap *cap) {
  struct lookup lookup;
  word_t rights;

  if (!cspace_lookup(tcb, tcb->fault_handler, &lookup))
    return false;
  *cap = slot_cap(lookup.slot);
  rights = cap_rights(cap);
  return cap->type == CAP_ENDPOINT && (rights & RIGHT_WRITE) != 0 &&
         (rights & (RIGHT_GRANT | RIGHT_GRANT_REPLY)) != 0;
}

static void stop(struct tcb *tcb) {
  const word_t args[4] = {arch_paddr(tcb), tcb->fault.kind,
                          tcb->context.reg[CONTEXT_FAULT_IP],
                          tcb->fault.word[0]};

  event_write(EVENT_DOUBLE_FAULT, args, tcb->name);
  tcb->fault.kind = FAULT_NONE;
  thread_set_state(tcb, THREAD_INACTIVE);
}

static void raise(struct tcb *tcb, const struct tcb_fault *fault) {
  struct cap cap;
  word_t rights;

  tcb->fault = *fault;
  if (!find_handler(tcb, &cap)) {
    stop(tcb);
    return;
  }
  rights = cap_rights(&cap);
  ipc_send(tcb, cap_object_paddr(&cap),
           &(struct ipc_send){.blocking = true,
                              .call = true,
                              .grant = (rights & RIGHT_GRANT) != 0,
                              .grant_reply = (rights & RIGHT_GRANT_REPLY) != 0,
                              .badge = cap_badge(&cap)});
}

void fault_raise_cap(struct tcb *tcb, cptr_t address, bool receiving,
                     const struct lookup_fault *lookup) {
  raise(tcb, &(struct tcb_fault){
                 .kind = FAULT_CAP,
                 .word = {address, receiving, (word_t)lookup->failure,
                          lookup->word[0], lookup->word[1], lookup->word[2]}});
}

void fault_raise_syscall(struct tcb *tcb, word_t number) {
  raise(tcb,
        &(struct tcb_fault){.kind = FAULT_UNKNOWN_SYSCALL, .word = {number}});
}

void fault_raise_exception(struct tcb *tcb, word_t number, word_t code) {
  raise(tcb, &(struct tcb_fault){.kind = FAULT_USER_EXCEPTION,
                                 .word = {number, code}});
}

void fault_raise_vm(struct tcb *tcb, bool prefetch, vaddr_t address,
                    word_t status) {
  raise(tcb, &(struct tcb_fault){
                 .kind = FAULT_VM,
                 .word = {address, prefetch, status & VM_STATUS_MASK}});
}

/* ---- as a message -------------------------------------------------------- */

/* A message under construction. */
struct writer {
  struct tcb *tcb;
  struct ipc_buffer *buffer;
  word_t length;
};

static void put(struct writer *writer, word_t value) {
  if (message_put(writer->tcb, writer->buffer, writer->length, value))
    writer->length++;
}

static void put_registers(struct writer *writer, const struct tcb *tcb,
                          const uint8_t *registers, size_t count) {
  for (size_t i = 0; i < count; i++)
    put(writer, tcb->context.reg[registers[i]]);
}

static void put_words(struct writer *writer, const struct tcb *tcb,
                      word_t count) {
  for (word_t i = 0; i < count; i++)
    put(writer, tcb->fault.word[i]);
}

/* Words of a cap fault: the code itself tells how many follow it. */
static word_t cap_fault_words(const struct tcb *tcb) {
  return 3 + tcb->fault.word[2] - LOOKUP_INVALID_ROOT;
}

word_t fault_to_message(const struct tcb *tcb, struct tcb *receiver,
                        struct ipc_buffer *buffer) {
  struct writer writer = {.tcb = receiver, .buffer = buffer};

  switch ((enum fault)tcb->fault.kind) {
  case FAULT_CAP:
    put(&writer, tcb->context.reg[CONTEXT_FAULT_IP]);
    put_words(&writer, tcb, cap_fault_words(tcb));
    break;
  case FAULT_UNKNOWN_SYSCALL:
    put_registers(&writer, tcb, syscall_registers,
                  ARRAY_SIZE(syscall_registers));
    put_words(&writer, tcb, 1);
    break;
  case FAULT_USER_EXCEPTION:
    put_registers(&writer, tcb, exception_registers,
                  ARRAY_SIZE(exception_registers));
    put_words(&writer, tcb, 2);
    break;
  case FAULT_VM:
    put(&writer, tcb->context.reg[CONTEXT_FAULT_IP]);
    put_words(&writer, tcb, 3);
    break;
  case FAULT_NONE:
    break;
  }
  return writer.length;
}

/* ---- the reply ----------------------------------------------------------- */

/* The handler's answer: its message words, and what they may change. */
struct answer {
  const struct tcb *replier;
  const struct ipc_buffer *buffer;
  word_t length;
};

static void apply(struct tcb *tcb, const struct answer *answer,
                  const uint8_t *registers, size_t count) {
  for (word_t i = 0; i < count && i < answer->length; i++) {
    word_t value = message_word(answer->replier, answer->buffer, i);

    if (registers[i] == CONTEXT_CPSR)
      value = arch_context_sanitise_cpsr(value);
    tcb->context.reg[registers[i]] = value;
  }
}

bool fault_apply_reply(struct tcb *tcb, const struct tcb *replier,
                       const struct ipc_buffer *buffer) {
  word_t info = replier->context.reg[CONTEXT_R1];
  struct answer answer = {.replier = replier,
                          .buffer = buffer,
                          .length = message_length(info, buffer)};
  enum fault kind = (enum fault)tcb->fault.kind;

  tcb->fault.kind = FAULT_NONE;
  if (kind == FAULT_UNKNOWN_SYSCALL)
    apply(tcb, &answer, syscall_registers, ARRAY_SIZE(syscall_registers));
  else if (kind == FAULT_USER_EXCEPTION)
    apply(tcb, &answer, exception_registers, ARRAY_SIZE(exception_registers));
  else
    return true;
  return MESSAGE_LABEL(info) == 0;
}
