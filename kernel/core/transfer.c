/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Message transfer. Capabilities are looked up now, not when the sender
 * blocked; a lookup that fails leaves the message without capabilities.
 */
#include "kernel/transfer.h"

#include "kernel/arch.h"
#include "kernel/fault.h"
#include "kernel/hooks.h"
#include "kernel/tcb.h"
#include "kernel/vspace.h"

/* Slot that the receiver named in its buffer; NULL: none, or not empty. */
static struct cap_slot *receive_slot(const struct tcb *receiver,
                                     const struct ipc_buffer *buffer) {
  struct slot_address address = {.index = buffer->receive_index,
                                 .depth = buffer->receive_depth};
  struct lookup lookup;
  struct cap root;

  if (!cspace_lookup(receiver, buffer->receive_cnode, &lookup))
    return NULL;
  root = slot_cap(lookup.slot);
  if (address.depth < 1 || address.depth > WORD_BITS ||
      !cspace_resolve_exact(&root, address, &lookup))
    return NULL;
  return slot_is_empty(lookup.slot) ? lookup.slot : NULL;
}

/* The capabilities that travel with one message. */
struct batch {
  struct cap_slot *cap[MESSAGE_MAX_EXTRA_CAPS];
  word_t count;
  struct cap_slot *dest; /* NULL once it is used */
  paddr_t endpoint;      /* capabilities to it arrive as badges */
};

static void find_caps(const struct tcb *sender, const struct ipc_buffer *buffer,
                      struct batch *batch) {
  word_t count = MESSAGE_EXTRA_CAPS(sender->context.reg[CONTEXT_R1]);
  struct lookup lookup;

  for (word_t i = 0; i < count; i++) {
    if (!cspace_lookup(sender, buffer->caps_or_badges[i], &lookup))
      return;
    batch->cap[i] = lookup.slot;
  }
  batch->count = count;
}

/* @return False if the capability can not be placed. */
static bool place(struct cap_slot *source, struct batch *batch) {
  struct cap cap = slot_cap(source);

  if (batch->dest == NULL || slot_derive(source, &cap) != ERR_NONE ||
      cap.type == CAP_NULL)
    return false;
  slot_insert(batch->dest, source, cap);
  batch->dest = NULL;
  return true;
}

/* @return The caps fields of the receiver's message info. */
static word_t transfer_caps(struct batch *batch, struct ipc_buffer *buffer) {
  word_t unwrapped = 0;
  word_t done = 0;

  while (done < batch->count) {
    struct cap cap = slot_cap(batch->cap[done]);

    if (cap.type == CAP_ENDPOINT && cap_object_paddr(&cap) == batch->endpoint) {
      buffer->caps_or_badges[done] = cap_badge(&cap);
      unwrapped |= 1u << done;
    } else if (!place(batch->cap[done], batch)) {
      break;
    }
    done++;
  }
  return MESSAGE_INFO(0, unwrapped, done, 0);
}

static void copy_registers(const struct tcb *sender, struct tcb *receiver,
                           word_t length) {
  for (word_t n = 0; n < length; n++)
    receiver->context.reg[CONTEXT_R2 + n] = sender->context.reg[CONTEXT_R2 + n];
}

/* @return Words that arrive: without both buffers only those in registers. */
static word_t copy_words(const struct tcb *sender,
                         const struct ipc_buffer *from, struct tcb *receiver,
                         struct ipc_buffer *to) {
  word_t info = sender->context.reg[CONTEXT_R1];
  word_t length = message_length(info, to == NULL ? NULL : from);

  copy_registers(sender, receiver,
                 length < MESSAGE_REGISTERS ? length : MESSAGE_REGISTERS);
  for (word_t n = MESSAGE_REGISTERS; n < length; n++)
    to->mr[n] = from->mr[n];
  return length;
}

/* @return Message info for the receiver. */
static OUT_OF_LINE word_t transfer_with_buffers(struct tcb *sender,
                                                struct tcb *receiver,
                                                const struct transfer *how) {
  const struct ipc_buffer *from = vspace_ipc_buffer(sender, false);
  struct ipc_buffer *to = vspace_ipc_buffer(receiver, true);
  word_t length = copy_words(sender, from, receiver, to);
  struct batch batch = {.count = 0, .endpoint = how->endpoint};
  word_t fields = 0;

  if (how->grant && from != NULL && to != NULL)
    find_caps(sender, from, &batch);
  if (batch.count > 0) {
    batch.dest = receive_slot(receiver, to);
    fields = transfer_caps(&batch, to);
  }
  return MESSAGE_INFO(MESSAGE_LABEL(sender->context.reg[CONTEXT_R1]), 0, 0,
                      length) |
         fields;
}

/* @return Message info for the receiver. */
static word_t transfer_normal(struct tcb *sender, struct tcb *receiver,
                              const struct transfer *how) {
  word_t info = sender->context.reg[CONTEXT_R1];

  if (message_needs_buffer(info))
    return transfer_with_buffers(sender, receiver, how);
  copy_registers(sender, receiver, MESSAGE_LENGTH(info));
  return MESSAGE_INFO(MESSAGE_LABEL(info), 0, 0, MESSAGE_LENGTH(info));
}

static OUT_OF_LINE word_t transfer_fault(const struct tcb *sender,
                                         struct tcb *receiver) {
  struct ipc_buffer *buffer = vspace_ipc_buffer(receiver, true);
  word_t length = fault_to_message(sender, receiver, buffer);

  return MESSAGE_INFO(sender->fault.kind, 0, 0, length);
}

void transfer_message(struct tcb *sender, struct tcb *receiver,
                      const struct transfer *how) {
  word_t info = sender->fault.kind == FAULT_NONE
                    ? transfer_normal(sender, receiver, how)
                    : transfer_fault(sender, receiver);

  receiver->context.reg[CONTEXT_R0] = how->badge;
  receiver->context.reg[CONTEXT_R1] = info;
  hook_object_update(UPDATE_TRANSFER, arch_paddr(receiver), info);
}
