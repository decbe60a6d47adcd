/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/core/ipc.c: waits that end without a message. */
#include "kernel/ipc.h"

#include "ipc_calls.h"

static void deleting_the_endpoint_restarts_who_waits(void) {
  start();
  system_call(SYSCALL_RECV, EP);
  CHECK(system_revoke(EP) == ERR_NONE && system_delete(EP) == ERR_NONE,
        "the client deletes it");
  CHECK(server->state == THREAD_RESTART || server->state == THREAD_INACTIVE ||
            sched_current == server,
        "the server tries again");
  CHECK(client->state == THREAD_RUNNING, "the client goes on");
}

/* The client waits to send; the server could take it. */
static void leave_a_send(cptr_t to) {
  thread_suspend(server);
  sched_schedule();
  system_send(SYSCALL_SEND, &(struct message){.to = to});
  thread_resume(server);
  sched_schedule();
}

static enum err cancel(cptr_t slot) {
  return INVOKE(.to = SLOT_CNODE, .label = INVOCATION_CNODE_CANCEL_BADGED_SENDS,
                .length = 2, .words = {slot, 32});
}

static void sends_without_badge_are_not_cancelled(void) {
  start();
  leave_a_send(EP);
  CHECK(cancel(EP) == ERR_NONE && client->state == THREAD_BLOCKED_ON_SEND,
        "badge 0 cancels nothing");
  CHECK(system_copy(DEST, BADGED, RIGHT_READ | RIGHT_WRITE) == ERR_NONE &&
            cancel(DEST) == ERR_ILLEGAL_OPERATION,
        "and all rights are needed");
}

static void badged_sends_are_cancelled(void) {
  start();
  leave_a_send(BADGED);
  CHECK(cancel(EP) == ERR_NONE && client->state == THREAD_BLOCKED_ON_SEND,
        "badge 0 cancels nothing");
  CHECK(cancel(BADGED) == ERR_NONE && client->state == THREAD_RESTART,
        "its own badge does");
}

static void receivers_are_not_cancelled(void) {
  start();
  system_call(SYSCALL_RECV, EP);
  CHECK(cancel(BADGED) == ERR_NONE &&
            server->state == THREAD_BLOCKED_ON_RECEIVE,
        "whatever badge it is");
}

static void others_stay_in_the_queue(void) {
  struct tcb *third;

  start();
  third = system_thread(20);
  thread_suspend(server);
  sched_schedule();
  system_send(SYSCALL_SEND, &(struct message){.to = EP});
  system_wake(third);
  system_send(SYSCALL_SEND, &(struct message){.to = BADGED});
  thread_resume(server);
  sched_schedule();
  CHECK(INVOKE(.to = SLOT_CNODE, .label = INVOCATION_CNODE_CANCEL_BADGED_SENDS,
               .length = 2, .words = {BADGED, 32}) == ERR_NONE,
        "one badge is cancelled");
  CHECK(client->state == THREAD_BLOCKED_ON_SEND &&
            third->state == THREAD_RESTART,
        "and who sent with another one waits on");
}

int main(void) {
  deleting_the_endpoint_restarts_who_waits();
  sends_without_badge_are_not_cancelled();
  badged_sends_are_cancelled();
  receivers_are_not_cancelled();
  others_stay_in_the_queue();
  return check_report("ipc_cancel");
}
