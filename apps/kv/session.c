/* SPDX-License-Identifier: BSD-2-Clause */
/* A connection's life: requests are served in order, a reply leaves whole. */
#include "session.h"

void session_open(struct session *session, struct server *server) {
  session->state = SESSION_OPEN;
  session->held = false;
  request_reset(&session->request);
  reply_reset(&session->reply);
  server->connections++;
  server->accepted++;
}

void session_close(struct session *session, struct server *server) {
  session->state = SESSION_CLOSING;
  reply_reset(&session->reply);
  server->connections--;
}

uint32_t session_room(const struct session *session) {
  return session->state == SESSION_OPEN ? request_room(&session->request) : 0;
}

uint32_t session_take(struct session *session, struct slice bytes) {
  return session->state == SESSION_OPEN ? request_take(&session->request, bytes)
                                        : 0;
}

static void refuse(struct session *session, struct server *server,
                   const char *error) {
  server->broken++;
  session->state = SESSION_CLOSING;
  reply_text(&session->reply, "-ERR Protocol error: ");
  reply_text(&session->reply, error);
  reply_text(&session->reply, "\r\n");
}

/* Serve the request that is ready. False: its reply must wait until what is
 * in front of it has left. */
static bool serve(struct session *session, struct server *server) {
  struct reply_mark mark = reply_begin(&session->reply);
  struct call call = {server, &session->request, &session->reply, false};
  command_run(&call);
  if (session->reply.overflow) {
    reply_undo(&session->reply, mark);
    session->held = mark.at > 0;
    if (session->held) {
      return false;
    }
    reply_error(&session->reply, "ERR reply is larger than a connection may "
                                 "hold; ask for less at a time");
  }
  server->commands++;
  request_done(&session->request);
  if (call.close) {
    session->state = SESSION_CLOSING;
  }
  return true;
}

uint32_t session_run(struct session *session, struct server *server,
                     uint32_t max) {
  const char *error = NULL;
  uint32_t count = 0;
  if (session->held && session_waiting(session).length > 0) {
    return 0;
  }
  session->held = false;
  while (count < max && session->state == SESSION_OPEN &&
         reply_room(&session->reply) >= REPLY_SMALL) {
    enum request_state state = request_next(&session->request, &error);
    if (state == REQUEST_BROKEN) {
      refuse(session, server, error);
    }
    if (state != REQUEST_READY || !serve(session, server)) {
      break;
    }
    count++;
  }
  return count;
}

struct slice session_waiting(const struct session *session) {
  return reply_waiting(&session->reply);
}

void session_sent(struct session *session, uint32_t count) {
  reply_sent(&session->reply, count);
}

bool session_over(const struct session *session) {
  return session->state == SESSION_CLOSING &&
         session_waiting(session).length == 0;
}
