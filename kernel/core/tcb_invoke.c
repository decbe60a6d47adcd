/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Invocations of TCB capabilities but the register transfers, which are in
 * tcb_registers.c. Order of checks and their errors follow the ABI.
 */
#include "kernel/arch.h"
#include "kernel/delete.h"
#include "kernel/notification.h"
#include "kernel/sched.h"
#include "kernel/tcb.h"
#include "kernel/tcb_registers.h"

static struct tcb *target_of(const struct request *request) {
  return tcb_at(cap_tcb_paddr(&request->cap));
}

/* ---- spaces -------------------------------------------------------------- */

/* A capability on its way into one of the target's slots. */
struct install {
  struct cap_slot *source; /* NULL: only empty the slot */
  struct cap cap;
};

struct space {
  cptr_t fault_handler;
  struct install cspace;
  struct install vspace;
};

static enum err buffer_check(vaddr_t address, struct cap_slot *source,
                             struct install *out) {
  enum err err;

  *out = (struct install){.source = NULL};
  if (address == 0)
    return ERR_NONE;
  out->source = source;
  out->cap = slot_cap(source);
  err = slot_derive(source, &out->cap);
  if (err != ERR_NONE)
    return err;
  if (out->cap.type != CAP_FRAME || cap_frame_device(&out->cap))
    return ERR_ILLEGAL_OPERATION;
  if ((address & ((1u << IPC_BUFFER_BITS) - 1)) != 0)
    return ERR_ALIGNMENT;
  return ERR_NONE;
}

/* Would emptying this slot destroy an object that holds slots? */
static bool deletion_is_long(const struct cap_slot *slot) {
  enum cap_type type = slot_type(slot);

  return (type == CAP_CNODE || type == CAP_TCB || type == CAP_ZOMBIE) &&
         slot_is_last(slot);
}

static enum err cspace_check(struct cap_slot *source, word_t data,
                             struct install *out) {
  enum err err;

  *out = (struct install){.source = source, .cap = slot_cap(source)};
  if (data != 0)
    out->cap = cap_update_data(out->cap, data, false);
  err = slot_derive(source, &out->cap);
  if (err == ERR_NONE && out->cap.type != CAP_CNODE)
    return ERR_ILLEGAL_OPERATION;
  return err;
}

static enum err vspace_check(struct cap_slot *source, struct install *out) {
  enum err err;

  *out = (struct install){.source = source, .cap = slot_cap(source)};
  err = slot_derive(source, &out->cap); /* refuses one without ASID */
  if (err == ERR_NONE && out->cap.type != CAP_PAGE_DIRECTORY)
    return ERR_ILLEGAL_OPERATION;
  return err;
}

static enum err space_check(struct request *request, struct space *out) {
  const struct tcb *target = target_of(request);
  enum err err;

  if (deletion_is_long(&target->slots[TCB_SLOT_CSPACE]) ||
      deletion_is_long(&target->slots[TCB_SLOT_VSPACE]))
    return ERR_ILLEGAL_OPERATION;
  out->fault_handler = invocation_word(request, 0);
  err = cspace_check(request->extra[0], invocation_word(request, 1),
                     &out->cspace);
  if (err != ERR_NONE)
    return err;
  return vspace_check(request->extra[1], &out->vspace);
}

static void install(struct tcb *target, enum tcb_slot index,
                    const struct install *what) {
  struct cap_slot *slot = &target->slots[index];

  delete_simple(slot);
  if (what->source != NULL)
    slot_insert(slot, what->source, what->cap);
}

static void space_do(struct tcb *target, const struct space *space) {
  target->fault_handler = space->fault_handler;
  install(target, TCB_SLOT_CSPACE, &space->cspace);
  install(target, TCB_SLOT_VSPACE, &space->vspace);
}

static void buffer_do(struct tcb *target, vaddr_t address,
                      const struct install *buffer) {
  target->ipc_buffer = address;
  install(target, TCB_SLOT_BUFFER, buffer);
}

static enum err configure(struct request *request) {
  struct tcb *target = target_of(request);
  vaddr_t address = invocation_word(request, 3);
  struct install buffer;
  struct space space;
  enum err err = invocation_require(request, 4, 3);

  if (err == ERR_NONE)
    err = buffer_check(address, request->extra[2], &buffer);
  if (err == ERR_NONE)
    err = space_check(request, &space);
  if (err != ERR_NONE)
    return err;
  space_do(target, &space);
  buffer_do(target, address, &buffer);
  return ERR_NONE;
}

static enum err set_space(struct request *request) {
  struct space space;
  enum err err = invocation_require(request, 3, 2);

  if (err == ERR_NONE)
    err = space_check(request, &space);
  if (err == ERR_NONE)
    space_do(target_of(request), &space);
  return err;
}

static enum err set_ipc_buffer(struct request *request) {
  vaddr_t address = invocation_word(request, 0);
  struct install buffer;
  enum err err = invocation_require(request, 1, 1);

  if (err == ERR_NONE)
    err = buffer_check(address, request->extra[0], &buffer);
  if (err == ERR_NONE)
    buffer_do(target_of(request), address, &buffer);
  return err;
}

/* ---- priorities ---------------------------------------------------------- */

/* @param limit  Out: the highest priority that the named thread may give. */
static enum err authority_check(struct request *request, word_t words,
                                word_t *limit) {
  enum err err = invocation_require(request, words, 1);
  struct cap cap;

  if (err != ERR_NONE)
    return err;
  cap = slot_cap(request->extra[0]);
  if (cap.type != CAP_TCB)
    return invocation_bad_cap(request, 1);
  *limit = tcb_at(cap_tcb_paddr(&cap))->mcp;
  return ERR_NONE;
}

static enum err priority_check(struct request *request, word_t priority,
                               word_t limit) {
  if (priority > limit)
    return invocation_bad_range(request, 0, limit);
  return ERR_NONE;
}

static enum err set_priority(struct request *request) {
  word_t priority = invocation_word(request, 0);
  word_t limit = 0;
  enum err err = authority_check(request, 1, &limit);

  if (err == ERR_NONE)
    err = priority_check(request, priority, limit);
  if (err == ERR_NONE)
    sched_set_priority(target_of(request), priority);
  return err;
}

static enum err set_mc_priority(struct request *request) {
  word_t mcp = invocation_word(request, 0);
  word_t limit = 0;
  enum err err = authority_check(request, 1, &limit);

  if (err == ERR_NONE)
    err = priority_check(request, mcp, limit);
  if (err == ERR_NONE)
    target_of(request)->mcp = mcp;
  return err;
}

static enum err set_sched_params(struct request *request) {
  word_t mcp = invocation_word(request, 0);
  word_t priority = invocation_word(request, 1);
  word_t limit = 0;
  enum err err = authority_check(request, 2, &limit);

  if (err == ERR_NONE)
    err = priority_check(request, mcp, limit);
  if (err == ERR_NONE)
    err = priority_check(request, priority, limit);
  if (err != ERR_NONE)
    return err;
  target_of(request)->mcp = mcp;
  sched_set_priority(target_of(request), priority);
  return ERR_NONE;
}

/* ---- the rest ------------------------------------------------------------ */

static enum err suspend(struct request *request) {
  thread_suspend(target_of(request));
  return ERR_NONE;
}

static enum err resume(struct request *request) {
  thread_resume(target_of(request));
  return ERR_NONE;
}

static enum err bind_notification(struct request *request) {
  struct tcb *target = target_of(request);
  enum err err = invocation_require(request, 0, 1);
  const struct notification *notification;
  struct cap cap;

  if (err != ERR_NONE)
    return err;
  cap = slot_cap(request->extra[0]);
  if (target->bound_notification != 0 || cap.type != CAP_NOTIFICATION ||
      (cap_rights(&cap) & RIGHT_READ) == 0)
    return ERR_ILLEGAL_OPERATION;
  notification = notification_at(cap_object_paddr(&cap));
  if (notification->queue != 0 || notification->bound != 0)
    return ERR_ILLEGAL_OPERATION;
  notification_bind(cap_object_paddr(&cap), target);
  return ERR_NONE;
}

static enum err unbind_notification(struct request *request) {
  struct tcb *target = target_of(request);

  if (target->bound_notification == 0)
    return ERR_ILLEGAL_OPERATION;
  notification_unbind(target);
  return ERR_NONE;
}

static enum err set_tls_base(struct request *request) {
  enum err err = invocation_require(request, 1, 0);

  if (err == ERR_NONE)
    target_of(request)->context.reg[CONTEXT_TPIDRURO] =
        invocation_word(request, 0);
  return err;
}

static enum err set_flags(struct request *request) {
  struct tcb *target = target_of(request);
  enum err err = invocation_require(request, 2, 0);
  word_t flags;

  if (err != ERR_NONE)
    return err;
  flags = target->fpu_user == 0 ? TCB_FLAG_FPU_DISABLED : 0;
  flags &= ~invocation_word(request, 0);
  flags |= invocation_word(request, 1) & TCB_FLAG_FPU_DISABLED;
  target->fpu_user = flags == 0 ? arch_paddr(target) : 0;
  invocation_result(request, flags);
  return ERR_NONE;
}

#define FIRST_LABEL INVOCATION_TCB_READ_REGISTERS

static invocation_handler *const handlers[] = {
    [INVOCATION_TCB_READ_REGISTERS - FIRST_LABEL] = tcb_read_registers,
    [INVOCATION_TCB_WRITE_REGISTERS - FIRST_LABEL] = tcb_write_registers,
    [INVOCATION_TCB_COPY_REGISTERS - FIRST_LABEL] = tcb_copy_registers,
    [INVOCATION_TCB_CONFIGURE - FIRST_LABEL] = configure,
    [INVOCATION_TCB_SET_PRIORITY - FIRST_LABEL] = set_priority,
    [INVOCATION_TCB_SET_MC_PRIORITY - FIRST_LABEL] = set_mc_priority,
    [INVOCATION_TCB_SET_SCHED_PARAMS - FIRST_LABEL] = set_sched_params,
    [INVOCATION_TCB_SET_IPC_BUFFER - FIRST_LABEL] = set_ipc_buffer,
    [INVOCATION_TCB_SET_SPACE - FIRST_LABEL] = set_space,
    [INVOCATION_TCB_SUSPEND - FIRST_LABEL] = suspend,
    [INVOCATION_TCB_RESUME - FIRST_LABEL] = resume,
    [INVOCATION_TCB_BIND_NOTIFICATION - FIRST_LABEL] = bind_notification,
    [INVOCATION_TCB_UNBIND_NOTIFICATION - FIRST_LABEL] = unbind_notification,
    [INVOCATION_TCB_SET_TLS_BASE - FIRST_LABEL] = set_tls_base,
    [INVOCATION_TCB_SET_FLAGS - FIRST_LABEL] = set_flags,
};

enum err tcb_invoke(struct request *request) {
  word_t index = request->label - FIRST_LABEL; /* wraps for smaller labels */

  if (index >= ARRAY_SIZE(handlers))
    return ERR_ILLEGAL_OPERATION;
  return handlers[index](request);
}
