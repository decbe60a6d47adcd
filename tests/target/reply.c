/* SPDX-License-Identifier: BSD-2-Clause */
/* Reply caps: used once, kept for later, and lost with their caller. */
#include "groups.h"
#include "report.h"
#include "sel4/sel4.h"
#include "worker.h"

#define AT(slot) (slot), ROOT_DEPTH
#define SAVE(slot) REQUEST(ROOT, CNODE_SAVE_CALLER, WORDS(AT(slot)))

static word_t calls(word_t endpoint) {
  seL4_SetMR(0, 0);
  seL4_Call(endpoint, seL4_MessageInfo_new(0, 0, 0, 1));
  return seL4_GetMR(0);
}

/* Worker 0 calls; its reply cap is then in the test's caller slot. */
static cptr_t receive_call(void) {
  cptr_t endpoint = arena_make(OBJECT_ENDPOINT, 0);
  worker_run(0, calls, endpoint);
  seL4_Recv(endpoint, NULL);
  return endpoint;
}

static void answer(word_t value) {
  seL4_SetMR(0, value);
  seL4_Reply(seL4_MessageInfo_new(0, 0, 0, 1));
}

static void once(void) {
  receive_call();
  answer(5);
  answer(6);
  CHECK(worker_result(0) == 5, "the first Reply counts, the second is ignored");
}

static void saving(void) {
  cptr_t slot = arena_slot();
  seL4_NBRecv(arena_make(OBJECT_ENDPOINT, 0), NULL); /* drops the last one */
  EXPECT("without caller SaveCaller stores nothing", SAVE(slot), ERR_NONE);
  CHECK(cap_kind(slot) == KIND_NULL, "the slot stays empty");
  receive_call();
  EXPECT("the slot must be empty", SAVE(ROOT_SLOT_TCB), ERR_DELETE_FIRST);
  EXPECT("SaveCaller stores the reply cap", SAVE(slot), ERR_NONE);
  CHECK(cap_kind(slot) == KIND_REPLY, "it is a reply cap");
  answer(1);
  CHECK(cap_kind(slot) == KIND_REPLY,
        "Reply has nothing to use once the cap is saved");
  EXPECT("a reply cap can not be copied",
         REQUEST(ROOT, CNODE_COPY, CAPS(ROOT),
                 WORDS(AT(arena_slot()), AT(slot), RIGHTS_ALL)),
         ERR_ILLEGAL_OPERATION);
  cptr_t moved = arena_slot();
  EXPECT("a reply cap can be moved",
         REQUEST(ROOT, CNODE_MOVE, CAPS(ROOT), WORDS(AT(moved), AT(slot))),
         ERR_NONE);
  seL4_SetMR(0, 42);
  seL4_Send(moved, seL4_MessageInfo_new(0, 0, 0, 1));
  CHECK(cap_kind(moved) == KIND_NULL, "use deletes a reply cap");
  CHECK(worker_result(0) == 42, "the saved cap answers the caller");
}

static void losing(void) {
  cptr_t slot = arena_slot();
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  cptr_t endpoint = receive_call();
  SAVE(slot);
  seL4_TCB_Suspend(worker_tcb(0));
  CHECK(cap_kind(slot) == KIND_NULL,
        "a reply cap vanishes when its caller is suspended");
  endpoint = receive_call();
  seL4_Signal(event);
  seL4_Wait(event, NULL);
  answer(7);
  CHECK(worker_result(0) == 7, "waiting for a signal keeps the reply cap");
  endpoint = receive_call();
  seL4_NBRecv(endpoint, NULL);
  answer(8);
  workers_settle();
  CHECK(!worker_event_waits(), "receiving on an endpoint drops it");
  seL4_TCB_Suspend(worker_tcb(0));
  receive_call();
  SAVE(slot);
  arena_delete(worker_tcb(0));
  CHECK(cap_kind(slot) == KIND_NULL,
        "a reply cap vanishes when its caller is destroyed");
}

/* A caller that is restarted calls again. */
static void restarting(void) {
  worker_make(0);
  cptr_t slot = arena_slot();
  cptr_t endpoint = receive_call();
  SAVE(slot);
  seL4_TCB_Resume(worker_tcb(0));
  CHECK(cap_kind(slot) == KIND_NULL,
        "a reply cap vanishes when its caller is resumed");
  seL4_Recv(endpoint, NULL);
  answer(9);
  CHECK(worker_result(0) == 9, "a resumed caller calls again");
}

/* ---- capabilities in answers --------------------------------------------- */

/* Call with a receive slot. @return Number of caps that the answer brought. */
static word_t calls_for_caps(word_t endpoint) {
  struct ipc_buffer *buffer = seL4_GetIPCBuffer();
  buffer->receive_cnode = ROOT;
  buffer->receive_index = buffer->user_data;
  buffer->receive_depth = ROOT_DEPTH;
  seL4_MessageInfo_t info =
      seL4_Call(endpoint, seL4_MessageInfo_new(0, 0, 0, 0));
  return seL4_MessageInfo_get_extraCaps(info);
}

/* Worker 1 calls with `caller_rights`, the test receives with `server_rights`
 * and answers with a cap. @return Number of caps that arrived. */
static word_t caps_over(word_t caller_rights, word_t server_rights,
                        cptr_t slot) {
  cptr_t endpoint = arena_make(OBJECT_ENDPOINT, 0);
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  worker_make(1);
  worker_buffer(1)->user_data = slot;
  worker_run(1, calls_for_caps, memory_mint(endpoint, caller_rights, 0));
  seL4_Recv(memory_mint(endpoint, server_rights, 0), NULL);
  seL4_SetCap(0, event);
  seL4_Reply(seL4_MessageInfo_new(0, 0, 1, 0));
  return worker_result(1);
}

static void granting(void) {
  word_t call = RIGHT_WRITE | RIGHT_GRANT_REPLY;
  cptr_t slot = arena_slot();
  CHECK(caps_over(call, RIGHT_READ, slot) == 0 && cap_kind(slot) == KIND_NULL,
        "an answer brings no cap if its giver received without Grant");
  CHECK(caps_over(call, RIGHT_READ | RIGHT_GRANT, slot) == 1 &&
            cap_kind(slot) == KIND_NOTIFICATION,
        "with Grant it does, whatever the caller's rights");
}

/* GrantReply alone is enough to be answered, also out of the queue. */
static void queued(void) {
  cptr_t endpoint = arena_make(OBJECT_ENDPOINT, 0);
  worker_make(2);
  worker_run(2, calls,
             memory_mint(endpoint, RIGHT_WRITE | RIGHT_GRANT_REPLY, 0));
  workers_settle();
  seL4_Recv(endpoint, NULL);
  answer(11);
  CHECK(worker_result(2) == 11, "a Call that had to queue is answered");
}

void test_reply(void) {
  workers_begin();
  worker_make(0);
  once();
  saving();
  losing();
  restarting();
  granting();
  queued();
}
