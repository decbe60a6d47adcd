/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Register transfers between threads and messages. The order of registers in
 * a message is the ABI's: ten of the "frame", then nine "integer" ones. The
 * program counter of a stopped thread is CONTEXT_FAULT_IP.
 */
#include "kernel/tcb_registers.h"

#include "kernel/arch.h"
#include "kernel/tcb.h"

#define FRAME_REGISTERS 10

#define READ_SUSPEND (1u << 0)
#define WRITE_RESUME (1u << 0)
#define COPY_SUSPEND_SOURCE (1u << 0)
#define COPY_RESUME_TARGET (1u << 1)
#define COPY_FRAME (1u << 2)
#define COPY_INTEGER (1u << 3)

static const uint8_t order[] = {
    /* frame */
    CONTEXT_FAULT_IP, CONTEXT_SP, CONTEXT_CPSR, CONTEXT_R0, CONTEXT_R1,
    CONTEXT_R8, CONTEXT_R9, CONTEXT_R10, CONTEXT_R11, CONTEXT_R12,
    /* integer */
    CONTEXT_R2, CONTEXT_R3, CONTEXT_R4, CONTEXT_R5, CONTEXT_R6, CONTEXT_R7,
    CONTEXT_LR, CONTEXT_TPIDRURW, CONTEXT_TPIDRURO};

#define REGISTERS ARRAY_SIZE(order)

_Static_assert(REGISTERS <= INVOCATION_MAX_REPLY, "all fit in a reply");

static struct tcb *target_of(const struct request *request) {
  return tcb_at(cap_tcb_paddr(&request->cap));
}

static void put(struct tcb *tcb, word_t index, word_t value) {
  if (order[index] == CONTEXT_CPSR)
    value = arch_context_sanitise_cpsr(value);
  tcb->context.reg[order[index]] = value;
}

static void continue_at_fault_ip(struct tcb *tcb) {
  tcb->context.reg[CONTEXT_PC] = tcb->context.reg[CONTEXT_FAULT_IP];
}

enum err tcb_read_registers(struct request *request) {
  struct tcb *target = target_of(request);
  word_t count = invocation_word(request, 1);
  enum err err = invocation_require(request, 2, 0);

  if (err != ERR_NONE)
    return err;
  if (count < 1 || count > REGISTERS)
    return invocation_bad_range(request, 1, REGISTERS);
  if (target == request->thread)
    return ERR_ILLEGAL_OPERATION;
  if ((invocation_word(request, 0) & READ_SUSPEND) != 0)
    thread_suspend(target);
  for (word_t i = 0; i < count; i++)
    invocation_result(request, target->context.reg[order[i]]);
  return ERR_NONE;
}

enum err tcb_write_registers(struct request *request) {
  struct tcb *target = target_of(request);
  word_t count = invocation_word(request, 1);
  enum err err = invocation_require(request, 2, 0);

  if (err != ERR_NONE)
    return err;
  if (request->length - 2 < count)
    return ERR_TRUNCATED_MESSAGE;
  if (target == request->thread)
    return ERR_ILLEGAL_OPERATION;
  for (word_t i = 0; i < count && i < REGISTERS; i++)
    put(target, i, invocation_word(request, i + 2));
  continue_at_fault_ip(target);
  if ((invocation_word(request, 0) & WRITE_RESUME) != 0)
    thread_resume(target);
  return ERR_NONE;
}

static void copy(struct tcb *target, const struct tcb *source, word_t first,
                 word_t end) {
  for (word_t i = first; i < end; i++)
    put(target, i, source->context.reg[order[i]]);
}

enum err tcb_copy_registers(struct request *request) {
  struct tcb *target = target_of(request);
  word_t flags = invocation_word(request, 0);
  enum err err = invocation_require(request, 1, 1);
  struct tcb *source;
  struct cap cap;

  if (err != ERR_NONE)
    return err;
  cap = slot_cap(request->extra[0]);
  if (cap.type != CAP_TCB)
    return invocation_bad_cap(request, 1);
  source = tcb_at(cap_tcb_paddr(&cap));
  if ((flags & COPY_SUSPEND_SOURCE) != 0)
    thread_suspend(source);
  if ((flags & COPY_RESUME_TARGET) != 0)
    thread_resume(target);
  if ((flags & COPY_FRAME) != 0) {
    copy(target, source, 0, FRAME_REGISTERS);
    continue_at_fault_ip(target);
  }
  if ((flags & COPY_INTEGER) != 0)
    copy(target, source, FRAME_REGISTERS, REGISTERS);
  return ERR_NONE;
}
