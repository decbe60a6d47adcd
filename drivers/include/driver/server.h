/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The event loop that every driver runs: one endpoint for its clients, with a
 * notification bound to the thread that the interrupt and the services which
 * it uses itself signal, so that a single wait covers all. Between two waits
 * the driver does one thing to its end.
 */
#pragma once

#include "abi/error.h"
#include "rt/start.h"

struct server_request {
  word_t client; /* index in rt_server.clients */
  word_t label;
  word_t arguments[2]; /* MR0, MR1 */
};

struct server_reply {
  enum err error;
  word_t values[2]; /* MR0, MR1 */
};

/* What a driver is, to the loop. */
struct server_operations {
  /** Serve one Call. Its client's shared memory is the driver's until the
   * reply. */
  struct server_reply (*serve)(const struct server_request *request);
  /** The device raised its interrupt. The loop acknowledges it afterwards, so
   * the device must have stopped asking by then. NULL: has none. */
  void (*interrupt)(void);
  /** Services that this server uses itself have news: a mask of
   * 1 << enum rt_service. NULL: it uses none. */
  void (*event)(word_t services);
  /** Memory in bytes that each client must share, for a service that uses it
   * without looking at the size; Calls of a client that shares less are
   * answered with ERR_RANGE. */
  word_t shared_least;
};

/** For servers that drive a device, before their first access to it.
 * @return What this server is, by its start page. */
const struct rt_server *server_open_device(void);

/** Serve for ever. */
_Noreturn void server_run(const struct rt_server *server,
                          const struct server_operations *operations);

/** What the loop does with a Call: asks whether its client exists and shares
 * enough memory, then has it served. */
struct server_reply server_answer(const struct rt_server *server,
                                  const struct server_operations *operations,
                                  const struct server_request *request);

/** Tell `client` that there is news for it. */
void server_signal(const struct rt_server *server, word_t client);

/** A reply that only carries an error. */
static inline struct server_reply server_fail(enum err error) {
  return (struct server_reply){.error = error};
}
