/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parser: a line gives a count or a length, a length is followed by so
 * many bytes. What goes wrong is told in the words that Redis uses, where it
 * has them.
 */
#include "request.h"

#include "inline.h"
#include "number.h"

#define LINE_MAX 1024u /* of an inline command */
#define COUNT_MAX 16u  /* of a line that holds a number */
#define UNKNOWN (-1)

void request_reset(struct request_buffer *buffer) {
  buffer->end = 0;
  buffer->next = 0;
  request_done(buffer);
}

void request_done(struct request_buffer *buffer) {
  if (buffer->next == buffer->end) {
    buffer->next = 0;
    buffer->end = 0;
  }
  buffer->start = buffer->next;
  buffer->line = buffer->next;
  buffer->missing = UNKNOWN;
  buffer->bulk = UNKNOWN;
  buffer->count = 0;
}

/* Move what is left to the front, so that the room behind it is one piece. */
static void compact(struct request_buffer *buffer) {
  uint32_t gone = buffer->start;
  memmove(buffer->bytes, buffer->bytes + gone, buffer->end - gone);
  buffer->start = 0;
  buffer->end -= gone;
  buffer->next -= gone;
  buffer->line -= gone;
}

uint32_t request_room(const struct request_buffer *buffer) {
  return (uint32_t)sizeof buffer->bytes - (buffer->end - buffer->start);
}

uint32_t request_take(struct request_buffer *buffer, struct slice bytes) {
  if (buffer->start > 0 && sizeof buffer->bytes - buffer->end < bytes.length) {
    compact(buffer);
  }
  uint32_t room = (uint32_t)sizeof buffer->bytes - buffer->end;
  uint32_t count = bytes.length < room ? bytes.length : room;
  memcpy(buffer->bytes + buffer->end, bytes.bytes, count);
  buffer->end += count;
  return count;
}

struct slice request_argument(const struct request_buffer *buffer, uint32_t i) {
  return (struct slice){buffer->bytes + buffer->start +
                            buffer->arguments[i].offset,
                        buffer->arguments[i].length};
}

/* The next line without its end (LF, or CR and LF). False: not yet whole. */
static bool take_line(struct request_buffer *buffer, struct slice *line) {
  const uint8_t *from = buffer->bytes + buffer->next;
  const uint8_t *lf = memchr(from, '\n', buffer->end - buffer->next);
  if (lf == NULL) {
    buffer->next = buffer->end;
    return false;
  }
  const uint8_t *first = buffer->bytes + buffer->line;
  line->bytes = first;
  line->length = (uint32_t)(lf - first);
  if (line->length > 0 && first[line->length - 1] == '\r') {
    line->length--;
  }
  buffer->next = (uint32_t)(lf - buffer->bytes) + 1;
  buffer->line = buffer->next;
  return true;
}

static void add_argument(struct request_buffer *buffer, struct slice text) {
  buffer->arguments[buffer->count].offset =
      (uint32_t)(text.bytes - buffer->bytes) - buffer->start;
  buffer->arguments[buffer->count].length = text.length;
  buffer->count++;
}

static enum request_state broken(const char **error, const char *text) {
  *error = text;
  return REQUEST_BROKEN;
}

/* ---- a line of words ----------------------------------------------------- */

static enum request_state next_inline(struct request_buffer *buffer,
                                      const char **error) {
  struct slice line = {buffer->bytes + buffer->line, 0};
  bool whole = take_line(buffer, &line);
  uint32_t length = whole ? line.length : buffer->end - buffer->line - 1;
  if (length > LINE_MAX) { /* without its CR */
    return broken(error, "too big inline request");
  }
  if (!whole) {
    return REQUEST_PARTIAL;
  }
  uint8_t *rest = buffer->bytes + (line.bytes - buffer->bytes);
  struct inline_words words = {rest, rest + line.length};
  struct slice word;
  enum inline_state state;
  while ((state = inline_next(&words, &word)) == INLINE_WORD) {
    if (buffer->count == ARGUMENTS_MAX) {
      return broken(error, "too many arguments");
    }
    add_argument(buffer, word);
  }
  buffer->missing = 0;
  return state == INLINE_BROKEN ? broken(error, "unbalanced quotes in request")
                                : REQUEST_READY;
}

/* ---- an array of bulk strings -------------------------------------------- */

/* A line that holds a number behind its first letter. */
static enum request_state next_count(struct request_buffer *buffer,
                                     int64_t *count) {
  struct slice line;
  if (!take_line(buffer, &line)) {
    return buffer->end - buffer->line > COUNT_MAX ? REQUEST_BROKEN
                                                  : REQUEST_PARTIAL;
  }
  struct slice digits = {line.bytes + 1, line.length - 1};
  return number_parse(digits, count) ? REQUEST_READY : REQUEST_BROKEN;
}

static enum request_state next_array(struct request_buffer *buffer,
                                     const char **error) {
  int64_t count = 0;
  enum request_state state = next_count(buffer, &count);
  if (state == REQUEST_BROKEN || count > ARGUMENTS_MAX) {
    return broken(error, "invalid multibulk length");
  }
  if (state == REQUEST_READY) {
    buffer->missing = count < 0 ? 0 : (int32_t)count;
  }
  return state;
}

static enum request_state next_length(struct request_buffer *buffer,
                                      const char **error) {
  int64_t length = 0;
  if (buffer->line == buffer->end) {
    return REQUEST_PARTIAL;
  }
  if (buffer->bytes[buffer->line] != '$') {
    return broken(error, "expected '$'");
  }
  enum request_state state = next_count(buffer, &length);
  if (state == REQUEST_BROKEN || length < 0 || length > VALUE_MAX) {
    return broken(error, "invalid bulk length");
  }
  if (state == REQUEST_READY) {
    buffer->bulk = (int32_t)length;
  }
  return state;
}

/* The bytes of an argument, and the end of line behind them. */
static enum request_state next_bulk(struct request_buffer *buffer,
                                    const char **error) {
  uint32_t length = (uint32_t)buffer->bulk;
  const uint8_t *bytes = buffer->bytes + buffer->line;
  if (buffer->end - buffer->line < length + 2) {
    return REQUEST_PARTIAL;
  }
  if (bytes[length] != '\r' || bytes[length + 1] != '\n') {
    return broken(error, "bulk string without its end");
  }
  add_argument(buffer, (struct slice){bytes, length});
  buffer->line += length + 2;
  buffer->next = buffer->line;
  buffer->bulk = UNKNOWN;
  buffer->missing--;
  return REQUEST_READY;
}

static enum request_state next_argument(struct request_buffer *buffer,
                                        const char **error) {
  if (buffer->bulk == UNKNOWN) {
    enum request_state state = next_length(buffer, error);
    if (state != REQUEST_READY) {
      return state;
    }
  }
  return next_bulk(buffer, error);
}

/* ---- either -------------------------------------------------------------- */

/* One request; it may be without arguments. */
static enum request_state next_any(struct request_buffer *buffer,
                                   const char **error) {
  enum request_state state = REQUEST_READY;
  if (buffer->missing == UNKNOWN && buffer->start == buffer->end) {
    return REQUEST_PARTIAL;
  }
  if (buffer->missing == UNKNOWN) {
    if (buffer->bytes[buffer->start] != '*') {
      return next_inline(buffer, error);
    }
    state = next_array(buffer, error);
  }
  while (state == REQUEST_READY && buffer->missing > 0) {
    state = next_argument(buffer, error);
  }
  return state;
}

enum request_state request_next(struct request_buffer *buffer,
                                const char **error) {
  enum request_state state = next_any(buffer, error);
  while (state == REQUEST_READY && buffer->count == 0) {
    request_done(buffer); /* an empty one: not answered */
    state = next_any(buffer, error);
  }
  uint32_t length =
      (state == REQUEST_READY ? buffer->next : buffer->end) - buffer->start;
  return state != REQUEST_BROKEN && length > REQUEST_MAX
             ? broken(error, "request is too big")
             : state;
}
