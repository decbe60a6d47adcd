/* SPDX-License-Identifier: BSD-2-Clause */
/* Invariants of threads, endpoints, notifications, tables, ASIDs. */
#include "debug/objects.h"

#include "abi/memory.h"

#include "kernel/arch.h"
#include "kernel/asid.h"
#include "kernel/ipc.h"
#include "kernel/irq.h"
#include "kernel/notification.h"
#include "kernel/sched.h"
#include "kernel/tcb.h"
#include "kernel/tcb_queue.h"
#include "kernel/vspace.h"

#define QUEUE_MAX 1024u

/* ---- queues -------------------------------------------------------------- */

/* May a thread stand in the queue of this object? */
typedef bool queue_member(const struct tcb *tcb, paddr_t object);

static const char *queue_broken(word_t head, paddr_t object,
                                queue_member *member) {
  struct tcb *tcb = tcb_queue_first(head);

  for (word_t i = 0; tcb != NULL; i++) {
    if (i == QUEUE_MAX)
      return "a queue ends";
    if (tcb_at(tcb->queue_next)->queue_prev != arch_paddr(tcb))
      return "a queue is linked in both directions";
    if (!member(tcb, object))
      return "who stands in a queue waits there";
    tcb = tcb_queue_next(head, tcb);
  }
  return NULL;
}

static bool sends(const struct tcb *tcb, paddr_t object) {
  return tcb->state == THREAD_BLOCKED_ON_SEND && tcb->blocking_object == object;
}

static bool receives(const struct tcb *tcb, paddr_t object) {
  return tcb->state == THREAD_BLOCKED_ON_RECEIVE &&
         tcb->blocking_object == object;
}

static bool waits(const struct tcb *tcb, paddr_t object) {
  return tcb->state == THREAD_BLOCKED_ON_NOTIFICATION &&
         tcb->blocking_object == object;
}

static bool queue_holds(word_t head, const struct tcb *wanted) {
  struct tcb *tcb = tcb_queue_first(head);

  for (word_t i = 0; tcb != NULL && tcb != wanted && i < QUEUE_MAX; i++)
    tcb = tcb_queue_next(head, tcb);
  return tcb == wanted;
}

/* ---- endpoints and notifications ----------------------------------------- */

static const char *endpoint_broken(paddr_t paddr) {
  const struct endpoint *endpoint = arch_ptr(paddr);

  if (endpoint->state > ENDPOINT_RECEIVE)
    return "an endpoint has one of its states";
  if ((endpoint->state == ENDPOINT_IDLE) != (endpoint->queue == 0))
    return "an endpoint is idle when nobody waits";
  return queue_broken(endpoint->queue, paddr,
                      endpoint->state == ENDPOINT_SEND ? sends : receives);
}

static const char *notification_broken(paddr_t paddr) {
  const struct notification *notification = arch_ptr(paddr);

  if (notification->state > NOTIFICATION_ACTIVE)
    return "a notification has one of its states";
  if ((notification->state == NOTIFICATION_WAITING) !=
      (notification->queue != 0))
    return "threads wait on a notification that says so";
  if (notification->state != NOTIFICATION_ACTIVE && notification->signal != 0)
    return "only an active notification holds signals";
  if (notification->bound != 0 &&
      tcb_at(notification->bound)->bound_notification != paddr)
    return "a bound thread knows its notification";
  return queue_broken(notification->queue, paddr, waits);
}

/* ---- threads ------------------------------------------------------------- */

static bool stands_where_it_waits(const struct tcb *tcb) {
  const struct endpoint *endpoint;
  const struct notification *notification;

  if (tcb->state == THREAD_BLOCKED_ON_NOTIFICATION) {
    notification = arch_ptr(tcb->blocking_object);
    return queue_holds(notification->queue, tcb);
  }
  if (tcb->state != THREAD_BLOCKED_ON_SEND &&
      tcb->state != THREAD_BLOCKED_ON_RECEIVE)
    return true;
  endpoint = arch_ptr(tcb->blocking_object);
  return queue_holds(endpoint->queue, tcb);
}

static const char *reply_broken(const struct cap_slot *slot) {
  struct cap cap = slot_cap(slot);
  const struct tcb *caller;

  if (cap.type != CAP_REPLY)
    return "a caller slot holds a reply capability";
  caller = tcb_at(cap_reply_tcb(&cap));
  if (caller->state != THREAD_BLOCKED_ON_REPLY)
    return "who can be answered waits for a reply";
  return slot_first_child(&caller->slots[TCB_SLOT_REPLY]) == slot
             ? NULL
             : "a reply capability is the child of its master";
}

static const char *slots_broken(const struct tcb *tcb) {
  const struct cap_slot *slots = tcb->slots;
  enum cap_type master = slot_type(&slots[TCB_SLOT_REPLY]);
  enum cap_type buffer = slot_type(&slots[TCB_SLOT_BUFFER]);

  if (master != CAP_NULL && master != CAP_REPLY)
    return "a master slot holds a reply capability";
  if (buffer != CAP_NULL && buffer != CAP_FRAME)
    return "a buffer slot holds a frame";
  return slot_is_empty(&slots[TCB_SLOT_CALLER])
             ? NULL
             : reply_broken(&slots[TCB_SLOT_CALLER]);
}

static const char *binding_broken(const struct tcb *tcb) {
  const struct notification *notification;

  if (tcb->bound_notification == 0)
    return NULL;
  notification = arch_ptr(tcb->bound_notification);
  return notification->bound == arch_paddr(tcb)
             ? NULL
             : "a bound notification knows its thread";
}

const char *thread_broken(const struct tcb *tcb) {
  bool runnable = thread_is_runnable(tcb);
  bool queued = tcb->queue_next != 0;
  const char *broken;

  if (tcb->state > THREAD_BLOCKED_ON_NOTIFICATION ||
      tcb->priority > TCB_PRIORITY_MAX || tcb->mcp > TCB_PRIORITY_MAX ||
      tcb->slice > TCB_SLICE_TICKS || tcb->slice == 0 || tcb->domain != 0)
    return "state, priorities and slice of a thread are in range";
  if ((tcb->ready != 0) != (runnable && tcb != sched_current))
    return "a thread that can run is ready, but for the current one";
  if ((tcb->queue_next == 0) != (tcb->queue_prev == 0) ||
      (tcb->ready != 0 && !queued))
    return "a ready thread stands in a queue";
  if (!stands_where_it_waits(tcb))
    return "a thread that waits stands in the queue";
  if (tcb->fault.kind != FAULT_NONE && tcb->state != THREAD_BLOCKED_ON_SEND &&
      tcb->state != THREAD_BLOCKED_ON_REPLY)
    return "a thread with a fault waits for its handler";
  broken = binding_broken(tcb);
  return broken != NULL ? broken : slots_broken(tcb);
}

/* ---- scheduler ----------------------------------------------------------- */

static const char *ready_broken;
static word_t last_priority;

static void look_at_ready(const struct tcb *tcb) {
  if (!thread_is_runnable(tcb) || tcb->ready == 0 || tcb == sched_current ||
      tcb->priority > last_priority)
    ready_broken = "ready threads can run, highest priority first";
  last_priority = tcb->priority;
}

const char *scheduler_broken(void) {
  if (sched_undecided)
    return "the scheduler has decided";
  if (sched_current == NULL || sched_current->state != THREAD_RUNNING)
    return "the current thread runs";
  ready_broken = NULL;
  last_priority = TCB_PRIORITY_MAX;
  sched_visit_ready(look_at_ready);
  if (!sched_is_highest(sched_current->priority))
    return "nobody of higher priority is ready";
  return ready_broken;
}

/* ---- address spaces ------------------------------------------------------ */

static bool is_table_block(paddr_t paddr) {
  word_t block = (paddr - RAM_BASE) >> VSPACE_BLOCK_BITS;

  return vspace_table_blocks[block / WORD_BITS] >> (block % WORD_BITS) & 1u;
}

static const char *directory_broken(const struct cap *cap) {
  word_t asid = cap_page_directory_asid(cap);
  word_t hardware;

  if (!is_table_block(cap_page_directory_paddr(cap)))
    return "a page directory is marked as a hardware table";
  if (asid == 0 || asid_page_directory(asid) != cap_page_directory_paddr(cap))
    return NULL;
  hardware = asid_hardware(asid);
  return hardware == HARDWARE_ASID_NONE || asid_of_hardware(hardware) == asid
             ? NULL
             : "a hardware ASID belongs to the ASID that holds it";
}

const char *object_broken(const struct cap *cap) {
  switch (cap->type) {
  case CAP_ENDPOINT:
    return endpoint_broken(cap_object_paddr(cap));
  case CAP_NOTIFICATION:
    return notification_broken(cap_object_paddr(cap));
  case CAP_TCB:
    return thread_broken(tcb_at(cap_tcb_paddr(cap)));
  case CAP_PAGE_DIRECTORY:
    return directory_broken(cap);
  case CAP_PAGE_TABLE:
    return is_table_block(cap_page_table_paddr(cap))
               ? NULL
               : "a page table is marked as a hardware table";
  case CAP_IRQ_HANDLER:
    return cap_is_sgi(cap) || irq_is_issued(cap_irq_number(cap))
               ? NULL
               : "a line with a handler is issued";
  case CAP_REPLY:
  case CAP_NULL:
  case CAP_UNTYPED:
  case CAP_CNODE:
  case CAP_FRAME:
  case CAP_ASID_CONTROL:
  case CAP_ASID_POOL:
  case CAP_IRQ_CONTROL:
  case CAP_ZOMBIE:
  case CAP_DOMAIN:
  case CAP_TYPE_COUNT:
    break;
  }
  return NULL;
}
