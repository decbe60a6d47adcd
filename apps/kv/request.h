/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests of the Redis protocol (RESP2), found in a buffer of fixed size as
 * bytes come in: arrays of bulk strings, and lines of words ("inline
 * commands"). No byte is looked at twice, however the stream is cut, and any
 * number of requests may follow each other.
 */
#pragma once

#include "limits.h"
#include "slice.h"

struct request_buffer {
  uint32_t end;    /* bytes in the buffer */
  uint32_t start;  /* first byte of the request that is being read */
  uint32_t next;   /* first byte that was not looked at */
  uint32_t line;   /* first byte of the line that is being read */
  int32_t missing; /* arguments still to come; -1: not yet known */
  int32_t bulk;    /* bytes of the argument to come; -1: its length is */
  uint32_t count;  /* arguments that are there */
  struct {
    uint32_t offset; /* from `start` */
    uint32_t length;
  } arguments[ARGUMENTS_MAX];
  uint8_t bytes[REQUEST_MAX + PIECE_MAX];
};

enum request_state {
  REQUEST_READY,   /* a whole one, with at least one argument */
  REQUEST_PARTIAL, /* more bytes must come */
  REQUEST_BROKEN,  /* not the protocol: answer, then close the connection */
};

/** Forget everything. */
void request_reset(struct request_buffer *buffer);

/** Take in bytes. @return How many: fewer when the buffer is full. */
uint32_t request_take(struct request_buffer *buffer, struct slice bytes);

/** @return Bytes that request_take would take: at least PIECE_MAX after
 * request_next found nothing more. */
uint32_t request_room(const struct request_buffer *buffer);

/** Look for the next request. After REQUEST_READY it stands there until
 * request_done.
 * @param error  Set when broken: what is wrong, in words. */
enum request_state request_next(struct request_buffer *buffer,
                                const char **error);

/** @return Argument `i` of the request that is ready. */
struct slice request_argument(const struct request_buffer *buffer, uint32_t i);

/** Drop the request that was ready. */
void request_done(struct request_buffer *buffer);
