/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Invocations: from the registers of a sending system call to the handler of
 * the capability's type, and its result or error back to the registers.
 */
#include "kernel/invocation.h"

#include "kernel/cnode.h"
#include "kernel/domain.h"
#include "kernel/fault.h"
#include "kernel/ipc.h"
#include "kernel/irq.h"
#include "kernel/message.h"
#include "kernel/notification.h"
#include "kernel/tcb.h"
#include "kernel/untyped.h"
#include "kernel/vspace.h"

/* ---- arguments, results, error details ----------------------------------- */

word_t invocation_word(const struct request *request, word_t n) {
  return n < request->length ? message_word(request->thread, request->buffer, n)
                             : 0;
}

enum err invocation_require(const struct request *request, word_t words,
                            word_t caps) {
  return request->length < words || request->extra_count < caps
             ? ERR_TRUNCATED_MESSAGE
             : ERR_NONE;
}

void invocation_result(struct request *request, word_t value) {
  if (request->reply_length < INVOCATION_MAX_REPLY)
    request->reply[request->reply_length++] = value;
}

enum err invocation_bad_argument(struct request *request, word_t number) {
  invocation_result(request, number);
  return ERR_INVALID_ARGUMENT;
}

enum err invocation_bad_cap(struct request *request, word_t number) {
  invocation_result(request, number);
  return ERR_INVALID_CAPABILITY;
}

enum err invocation_no_memory(struct request *request, word_t bytes_left) {
  invocation_result(request, bytes_left);
  return ERR_NOT_ENOUGH_MEMORY;
}

enum err invocation_bad_lookup(struct request *request, bool source,
                               const struct lookup_fault *fault) {
  invocation_result(request, source ? 1 : 0);
  invocation_result(request, (word_t)fault->failure);
  for (word_t i = 0; i < fault->count; i++)
    invocation_result(request, fault->word[i]);
  return ERR_FAILED_LOOKUP;
}

/* ---- handlers of the types that carry messages --------------------------- */

static enum err invoke_nothing(struct request *request) {
  return invocation_bad_cap(request, 0);
}

static enum err invoke_endpoint(struct request *request) {
  word_t rights = cap_rights(&request->cap);

  if ((rights & RIGHT_WRITE) == 0)
    return invocation_bad_cap(request, 0);
  ipc_send(request->thread, cap_object_paddr(&request->cap),
           &(struct ipc_send){.blocking = request->blocking,
                              .call = request->call,
                              .grant = (rights & RIGHT_GRANT) != 0,
                              .grant_reply = (rights & RIGHT_GRANT_REPLY) != 0,
                              .badge = cap_badge(&request->cap)});
  return ERR_NONE;
}

static enum err invoke_notification(struct request *request) {
  if ((cap_rights(&request->cap) & RIGHT_WRITE) == 0)
    return invocation_bad_cap(request, 0);
  notification_signal(cap_object_paddr(&request->cap),
                      cap_badge(&request->cap));
  return ERR_NONE;
}

static enum err invoke_reply(struct request *request) {
  if (cap_reply_master(&request->cap))
    return invocation_bad_cap(request, 0);
  ipc_reply(request->thread, request->slot);
  return ERR_NONE;
}

static invocation_handler *const handlers[CAP_TYPE_COUNT] = {
    [CAP_NULL] = invoke_nothing,
    [CAP_UNTYPED] = untyped_invoke,
    [CAP_ENDPOINT] = invoke_endpoint,
    [CAP_NOTIFICATION] = invoke_notification,
    [CAP_REPLY] = invoke_reply,
    [CAP_CNODE] = cnode_invoke,
    [CAP_TCB] = tcb_invoke,
    [CAP_FRAME] = vspace_invoke_frame,
    [CAP_PAGE_TABLE] = vspace_invoke_page_table,
    [CAP_PAGE_DIRECTORY] = vspace_invoke_page_directory,
    [CAP_ASID_CONTROL] = vspace_invoke_asid_control,
    [CAP_ASID_POOL] = vspace_invoke_asid_pool,
    [CAP_IRQ_CONTROL] = irq_invoke_control,
    [CAP_IRQ_HANDLER] = irq_invoke_handler,
    [CAP_ZOMBIE] = invoke_nothing,
    [CAP_DOMAIN] = domain_invoke,
};

/* ---- from the system call and back --------------------------------------- */

/* A capability pointer that does not resolve: a fault, not an error reply. */
static bool find(struct request *request, cptr_t address,
                 struct cap_slot **slot) {
  struct lookup lookup;

  if (cspace_lookup(request->thread, address, &lookup)) {
    *slot = lookup.slot;
    return true;
  }
  if (request->blocking)
    fault_raise_cap(request->thread, address, false, &lookup.fault);
  return false;
}

static bool find_extra_caps(struct request *request, word_t info) {
  word_t count = request->buffer == NULL ? 0 : MESSAGE_EXTRA_CAPS(info);

  while (request->extra_count < count) {
    word_t i = request->extra_count;

    if (!find(request, request->buffer->caps_or_badges[i], &request->extra[i]))
      return false;
    request->extra_count++;
  }
  return true;
}

/* Fill the rest of a request. `extra` and `reply` stay as they are: counted. */
static bool collect(struct request *request) {
  const word_t *reg = request->thread->context.reg;
  word_t info = reg[CONTEXT_R1];

  if (!find(request, reg[CONTEXT_R0], &request->slot))
    return false;
  request->buffer = message_needs_buffer(info)
                        ? vspace_ipc_buffer(request->thread, false)
                        : NULL;
  request->cap = slot_cap(request->slot);
  request->extra_count = 0;
  request->reply_length = 0;
  request->label = MESSAGE_LABEL(info);
  request->length = message_length(info, request->buffer);
  return find_extra_caps(request, info);
}

static void reply(struct request *request, enum err err) {
  struct ipc_buffer *buffer = request->reply_length > MESSAGE_REGISTERS
                                  ? vspace_ipc_buffer(request->thread, true)
                                  : NULL;
  word_t *reg = request->thread->context.reg;
  word_t length = 0;

  while (length < request->reply_length &&
         message_put(request->thread, buffer, length, request->reply[length]))
    length++;
  reg[CONTEXT_R0] = 0;
  reg[CONTEXT_R1] = MESSAGE_INFO(err, 0, 0, length);
}

void invocation_handle(struct tcb *thread, bool call, bool blocking) {
  struct request request;
  enum err err;

  request.thread = thread;
  request.call = call;
  request.blocking = blocking;
  if (!collect(&request))
    return;
  /* In this state a preempted operation executes its call again. */
  thread_set_state(thread, THREAD_RESTART);
  err = handlers[request.cap.type](&request);
  if (err == ERR_PREEMPTED || thread->state != THREAD_RESTART)
    return;
  if (call)
    reply(&request, err);
  thread_set_state(thread, THREAD_RUNNING);
}
