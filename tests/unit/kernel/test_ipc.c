/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/core/ipc.c, transfer.c, message.c: who meets whom, what travels. */
#include "kernel/ipc.h"

#include "ipc_calls.h"
#include "kernel/delete.h"

static void registers_after_a_receive(void) {
  start();
  CHECK(system_call(SYSCALL_RECV, EP) == FAKE_END_USER &&
            sched_current == client,
        "the server waits");
  system_send(SYSCALL_SEND, &(struct message){.to = BADGED,
                                              .label = 0xabcde,
                                              .length = 6,
                                              .words = {1, 2, 3, 4, 5, 6}});
  CHECK(sched_current == server, "the higher one runs at once");
  CHECK(client->state == THREAD_RUNNING, "the sender goes on as well");
  CHECK(system_badge(server) == 7, "the badge arrives");
  CHECK(system_info(server) == MESSAGE_INFO(0xabcde, 0, 0, 6), "and the info");
  for (word_t i = 0; i < 6; i++)
    CHECK(system_word(server, i) == i + 1, "and each word");
}

static void senders_queue_in_order(void) {
  struct tcb *second;

  start();
  second = system_thread(60);
  thread_suspend(server);
  sched_schedule();
  system_send(SYSCALL_SEND, &(struct message){.to = BADGED, .label = 1});
  CHECK(client->state == THREAD_BLOCKED_ON_SEND, "the first sender waits");
  system_wake(second);
  system_send(SYSCALL_SEND, &(struct message){.to = EP, .label = 2});
  thread_resume(server);
  sched_schedule();
  system_call(SYSCALL_RECV, EP);
  CHECK(MESSAGE_LABEL(system_info(server)) == 1 && system_badge(server) == 7,
        "who came first is served first, whatever its priority");
  system_call(SYSCALL_RECV, EP);
  CHECK(MESSAGE_LABEL(system_info(server)) == 2 && system_badge(server) == 0,
        "then the second");
}

static void polling_changes_only_the_badge(void) {
  word_t info;

  start();
  info = system_info(server);
  CHECK(system_call(SYSCALL_NB_RECV, EP) == FAKE_END_USER &&
            sched_current == server,
        "a poll does not wait");
  CHECK(system_badge(server) == 0 && system_info(server) == info,
        "r0 is 0, r1 is untouched");
  system_send(SYSCALL_NB_SEND, &(struct message){.to = EP});
  CHECK(sched_current == server && server->state == THREAD_RUNNING,
        "a message without receiver is dropped");
}

static void call_and_reply(void) {
  start();
  system_call(SYSCALL_RECV, EP);
  system_send(SYSCALL_CALL,
              &(struct message){.to = BADGED, .length = 1, .words = {5}});
  CHECK(client->state == THREAD_BLOCKED_ON_REPLY, "the caller waits");
  CHECK(slot_type(&server->slots[TCB_SLOT_CALLER]) == CAP_REPLY,
        "the server may reply");
  system_send(SYSCALL_REPLY_RECV,
              &(struct message){
                  .to = EP, .label = 3, .length = 5, .words = {9, 8, 7, 6, 5}});
  CHECK(sched_current == client && client->state == THREAD_RUNNING,
        "the caller goes on");
  CHECK(server->state == THREAD_BLOCKED_ON_RECEIVE, "the server waits again");
  CHECK(system_badge(client) == 0 &&
            system_info(client) == MESSAGE_INFO(3, 0, 0, 5) &&
            system_word(client, 0) == 9 && system_word(client, 4) == 5,
        "the answer arrives whole");
  CHECK(slot_is_empty(&server->slots[TCB_SLOT_CALLER]), "once only");
}

static void a_reply_without_caller_does_nothing(void) {
  start();
  CHECK(system_send(SYSCALL_REPLY, &(struct message){.label = 1}) ==
                FAKE_END_USER &&
            sched_current == server,
        "nobody is answered");
}

static void call_without_grant_stops_the_caller(void) {
  start();
  CHECK(system_copy(DEST, EP, RIGHT_WRITE | RIGHT_READ) == ERR_NONE, "copy");
  system_call(SYSCALL_RECV, EP);
  system_send(SYSCALL_CALL, &(struct message){.to = DEST, .label = 4});
  CHECK(MESSAGE_LABEL(system_info(server)) == 4, "the message arrives");
  CHECK(client->state == THREAD_INACTIVE, "the caller stops for good");
  CHECK(slot_is_empty(&server->slots[TCB_SLOT_CALLER]), "nobody may reply");
}

static void receiving_again_drops_the_caller(void) {
  start();
  system_call(SYSCALL_RECV, EP);
  system_send(SYSCALL_CALL, &(struct message){.to = EP});
  system_call(SYSCALL_NB_RECV, EP);
  CHECK(slot_is_empty(&server->slots[TCB_SLOT_CALLER]),
        "the reply capability is gone");
  CHECK(client->state == THREAD_BLOCKED_ON_REPLY, "the caller waits on");
}

static void restarting_a_caller_revokes_its_reply(void) {
  start();
  system_call(SYSCALL_RECV, EP);
  system_send(SYSCALL_CALL, &(struct message){.to = EP});
  thread_resume(client);
  CHECK(slot_is_empty(&server->slots[TCB_SLOT_CALLER]),
        "nobody can answer it any more");
  system_call(SYSCALL_RECV, OTHER);
  CHECK(sched_current == client && client->context.reg[CONTEXT_PC] ==
                                       client->context.reg[CONTEXT_FAULT_IP],
        "it executes its call again");
}

/* ---- capabilities -------------------------------------------------------- */

static void send_caps(cptr_t to, word_t count, cptr_t first, cptr_t second) {
  system_call(SYSCALL_RECV, EP);
  system_send(SYSCALL_SEND, &(struct message){.to = to,
                                              .length = 1,
                                              .cap_count = count,
                                              .caps = {first, second}});
}

static void a_capability_travels_with_grant(void) {
  struct cap cap;

  start();
  send_caps(EP, 1, SLOT_DOMAIN, 0);
  CHECK(MESSAGE_EXTRA_CAPS(system_info(server)) == 1 &&
            MESSAGE_CAPS_UNWRAPPED(system_info(server)) == 0,
        "one arrives");
  cap = system_cap(DEST);
  CHECK(cap.type == CAP_DOMAIN, "in the receive slot");
  CHECK(system_lists_are_sound(), "as a copy in the list");
}

/* The client calls; the server answers with a capability. */
static bool answer_carries_a_capability(cptr_t received_from) {
  struct ipc_buffer *buffer = system_buffer(client);

  buffer->receive_cnode = SLOT_CNODE;
  buffer->receive_index = DEST;
  buffer->receive_depth = 32;
  system_call(SYSCALL_RECV, received_from);
  system_send(SYSCALL_CALL, &(struct message){.to = EP});
  system_send(SYSCALL_REPLY_RECV, &(struct message){.to = received_from,
                                                    .cap_count = 1,
                                                    .caps = {SLOT_DOMAIN}});
  return sched_current == client &&
         MESSAGE_EXTRA_CAPS(system_info(client)) == 1 &&
         !slot_is_empty(system_slot(DEST));
}

static void answers_carry_capabilities_if_the_server_has_grant(void) {
  start();
  CHECK(answer_carries_a_capability(EP), "with Grant");
  start();
  CHECK(system_copy(SLOT_FREE + 9, EP, RIGHT_READ) == ERR_NONE, "read only");
  CHECK(!answer_carries_a_capability(SLOT_FREE + 9), "not without");
  CHECK(slot_is_empty(system_slot(DEST)), "nothing came");
}

static void none_travels_without_grant(void) {
  start();
  CHECK(system_copy(SLOT_FREE + 9, EP, RIGHT_WRITE) == ERR_NONE, "write only");
  send_caps(SLOT_FREE + 9, 1, SLOT_DOMAIN, 0);
  CHECK(MESSAGE_EXTRA_CAPS(system_info(server)) == 0 &&
            slot_is_empty(system_slot(DEST)),
        "the message arrives without it");
}

static void capabilities_to_the_endpoint_arrive_as_badges(void) {
  start();
  send_caps(EP, 2, BADGED, SLOT_DOMAIN);
  CHECK(MESSAGE_EXTRA_CAPS(system_info(server)) == 2 &&
            MESSAGE_CAPS_UNWRAPPED(system_info(server)) == 1,
        "the first is unwrapped, the second arrives");
  CHECK(system_buffer(server)->caps_or_badges[0] == 7, "as its badge");
  CHECK(slot_type(system_slot(DEST)) == CAP_DOMAIN, "the other in the slot");
}

static void transfer_stops_at_the_first_that_has_no_place(void) {
  start();
  send_caps(EP, 2, SLOT_DOMAIN, SLOT_CNODE);
  CHECK(MESSAGE_EXTRA_CAPS(system_info(server)) == 1, "there is one slot");
  start();
  system_buffer(server)->receive_index = EP;
  send_caps(EP, 1, SLOT_DOMAIN, 0);
  CHECK(MESSAGE_EXTRA_CAPS(system_info(server)) == 0, "which must be empty");
  start();
  system_buffer(server)->receive_depth = 33;
  send_caps(EP, 1, SLOT_DOMAIN, 0);
  CHECK(MESSAGE_EXTRA_CAPS(system_info(server)) == 0, "and must exist");
  start();
  send_caps(EP, 1, SLOT_IRQ_CONTROL, 0);
  CHECK(MESSAGE_EXTRA_CAPS(system_info(server)) == 0 &&
            slot_is_empty(system_slot(DEST)),
        "and the capability must be one that can be copied");
}

static void lengths_are_cut_to_what_fits(void) {
  start();
  server->ipc_buffer = 0;
  delete_simple(&server->slots[TCB_SLOT_BUFFER]);
  system_call(SYSCALL_RECV, EP);
  system_send(
      SYSCALL_SEND,
      &(struct message){.to = EP, .length = 120, .words = {1, 2, 3, 4}});
  CHECK(MESSAGE_LENGTH(system_info(server)) == 4, "four without a buffer");
  start();
  system_call(SYSCALL_RECV, EP);
  system_send(SYSCALL_SEND, &(struct message){.to = EP, .length = 127});
  CHECK(MESSAGE_LENGTH(system_info(server)) == 120, "120 with one");
}

static void rights_are_needed(void) {
  start();
  CHECK(system_copy(DEST, EP, RIGHT_READ) == ERR_NONE, "read only");
  CHECK(INVOKE(.to = DEST) == ERR_INVALID_CAPABILITY, "no send without Write");
  CHECK(system_copy(DEST + 8, EP, RIGHT_WRITE) == ERR_NONE, "write only");
  system_call(SYSCALL_RECV, DEST + 8);
  CHECK(server->state == THREAD_INACTIVE, "no receive without Read: a fault");
}

static void a_capability_that_is_not_there_stops_the_transfer(void) {
  start();
  send_caps(EP, 2, SLOT_DOMAIN, 0xffff);
  CHECK(MESSAGE_EXTRA_CAPS(system_info(server)) == 0, "none travels");
  start();
  system_buffer(server)->receive_cnode = 0xffff;
  send_caps(EP, 1, SLOT_DOMAIN, 0);
  CHECK(MESSAGE_EXTRA_CAPS(system_info(server)) == 0,
        "nor without a CNode to receive in");
  start();
  system_buffer(server)->receive_depth = 0;
  send_caps(EP, 1, SLOT_DOMAIN, 0);
  CHECK(MESSAGE_EXTRA_CAPS(system_info(server)) == 0, "nor at depth 0");
  start();
  system_buffer(server)->receive_depth = 31;
  send_caps(EP, 1, SLOT_DOMAIN, 0);
  CHECK(MESSAGE_EXTRA_CAPS(system_info(server)) == 0, "nor short of a slot");
  start();
  send_caps(EP, 1, SLOT_UNTYPED, 0);
  CHECK(MESSAGE_EXTRA_CAPS(system_info(server)) == 0,
        "nor memory that is in use");
}

/* Its CSpace is another one by the time that it is received. */
static void who_waits_may_lose_what_it_wanted_to_send(void) {
  start();
  thread_suspend(server);
  sched_schedule();
  system_send(
      SYSCALL_SEND,
      &(struct message){.to = EP, .cap_count = 1, .caps = {SLOT_DOMAIN}});
  CHECK(client->state == THREAD_BLOCKED_ON_SEND, "the client waits");
  delete_simple(&client->slots[TCB_SLOT_CSPACE]);
  thread_resume(server);
  sched_schedule();
  system_call(SYSCALL_RECV, EP);
  CHECK(client->state == THREAD_RUNNING &&
            MESSAGE_EXTRA_CAPS(system_info(server)) == 0,
        "the message arrives without");
  start();
  thread_suspend(server);
  sched_schedule();
  system_send(SYSCALL_SEND, &(struct message){.to = EP, .length = 9});
  delete_simple(&client->slots[TCB_SLOT_BUFFER]);
  thread_resume(server);
  sched_schedule();
  system_call(SYSCALL_RECV, EP);
  CHECK(client->state == THREAD_RUNNING, "or what lay in its buffer");
}

int main(void) {
  registers_after_a_receive();
  senders_queue_in_order();
  polling_changes_only_the_badge();
  call_and_reply();
  a_reply_without_caller_does_nothing();
  call_without_grant_stops_the_caller();
  receiving_again_drops_the_caller();
  restarting_a_caller_revokes_its_reply();
  a_capability_travels_with_grant();
  answers_carry_capabilities_if_the_server_has_grant();
  none_travels_without_grant();
  capabilities_to_the_endpoint_arrive_as_badges();
  transfer_stops_at_the_first_that_has_no_place();
  lengths_are_cut_to_what_fits();
  rights_are_needed();
  a_capability_that_is_not_there_stops_the_transfer();
  who_waits_may_lose_what_it_wanted_to_send();
  return check_report("ipc");
}
