/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One connection: requests in, replies out, both in buffers of fixed size. The
 * transport (TCP on the board, sockets in tests, memory in the fuzzer) brings
 * bytes and takes bytes; it must not acknowledge what session_take refuses.
 * That is all of the back-pressure: who does not read replies is not read from.
 */
#pragma once

#include "command.h"

/** What the transport answers a connection for which there is no session. */
#define SESSION_REFUSAL "-ERR max number of clients reached\r\n"

enum session_state {
  SESSION_OPEN,
  SESSION_CLOSING, /* no more requests; close when nothing waits to leave */
};

struct session {
  enum session_state state;
  bool held; /* the next reply did not fit: it waits until all have left */
  struct request_buffer request;
  struct reply_buffer reply;
};

/** A connection has come. */
void session_open(struct session *session, struct server *server);

/** It has gone, whoever closed it. */
void session_close(struct session *session, struct server *server);

/** @return Bytes that session_take would take now. */
uint32_t session_room(const struct session *session);

/** Take bytes that came. @return How many were taken. */
uint32_t session_take(struct session *session, struct slice bytes);

/** Serve at most `max` whole requests while there is room for replies.
 * @return How many were served. */
uint32_t session_run(struct session *session, struct server *server,
                     uint32_t max);

/** @return Bytes that wait to leave. */
struct slice session_waiting(const struct session *session);

/** The first `count` of them have left. */
void session_sent(struct session *session, uint32_t count);

/** @return Whether the transport shall close the connection now. */
bool session_over(const struct session *session);
