/* SPDX-License-Identifier: BSD-2-Clause */
/* Capabilities in messages: transfer, unwrapping, and what is refused. */
#include "groups.h"
#include "report.h"
#include "sel4/sel4.h"
#include "worker.h"

#define UNRESOLVABLE 0x80000000u

/* What the sender puts in, and what the test gets. */
static struct {
  cptr_t endpoint;
  cptr_t caps[MESSAGE_MAX_EXTRA_CAPS];
  word_t count;
} parcel;

static word_t sends_parcel(word_t number) {
  for (word_t i = 0; i < parcel.count; i++) {
    seL4_SetCap((int)i, parcel.caps[i]);
  }
  seL4_SetMR(0, number);
  seL4_Send(parcel.endpoint, seL4_MessageInfo_new(1, 0, parcel.count, 1));
  return 0;
}

static void send_parcel(cptr_t endpoint, word_t count, const cptr_t *caps) {
  parcel.endpoint = endpoint;
  parcel.count = count;
  for (word_t i = 0; i < count; i++) {
    parcel.caps[i] = caps[i];
  }
  worker_run(0, sends_parcel, 31);
}

static void receive_into(cptr_t slot) {
  struct ipc_buffer *buffer = seL4_GetIPCBuffer();
  buffer->receive_cnode = ROOT;
  buffer->receive_index = slot;
  buffer->receive_depth = ROOT_DEPTH;
}

/* Receive on `endpoint`, then let the sender end. @return The info word. */
static word_t receive(cptr_t endpoint) {
  word_t info = seL4_Recv(endpoint, NULL).words[0];
  word_t first = seL4_GetMR(0);
  worker_result(0);
  return first == 31 ? info : 0;
}

static void transferring(cptr_t endpoint) {
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  cptr_t badged = memory_mint(event, RIGHTS_ALL, 21);
  cptr_t slot = arena_slot();
  word_t badge = 0;
  receive_into(slot);
  send_parcel(endpoint, 1, (cptr_t[]){badged});
  CHECK(receive(endpoint) == MESSAGE_INFO(1, 0, 1, 1), "one cap is received");
  seL4_Signal(slot);
  seL4_Poll(event, &badge);
  CHECK(badge == 21 && cap_kind(badged) == KIND_NOTIFICATION,
        "it is a copy, with the badge");
  send_parcel(endpoint, 1, (cptr_t[]){badged});
  CHECK(receive(endpoint) == MESSAGE_INFO(1, 0, 0, 1),
        "an occupied slot receives no cap, but the message arrives");
  arena_delete(slot);
  send_parcel(endpoint, 2, (cptr_t[]){badged, event});
  CHECK(receive(endpoint) == MESSAGE_INFO(1, 0, 1, 1),
        "of two caps only the first finds a slot");
  arena_delete(slot);
}

static void unwrapping(cptr_t endpoint) {
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  cptr_t badged = memory_mint(endpoint, RIGHT_WRITE, 0x5e);
  cptr_t slot = arena_slot();
  receive_into(slot);
  send_parcel(endpoint, 1, (cptr_t[]){badged});
  CHECK(receive(endpoint) == MESSAGE_INFO(1, 1, 1, 1) &&
            seL4_GetBadge(0) == 0x5e,
        "a cap to the endpoint itself arrives as its badge");
  CHECK(cap_kind(slot) == KIND_NULL, "and takes no slot");
  send_parcel(endpoint, 3, (cptr_t[]){badged, event, badged});
  CHECK(receive(endpoint) == MESSAGE_INFO(1, 5, 3, 1) &&
            seL4_GetBadge(0) == 0x5e && seL4_GetBadge(2) == 0x5e,
        "unwrapped caps and one other go together");
  CHECK(cap_kind(slot) == KIND_NOTIFICATION, "the other one took the slot");
  arena_delete(slot);
}

static void refusing(cptr_t endpoint) {
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  cptr_t writer = memory_mint(endpoint, RIGHT_WRITE, 0);
  cptr_t slot = arena_slot();
  receive_into(slot);
  send_parcel(writer, 1, (cptr_t[]){event});
  CHECK(receive(endpoint) == MESSAGE_INFO(1, 0, 0, 1) &&
            cap_kind(slot) == KIND_NULL,
        "without Grant the message goes without the cap");
  send_parcel(endpoint, 1, (cptr_t[]){0});
  CHECK(receive(endpoint) == MESSAGE_INFO(1, 0, 0, 1),
        "an empty slot is not transferred");
  receive_into(UNRESOLVABLE);
  send_parcel(endpoint, 1, (cptr_t[]){event});
  CHECK(receive(endpoint) == MESSAGE_INFO(1, 0, 0, 1),
        "a receive slot that does not exist receives nothing");
  seL4_GetIPCBuffer()->receive_cnode = UNRESOLVABLE;
  send_parcel(endpoint, 1, (cptr_t[]){event});
  CHECK(receive(endpoint) == MESSAGE_INFO(1, 0, 0, 1),
        "a receive CNode that does not exist neither");
}

static void unresolvable(cptr_t endpoint) {
  send_parcel(endpoint, 2, (cptr_t[]){ROOT_SLOT_TCB, UNRESOLVABLE});
  struct worker_event event = worker_wait();
  CHECK(event.label == FAULT_CAP && event.mr[1] == UNRESOLVABLE &&
            event.mr[2] == 0,
        "an extra cap that does not resolve is a cap fault of the sender");
}

void test_transfer(void) {
  workers_begin();
  worker_make(0);
  cptr_t endpoint = arena_make(OBJECT_ENDPOINT, 0);
  transferring(endpoint);
  unwrapping(endpoint);
  refusing(endpoint);
  unresolvable(endpoint);
  receive_into(0);
}
