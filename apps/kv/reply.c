/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing replies. The buffer is used from its start to its end and begins
 * again when all has left. */
#include "reply.h"

#include "number.h"

#define HEAD_MAX (1 + NUMBER_TEXT_MAX + 2) /* letter, number, CR LF */

void reply_reset(struct reply_buffer *reply) {
  reply->end = 0;
  reply->sent = 0;
  reply->overflow = false;
}

uint32_t reply_room(const struct reply_buffer *reply) {
  return REPLY_MAX - reply->end;
}

struct slice reply_waiting(const struct reply_buffer *reply) {
  return (struct slice){reply->bytes + reply->sent, reply->end - reply->sent};
}

void reply_sent(struct reply_buffer *reply, uint32_t count) {
  reply->sent += count;
  if (reply->sent == reply->end) {
    reply_reset(reply);
  }
}

struct reply_mark reply_begin(const struct reply_buffer *reply) {
  return (struct reply_mark){reply->end};
}

void reply_undo(struct reply_buffer *reply, struct reply_mark mark) {
  reply->end = mark.at;
  reply->overflow = false;
}

/* ---- parts --------------------------------------------------------------- */

void reply_bytes(struct reply_buffer *reply, struct slice bytes) {
  if (bytes.length > reply_room(reply)) {
    reply->overflow = true;
    return;
  }
  memcpy(reply->bytes + reply->end, bytes.bytes, bytes.length);
  reply->end += bytes.length;
}

void reply_text(struct reply_buffer *reply, const char *text) {
  reply_bytes(reply, slice_of(text));
}

void reply_decimal(struct reply_buffer *reply, int64_t number) {
  char digits[NUMBER_TEXT_MAX];
  uint32_t length = number_format(number, digits);
  reply_bytes(reply, (struct slice){(uint8_t *)digits, length});
}

/* A letter, a number and the end of line. */
static uint32_t format_head(char letter, int64_t number, char head[HEAD_MAX]) {
  head[0] = letter;
  uint32_t length = 1 + number_format(number, head + 1);
  head[length] = '\r';
  head[length + 1] = '\n';
  return length + 2;
}

static void write_head(struct reply_buffer *reply, char letter,
                       int64_t number) {
  char head[HEAD_MAX];
  uint32_t length = format_head(letter, number, head);
  reply_bytes(reply, (struct slice){(uint8_t *)head, length});
}

static void write_line(struct reply_buffer *reply, const char *kind,
                       const char *text) {
  reply_text(reply, kind);
  reply_text(reply, text);
  reply_text(reply, "\r\n");
}

/* ---- replies ------------------------------------------------------------- */

void reply_status(struct reply_buffer *reply, const char *text) {
  write_line(reply, "+", text);
}

void reply_error(struct reply_buffer *reply, const char *text) {
  write_line(reply, "-", text);
}

void reply_number(struct reply_buffer *reply, int64_t number) {
  write_head(reply, ':', number);
}

void reply_bulk(struct reply_buffer *reply, struct slice bytes) {
  write_head(reply, '$', bytes.length);
  reply_bytes(reply, bytes);
  reply_text(reply, "\r\n");
}

void reply_null(struct reply_buffer *reply) {
  reply_text(reply, "$-1\r\n");
}

void reply_chain(struct reply_buffer *reply, struct chain_reader reader,
                 uint32_t length) {
  write_head(reply, '$', length);
  if (length > reply_room(reply)) {
    reply->overflow = true;
    return;
  }
  chain_copy(&reader, reply->bytes + reply->end, length);
  reply->end += length;
  reply_text(reply, "\r\n");
}

void reply_array(struct reply_buffer *reply, uint32_t count) {
  write_head(reply, '*', count);
}

/* ---- replies whose head is known at their end ---------------------------- */

static void insert(struct reply_buffer *reply, struct reply_mark mark,
                   const char *head, uint32_t length) {
  uint8_t *at = reply->bytes + mark.at;
  if (length > reply_room(reply)) {
    reply->overflow = true;
    return;
  }
  memmove(at + length, at, reply->end - mark.at);
  memcpy(at, head, length);
  reply->end += length;
}

void reply_close_bulk(struct reply_buffer *reply, struct reply_mark mark) {
  char head[HEAD_MAX];
  insert(reply, mark, head, format_head('$', reply->end - mark.at, head));
  reply_text(reply, "\r\n");
}

void reply_close_array(struct reply_buffer *reply, struct reply_mark mark,
                       uint32_t count) {
  char head[HEAD_MAX];
  insert(reply, mark, head, format_head('*', count, head));
}

void reply_close_scan(struct reply_buffer *reply, struct reply_mark mark,
                      uint32_t cursor, uint32_t count) {
  char digits[NUMBER_TEXT_MAX];
  char head[4 * HEAD_MAX];
  uint32_t width = number_format(cursor, digits);
  uint32_t length = format_head('*', 2, head);
  length += format_head('$', width, head + length);
  memcpy(head + length, digits, width);
  length += width;
  head[length++] = '\r';
  head[length++] = '\n';
  length += format_head('*', count, head + length);
  insert(reply, mark, head, length);
}
