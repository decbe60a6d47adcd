/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts: a line with a handler capability signals the notification in its
 * slot, and stays masked until the handler acknowledges it.
 */
#include "kernel/irq.h"

#include "kernel/cspace.h"
#include "kernel/delete.h"
#include "kernel/notification.h"
#include "kernel/plat.h"
#include "kernel/sched.h"
#include "kernel/sgi.h"

#define FIRST_SHARED 32u
#define IRQ_LAST (IRQ_COUNT - 1u)

word_t irq_unmasked[IRQ_WORDS];

static word_t issued[IRQ_WORDS]; /* lines that have a handler capability */
static struct cap_slot slots[IRQ_COUNT];

static bool test(const word_t *bits, word_t irq) {
  return (bits[irq / WORD_BITS] & (1u << (irq % WORD_BITS))) != 0;
}

static void set(word_t *bits, word_t irq) {
  bits[irq / WORD_BITS] |= 1u << (irq % WORD_BITS);
}

static void unset(word_t *bits, word_t irq) {
  bits[irq / WORD_BITS] &= ~(1u << (irq % WORD_BITS));
}

/*
 * Lines that each core has for itself: the kernel's tick, and what whoever
 * stands behind its hooks needs. Never given to user level.
 */
static bool is_reserved(word_t irq) {
  return irq < FIRST_SHARED && !sgi_is_line(irq);
}

bool irq_is_issued(word_t irq) {
  return test(issued, irq);
}

bool irq_is_unmasked(word_t irq) {
  return test(irq_unmasked, irq);
}

static void unmask(word_t irq) {
  if (sgi_is_line(irq)) {
    sgi_unmask(irq);
    return;
  }
  set(irq_unmasked, irq);
  arch_irq_unmask(irq);
}

/* The slot of a line holds a notification or nothing. */
static void clear_slot(struct cap_slot *slot) {
  struct cap cap = slot_cap(slot);

  if (cap.type == CAP_NULL)
    return;
  if (slot_is_last(slot))
    notification_destroy(cap_object_paddr(&cap));
  slot_clear(slot);
}

void irq_handle(word_t irq) {
  struct cap cap;

  if (irq == IRQ_TICK) {
    sched_tick();
    plat_watchdog_tick();
    return;
  }
  if (irq >= IRQ_COUNT)
    return;
  unset(irq_unmasked, irq); /* whoever delivered it has masked it */
  cap = slot_cap(&slots[irq]);
  if (cap.type == CAP_NOTIFICATION)
    notification_signal(cap_object_paddr(&cap), cap_badge(&cap));
}

/* ---- IRQ control --------------------------------------------------------- */

static enum err line_check(struct request *request, word_t irq) {
  if (irq > IRQ_LAST)
    return invocation_bad_range(request, 0, IRQ_LAST);
  return is_reserved(irq) || test(issued, irq) ? ERR_REVOKE_FIRST : ERR_NONE;
}

static enum err issue_check(struct request *request, word_t first_word,
                            struct cap_slot **dest) {
  struct slot_address address = {.index = invocation_word(request, first_word),
                                 .depth =
                                     invocation_word(request, first_word + 1)};
  enum err err = invocation_require(request, first_word + 2, 1);
  struct cap root;

  if (err == ERR_NONE)
    err = line_check(request, invocation_word(request, 0));
  if (err != ERR_NONE)
    return err;
  root = slot_cap(request->extra[0]);
  return cspace_lookup_empty(request, &root, address, dest);
}

static void issue_do(const struct request *request, struct cap_slot *dest) {
  word_t irq = invocation_word(request, 0);

  set(issued, irq);
  slot_insert(dest, request->slot, cap_irq_handler(irq));
  unmask(irq);
}

static enum err issue_handler(struct request *request) {
  struct cap_slot *dest;
  enum err err = issue_check(request, 1, &dest);

  if (err == ERR_NONE)
    issue_do(request, dest);
  return err;
}

static enum err issue_handler_trigger(struct request *request) {
  struct cap_slot *dest;
  enum err err = issue_check(request, 2, &dest);

  if (err != ERR_NONE)
    return err;
  if (!sgi_is_line(invocation_word(request, 0)))
    arch_irq_set_trigger(invocation_word(request, 0),
                         invocation_word(request, 1) != 0);
  issue_do(request, dest);
  return ERR_NONE;
}

static enum err issue_sgi(struct request *request) {
  word_t sgi = invocation_word(request, 0);
  word_t target = invocation_word(request, 1);
  struct slot_address address = {.index = invocation_word(request, 2),
                                 .depth = invocation_word(request, 3)};
  enum err err = invocation_require(request, 4, 1);
  struct cap_slot *dest;
  struct cap root;

  if (err != ERR_NONE)
    return err;
  if (sgi >= SGI_COUNT)
    return invocation_bad_range(request, 0, SGI_COUNT - 1);
  if (target >= SGI_TARGETS)
    return invocation_bad_argument(request, 1);
  root = slot_cap(request->extra[0]);
  err = cspace_lookup_empty(request, &root, address, &dest);
  if (err == ERR_NONE)
    slot_insert(dest, request->slot, cap_sgi(sgi, target));
  return err;
}

enum err irq_invoke_control(struct request *request) {
  if (request->label == INVOCATION_IRQ_ISSUE_HANDLER)
    return issue_handler(request);
  if (request->label == INVOCATION_IRQ_ISSUE_HANDLER_TRIGGER)
    return issue_handler_trigger(request);
  if (request->label == INVOCATION_IRQ_ISSUE_SGI_SIGNAL)
    return issue_sgi(request);
  return ERR_ILLEGAL_OPERATION;
}

/* ---- IRQ handler --------------------------------------------------------- */

static enum err set_notification(struct request *request) {
  struct cap_slot *slot = &slots[cap_irq_number(&request->cap)];
  enum err err = invocation_require(request, 0, 1);
  struct cap cap;

  if (err != ERR_NONE)
    return err;
  cap = slot_cap(request->extra[0]);
  if (cap.type != CAP_NOTIFICATION || (cap_rights(&cap) & RIGHT_WRITE) == 0)
    return invocation_bad_cap(request, 0);
  clear_slot(slot);
  slot_insert(slot, request->extra[0], cap);
  return ERR_NONE;
}

enum err irq_invoke_handler(struct request *request) {
  word_t irq = cap_irq_number(&request->cap);

  if (cap_is_sgi(&request->cap)) {
    sgi_raise(irq, cap_sgi_target(&request->cap)); /* whatever the label */
    return ERR_NONE;
  }
  if (request->label == INVOCATION_IRQ_SET_NOTIFICATION)
    return set_notification(request);
  if (request->label == INVOCATION_IRQ_ACK)
    unmask(irq);
  else if (request->label == INVOCATION_IRQ_CLEAR)
    clear_slot(&slots[irq]);
  else
    return ERR_ILLEGAL_OPERATION;
  return ERR_NONE;
}

void irq_handler_destroy(word_t irq) {
  clear_slot(&slots[irq]);
  unset(issued, irq);
  if (sgi_is_line(irq)) {
    sgi_forget(irq);
    return;
  }
  unset(irq_unmasked, irq);
  arch_irq_mask(irq);
}
