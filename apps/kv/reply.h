/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replies of one connection, waiting to leave, in a buffer of fixed size. What
 * does not fit marks the buffer as overflown; the caller then takes the reply
 * back to where it began.
 */
#pragma once

#include "cells.h"
#include "limits.h"
#include "slice.h"

struct reply_buffer {
  uint32_t end;  /* bytes written */
  uint32_t sent; /* of these, gone */
  bool overflow;
  uint8_t bytes[REPLY_MAX];
};

/** A reply whose length is written in front of it when it is complete. */
struct reply_mark {
  uint32_t at;
};

void reply_reset(struct reply_buffer *reply);

/** @return Bytes that can still be written. */
uint32_t reply_room(const struct reply_buffer *reply);

/** @return What waits to leave. */
struct slice reply_waiting(const struct reply_buffer *reply);

/** The first `count` bytes that waited have left. */
void reply_sent(struct reply_buffer *reply, uint32_t count);

/** @return Where the next reply begins. */
struct reply_mark reply_begin(const struct reply_buffer *reply);

/** Take back all since `mark`, an overflow too. */
void reply_undo(struct reply_buffer *reply, struct reply_mark mark);

/** Bytes as they are, and decimal numbers: parts of a reply. */
void reply_bytes(struct reply_buffer *reply, struct slice bytes);
void reply_text(struct reply_buffer *reply, const char *text);
void reply_decimal(struct reply_buffer *reply, int64_t number);

/** +text */
void reply_status(struct reply_buffer *reply, const char *text);

/** -text; `text` begins with the error's name, such as ERR. */
void reply_error(struct reply_buffer *reply, const char *text);

/** :number */
void reply_number(struct reply_buffer *reply, int64_t number);

/** A string; the absent one. */
void reply_bulk(struct reply_buffer *reply, struct slice bytes);
void reply_null(struct reply_buffer *reply);

/** A string of `length` bytes that a chain holds. */
void reply_chain(struct reply_buffer *reply, struct chain_reader reader,
                 uint32_t length);

/** The head of an array whose `count` elements follow. */
void reply_array(struct reply_buffer *reply, uint32_t count);

/** All since `mark` is the content of one string, or `count` elements of one
 * array. */
void reply_close_bulk(struct reply_buffer *reply, struct reply_mark mark);
void reply_close_array(struct reply_buffer *reply, struct reply_mark mark,
                       uint32_t count);

/** All since `mark` are the `count` keys of an answer of SCAN. */
void reply_close_scan(struct reply_buffer *reply, struct reply_mark mark,
                      uint32_t cursor, uint32_t count);
