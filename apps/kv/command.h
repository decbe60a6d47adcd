/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands: what a request asks of the database and the server. A command
 * either answers in REPLY_SMALL bytes or writes its whole answer before it
 * changes anything, so that one whose answer does not fit can be run again.
 */
#pragma once

#include "keeper.h"
#include "reply.h"
#include "request.h"

/** How the replicated machine is. The transport reads it; it is an input like
 * any other, equal in all replicas. */
struct replica_state {
  uint32_t live;           /* a bit per replica; 0: not replicated */
  uint32_t primary;        /* who performs device accesses */
  uint32_t downgrades;     /* replicas voted out since boot */
  uint32_t reintegrations; /* replicas that came back */
  uint32_t repairs;        /* pages that the scrubber repaired */
};

/** One server, for all its connections. */
struct server {
  struct database database;
  void (*read_replicas)(struct replica_state *state); /* NULL: not known */
  const struct keeper *keeper;                        /* NULL: none */
  uint32_t connections;                               /* open now */
  uint32_t connections_max;                           /* there can be so many */
  uint32_t accepted;                                  /* ever */
  uint32_t refused;  /* connections beyond the maximum */
  uint32_t broken;   /* connections closed for not being the protocol */
  uint32_t commands; /* ever run */
  uint32_t hits;     /* GETs that found a key */
  uint32_t misses;
  bool over; /* SHUTDOWN came */
};

/** One request being served. */
struct call {
  struct server *server;
  const struct request_buffer *request;
  struct reply_buffer *reply;
  bool close; /* set by QUIT: close when all replies have left */
};

/** One row of a table of commands. */
struct command {
  const char *name; /* lower case */
  void (*run)(struct call *call);
  int32_t arity;     /* arguments with the name; negative: at least so many */
  const char *flags; /* as COMMAND tells them, with blanks between */
  int32_t key_first; /* first argument that is a key, 0 = none */
  int32_t key_last;  /* negative: counted from the end */
  int32_t key_step;
};

/** Tables of commands, each ended by a row without name. */
extern const struct command command_keys[];
extern const struct command command_strings[];
extern const struct command command_counters[];
extern const struct command command_server[];
extern const struct command command_commands[];

/** Run the request that is ready, and answer it. */
void command_run(struct call *call);

/** @return Command `i` of all tables, NULL behind the last. */
const struct command *command_row(uint32_t i);

/** @return The command of that name, NULL if there is none. */
const struct command *command_find(struct slice name);

/** Argument `i`; 0 is the command's name. */
static inline struct slice call_argument(const struct call *call, uint32_t i) {
  return request_argument(call->request, i);
}

static inline uint32_t call_count(const struct call *call) {
  return call->request->count;
}

/** @return Chain of the key that argument `i` names, or DATABASE_ABSENT. */
uint32_t call_find(struct call *call, uint32_t i);

/** Read argument `i` as a number. @return False: an error was answered. */
bool call_number(struct call *call, uint32_t i, int64_t *number);

/** Answers that several commands give. */
void call_syntax_error(struct call *call);
void call_no_memory(struct call *call);
