/* SPDX-License-Identifier: BSD-2-Clause */
/* SGI-signal caps, and the handlers of the lines that they raise. */
#include "arena.h"
#include "groups.h"
#include "report.h"
#include "sel4/sel4.h"

#define CONTROL ROOT_SLOT_IRQ_CONTROL
#define LINE 5u
#define BADGE 0x20u

#define ISSUE(...)                                                             \
  REQUEST(CONTROL, IRQ_ISSUE_SGI_SIGNAL, CAPS(ROOT), WORDS(__VA_ARGS__))

static cptr_t event;
static cptr_t handler;
static cptr_t signal;

static word_t poll(void) {
  word_t word = ~0u;
  seL4_Poll(event, &word);
  return word;
}

static void issuing(void) {
  signal = arena_slot();
  EXPECT("IssueSGISignal needs four words", ISSUE(LINE, 0, signal),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("and a root",
         REQUEST(CONTROL, IRQ_ISSUE_SGI_SIGNAL,
                 WORDS(LINE, 0, signal, ROOT_DEPTH)),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("there are 16 lines", ISSUE(16, 8, signal, ROOT_DEPTH), ERR_RANGE,
         WORDS(0, 15));
  EXPECT("and 8 targets", ISSUE(15, 8, signal, ROOT_DEPTH),
         ERR_INVALID_ARGUMENT, WORDS(1));
  EXPECT("the slot must exist", ISSUE(LINE, 0, signal, 33), ERR_RANGE,
         WORDS(1, 32));
  EXPECT("and be empty", ISSUE(LINE, 0, ROOT_SLOT_TCB, ROOT_DEPTH),
         ERR_DELETE_FIRST);
  EXPECT("a signal is issued", ISSUE(LINE, 0, signal, ROOT_DEPTH), ERR_NONE);
  CHECK(cap_kind(signal) == KIND_SGI, "as an SGI signal");
}

static void taking(void) {
  event = arena_make(OBJECT_NOTIFICATION, 0);
  handler = arena_slot();
  EXPECT("any invocation raises, even when nobody handles the line",
         REQUEST(signal, INVALID), ERR_NONE);
  EXPECT("the line's handler is given out",
         REQUEST(CONTROL, IRQ_ISSUE_HANDLER_TRIGGER, CAPS(ROOT),
                 WORDS(LINE, 1, handler, ROOT_DEPTH)),
         ERR_NONE);
  seL4_IRQHandler_SetNotification(handler,
                                  memory_mint(event, RIGHT_WRITE, BADGE));
  CHECK(poll() == 0, "what was raised before is forgotten");
}

static void raising(void) {
  EXPECT("raising", REQUEST(signal, TCB_SUSPEND), ERR_NONE);
  CHECK(poll() == BADGE, "a raised line signals its handler's notification");
  seL4_Send(signal, seL4_MessageInfo_new(0, 0, 0, 0));
  seL4_Send(signal, seL4_MessageInfo_new(0, 0, 0, 0));
  CHECK(poll() == 0, "until it is acknowledged it does not come again");
  seL4_IRQHandler_Ack(handler);
  CHECK(poll() == BADGE, "what came meanwhile comes once");
  seL4_IRQHandler_Ack(handler);
  CHECK(poll() == 0, "and only once");
  seL4_NBSend(signal, seL4_MessageInfo_new(0, 0, 0, 0));
  CHECK(poll() == BADGE, "NBSend raises too");
  seL4_IRQHandler_Ack(handler);
}

static void targets(void) {
  cptr_t other = arena_slot();
  EXPECT("another core's signal", ISSUE(LINE, 1, other, ROOT_DEPTH), ERR_NONE);
  EXPECT("is raised there", REQUEST(other, INVALID), ERR_NONE);
  CHECK(poll() == 0, "and not here");
}

static void lives(void) {
  cptr_t copy = arena_slot();
  EXPECT("a signal can be copied",
         REQUEST(ROOT, CNODE_COPY, CAPS(ROOT),
                 WORDS(copy, ROOT_DEPTH, signal, ROOT_DEPTH, RIGHTS_ALL)),
         ERR_NONE);
  arena_delete(signal);
  EXPECT("a copy raises as well", REQUEST(copy, INVALID), ERR_NONE);
  CHECK(poll() == BADGE, "the same line");
  arena_revoke(CONTROL);
  CHECK(cap_kind(copy) == KIND_NULL && cap_kind(handler) == KIND_NULL,
        "IRQ control takes back signals and handlers");
}

void test_sgi(void) {
  issuing();
  taking();
  raising();
  targets();
  lives();
}
