/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages over endpoints: blocking, order, words, badges, rights. */
#include "groups.h"
#include "report.h"
#include "sel4/sel4.h"
#include "worker.h"

#include <string.h>

#define LONG 120

/* What a worker that sends or calls once is told. */
struct errand {
  cptr_t cap;
  enum syscall call;
  word_t info;
  word_t first_word;
};

static struct errand errands[WORKERS];

/* @return MR0 of the answer, for a Call. */
static word_t run_errand(word_t number) {
  const struct errand *errand = &errands[number];
  struct rt_trap trap = {
      .r0 = errand->cap, .r1 = errand->info, .mr = {errand->first_word}};
  rt_trap(errand->call, &trap);
  return trap.mr[0];
}

static void send_off(word_t number, struct errand errand) {
  errands[number] = errand;
  worker_start(number, run_errand, number);
}

static void sending(void) {
  cptr_t endpoint = arena_make(OBJECT_ENDPOINT, 0);
  word_t badge = 1;
  seL4_NBSend(endpoint, seL4_MessageInfo_new(1, 0, 0, 0));
  seL4_NBRecv(endpoint, &badge);
  CHECK(badge == 0, "NBSend without receiver is lost");
  send_off(0,
           (struct errand){memory_mint(endpoint, RIGHTS_ALL, 77), SYSCALL_SEND,
                           MESSAGE_INFO(0xabcde, 0, 0, 1), 1234});
  workers_settle();
  CHECK(!worker_event_waits(), "Send waits until somebody receives");
  seL4_MessageInfo_t info = seL4_NBRecv(endpoint, &badge);
  CHECK(badge == 77, "NBRecv takes the message of a waiting sender");
  CHECK(info.words[0] == MESSAGE_INFO(0xabcde, 0, 0, 1), "a label has 20 bits");
  CHECK(seL4_GetMR(0) == 1234, "the word arrives");
  CHECK(worker_result(0) == 1234, "then the sender goes on");
}

static void order(void) {
  static const word_t priorities[] = {10, 30, 20};
  cptr_t endpoint = arena_make(OBJECT_ENDPOINT, 0);
  word_t badge = 0;
  for (word_t i = 0; i < 3; i++) {
    cptr_t cap = memory_mint(endpoint, RIGHTS_ALL, i + 1);
    send_off(i, (struct errand){cap, SYSCALL_SEND, 0, 0});
    worker_priority(i, priorities[i]);
    workers_settle();
  }
  for (word_t i = 0; i < 3; i++) {
    seL4_Recv(endpoint, &badge);
    CHECK(badge == i + 1, "senders are served first come first served");
  }
  for (word_t i = 0; i < 3; i++) {
    worker_wait();
  }
}

static word_t receives(word_t endpoint) {
  word_t badge = 0;
  seL4_Recv(endpoint, &badge);
  return badge;
}

static void receivers(void) {
  cptr_t endpoint = arena_make(OBJECT_ENDPOINT, 0);
  for (word_t i = 0; i < 3; i++) {
    worker_start(i, receives, endpoint);
    workers_settle();
  }
  for (word_t i = 0; i < 3; i++) {
    cptr_t cap = memory_mint(endpoint, RIGHTS_ALL, 50 + i);
    seL4_NBSend(cap, seL4_MessageInfo_new(0, 0, 0, 0));
    CHECK(worker_result(i) == 50 + i,
          "receivers are served first come first served, NBSend reaches them");
  }
}

/* Answers each call with MR0 + 1 until it gets 0. */
static word_t serves(word_t endpoint) {
  word_t served = 0;
  seL4_Recv(endpoint, NULL);
  while (seL4_GetMR(0) != 0) {
    served++;
    seL4_SetMR(0, seL4_GetMR(0) + 1);
    seL4_ReplyRecv(endpoint, seL4_MessageInfo_new(3, 0, 0, 1), NULL);
  }
  seL4_Reply(seL4_MessageInfo_new(4, 0, 0, 0));
  return served;
}

static void calling(void) {
  cptr_t endpoint = arena_make(OBJECT_ENDPOINT, 0);
  seL4_MessageInfo_t one = seL4_MessageInfo_new(0, 0, 0, 1);
  bool right = true;
  worker_start(0, serves, endpoint);
  for (word_t i = 1; i <= 20; i++) {
    seL4_SetMR(0, i);
    seL4_MessageInfo_t info = seL4_Call(endpoint, one);
    right = right && info.words[0] == MESSAGE_INFO(3, 0, 0, 1) &&
            seL4_GetMR(0) == i + 1;
  }
  CHECK(right, "each Call gets the answer of its ReplyRecv");
  seL4_SetMR(0, 0);
  seL4_MessageInfo_t last = seL4_Call(endpoint, one);
  CHECK(last.words[0] == MESSAGE_INFO(4, 0, 0, 0), "Reply answers a Call");
  CHECK(worker_result(0) == 20, "the server saw every call once");
}

/* Sends LONG words, and says that it sends `length`. */
static word_t sends_long(word_t length) {
  for (word_t i = 0; i < LONG; i++) {
    seL4_SetMR((int)i, 1000 + i);
  }
  seL4_Send(workers_endpoint(), (seL4_MessageInfo_t){{length}});
  return 0;
}

static bool long_arrived(word_t length) {
  const struct ipc_buffer *buffer = seL4_GetIPCBuffer();
  seL4_MessageInfo_t info = seL4_Recv(workers_endpoint(), NULL);
  bool right = seL4_MessageInfo_get_length(info) == length;
  for (word_t i = 0; i < length; i++) {
    right = right && buffer->mr[i] == 1000 + i;
  }
  return right;
}

static void lengths(void) {
  worker_start(0, sends_long, LONG);
  CHECK(long_arrived(LONG), "120 words arrive");
  worker_result(0);
  worker_run(0, sends_long, 127);
  CHECK(long_arrived(LONG), "a length of 127 is taken as 120");
  worker_wait();
  REQUEST(worker_tcb(0), TCB_SET_IPC_BUFFER, CAPS(ROOT), WORDS(0));
  worker_run(0, sends_long, LONG);
  CHECK(long_arrived(4), "without buffer a message has four words");
  worker_wait();
}

static void registers_are_not_mirrored(void) {
  struct ipc_buffer *buffer = seL4_GetIPCBuffer();
  worker_start(1, sends_long, 6);
  memset(buffer->mr, 0x5a, sizeof buffer->mr);
  struct rt_trap trap = {.r0 = workers_endpoint()};
  rt_trap(SYSCALL_RECV, &trap);
  CHECK(trap.mr[3] == 1003 && buffer->mr[3] == 0x5a5a5a5a,
        "the first four words come in registers only");
  CHECK(buffer->mr[4] == 1004 && buffer->mr[5] == 1005 &&
            buffer->mr[6] == 0x5a5a5a5a,
        "the others come in the buffer, and no more than were sent");
  worker_result(1);
}

static void rights(void) {
  cptr_t endpoint = arena_make(OBJECT_ENDPOINT, 0);
  cptr_t reader = memory_mint(endpoint, RIGHT_READ, 0);
  EXPECT("Call needs Write", REQUEST(reader, INVALID), ERR_INVALID_CAPABILITY,
         WORDS(0));
  worker_start(0, receives, memory_mint(endpoint, RIGHT_WRITE, 0));
  struct worker_event event = worker_wait();
  CHECK(event.label == FAULT_CAP && event.length == 5 && event.mr[2] == 1 &&
            event.mr[3] == LOOKUP_MISSING_CAPABILITY && event.mr[4] == 0,
        "Recv needs Read, else it is a cap fault in receiving");
}

static void call_without_reply(void) {
  cptr_t endpoint = arena_make(OBJECT_ENDPOINT, 0);
  cptr_t writer = memory_mint(endpoint, RIGHT_WRITE, 9);
  word_t badge = 0;
  send_off(1,
           (struct errand){writer, SYSCALL_CALL, MESSAGE_INFO(1, 0, 0, 1), 55});
  seL4_Recv(endpoint, &badge);
  CHECK(badge == 9 && seL4_GetMR(0) == 55,
        "a Call without Grant and GrantReply is delivered");
  seL4_Reply(seL4_MessageInfo_new(0, 0, 0, 0));
  workers_settle();
  CHECK(!worker_event_waits(), "its caller stops for good");
}

static void cancelling(void) {
  cptr_t endpoint = arena_make(OBJECT_ENDPOINT, 0);
  cptr_t one = memory_mint(endpoint, RIGHTS_ALL, 1);
  cptr_t two = memory_mint(endpoint, RIGHTS_ALL, 2);
  word_t badge = 0;
  send_off(0, (struct errand){one, SYSCALL_SEND, 0, 0});
  workers_settle();
  send_off(1, (struct errand){two, SYSCALL_SEND, 0, 0});
  workers_settle();
  EXPECT("cancelling needs all rights",
         REQUEST(ROOT, CNODE_CANCEL_BADGED_SENDS,
                 WORDS(memory_mint(endpoint, RIGHT_WRITE, 1), ROOT_DEPTH)),
         ERR_ILLEGAL_OPERATION);
  EXPECT("sends with a badge can be cancelled",
         REQUEST(ROOT, CNODE_CANCEL_BADGED_SENDS, WORDS(one, ROOT_DEPTH)),
         ERR_NONE);
  arena_delete(one);
  seL4_Recv(endpoint, &badge);
  CHECK(badge == 2, "the sends with another badge stay");
  workers_settle();
  seL4_NBRecv(endpoint, &badge);
  CHECK(badge == 0, "a cancelled sender that has lost its cap sends nothing");
}

static void destroying(void) {
  cptr_t endpoint = arena_make(OBJECT_ENDPOINT, 0);
  worker_start(2, receives, endpoint);
  workers_settle();
  arena_delete(endpoint);
  struct worker_event event = worker_wait();
  CHECK(event.worker == 2 && event.label == FAULT_CAP &&
            event.mr[1] == endpoint && event.mr[2] == 1 &&
            event.mr[3] == LOOKUP_MISSING_CAPABILITY,
        "who waits on an endpoint that is destroyed receives again and faults");
}

void test_endpoint(void) {
  static void (*const parts[])(void) = {
      sending,   order,      receivers,
      calling,   lengths,    registers_are_not_mirrored,
      rights,    cancelling, call_without_reply,
      destroying};
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    workers_begin();
    parts[i]();
    arena_clear();
  }
}
