/* SPDX-License-Identifier: BSD-2-Clause */
/* The drivers' event loop. */
#include "driver/server.h"

#include "sel4/sel4.h"

#define REPLY_WORDS 2

/* What the last wait brought. */
struct event {
  seL4_Word badge;
  seL4_MessageInfo_t info;
  seL4_Word words[REPLY_WORDS];
};

static bool is_signal(const struct event *event) {
  return (event->badge & (RT_BADGE_INTERRUPT | RT_BADGE_EVENT)) != 0;
}

/* Both kinds may have come together. */
static void take_signal(const struct rt_server *server,
                        const struct server_operations *operations,
                        seL4_Word badge) {
  if ((badge & RT_BADGE_INTERRUPT) != 0) {
    operations->interrupt();
    seL4_IRQHandler_Ack(server->irq);
  }
  if ((badge & RT_BADGE_EVENT) != 0) {
    operations->event(badge & (RT_BADGE_EVENT - 1));
  }
}

static void wait_first(const struct rt_server *server, struct event *event) {
  event->info = seL4_Recv(server->endpoint, &event->badge);
  event->words[0] = seL4_GetMR(0);
  event->words[1] = seL4_GetMR(1);
}

static void reply_and_wait(const struct rt_server *server,
                           const struct server_reply *reply,
                           struct event *event) {
  event->words[0] = reply->values[0];
  event->words[1] = reply->values[1];
  event->info = seL4_ReplyRecvWithMRs(
      server->endpoint,
      seL4_MessageInfo_new((seL4_Word)reply->error, 0, 0, REPLY_WORDS),
      &event->badge, &event->words[0], &event->words[1], NULL, NULL);
}

static struct server_reply
serve_call(const struct rt_server *server,
           const struct server_operations *operations,
           const struct event *event) {
  const struct server_request request = {
      .client = event->badge,
      .label = seL4_MessageInfo_get_label(event->info),
      .arguments = {event->words[0], event->words[1]},
  };
  return server_answer(server, operations, &request);
}

_Noreturn void server_run(const struct rt_server *server,
                          const struct server_operations *operations) {
  struct event event;
  wait_first(server, &event);
  for (;;) {
    if (is_signal(&event)) {
      take_signal(server, operations, event.badge);
      wait_first(server, &event);
    } else {
      struct server_reply reply = serve_call(server, operations, &event);
      reply_and_wait(server, &reply, &event);
    }
  }
}

void server_signal(const struct rt_server *server, word_t client) {
  seL4_Signal(server->clients[client].event);
}
