/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands on keys: removing, looking for them, when they expire. */
#include "command.h"

#include "expiry.h"
#include "glob.h"
#include "number.h"

#define SCAN_DEFAULT 10
#define ABSENT_KEY (-2) /* answers of TTL */
#define NO_EXPIRY (-1)

/* DEL key [key ...] */
static void run_del(struct call *call) {
  int64_t count = 0;
  for (uint32_t i = 1; i < call_count(call); i++) {
    uint32_t chain = call_find(call, i);
    if (chain != DATABASE_ABSENT) {
      database_remove(&call->server->database, chain);
      count++;
    }
  }
  reply_number(call->reply, count);
}

/* EXISTS key [key ...]: a key named twice counts twice */
static void run_exists(struct call *call) {
  int64_t count = 0;
  for (uint32_t i = 1; i < call_count(call); i++) {
    count += call_find(call, i) != DATABASE_ABSENT ? 1 : 0;
  }
  reply_number(call->reply, count);
}

/* TYPE key: there are strings only */
static void run_type(struct call *call) {
  bool exists = call_find(call, 1) != DATABASE_ABSENT;
  reply_status(call->reply, exists ? "string" : "none");
}

/* ---- expiry -------------------------------------------------------------- */

static void expire(struct call *call, bool in_seconds) {
  struct database *database = &call->server->database;
  int64_t ttl = 0;
  uint64_t expires_ms = 0;
  if (!call_number(call, 2, &ttl)) {
    return;
  }
  if (!expiry_from_now(database, ttl, in_seconds, &expires_ms)) {
    reply_error(call->reply, "ERR invalid expire time in 'expire' command");
    return;
  }
  uint32_t chain = call_find(call, 1);
  if (chain != DATABASE_ABSENT) {
    database_expire(database, chain, expires_ms);
  }
  reply_number(call->reply, chain != DATABASE_ABSENT);
}

/* EXPIRE key seconds; one that has passed removes the key */
static void run_expire(struct call *call) {
  expire(call, true);
}

/* PEXPIRE key milliseconds */
static void run_pexpire(struct call *call) {
  expire(call, false);
}

/* What is left of a key's life, milliseconds, or one of the two answers. */
static int64_t left_ms(struct call *call) {
  struct database *database = &call->server->database;
  uint32_t chain = call_find(call, 1);
  if (chain == DATABASE_ABSENT) {
    return ABSENT_KEY;
  }
  uint64_t expires_ms = database_entry(database, chain).expires_ms;
  return expires_ms == DATABASE_NO_EXPIRY
             ? NO_EXPIRY
             : (int64_t)(expires_ms - database->now_ms);
}

/* TTL key: rounded to seconds */
static void run_ttl(struct call *call) {
  int64_t left = left_ms(call);
  reply_number(call->reply, left < 0 ? left : (left + 500) / 1000);
}

/* PTTL key */
static void run_pttl(struct call *call) {
  reply_number(call->reply, left_ms(call));
}

/* PERSIST key */
static void run_persist(struct call *call) {
  struct database *database = &call->server->database;
  uint32_t chain = call_find(call, 1);
  bool had = chain != DATABASE_ABSENT &&
             database_entry(database, chain).expires_ms != DATABASE_NO_EXPIRY;
  if (had) {
    database_expire(database, chain, DATABASE_NO_EXPIRY);
  }
  reply_number(call->reply, had);
}

/* ---- looking for keys ---------------------------------------------------- */

/* Answer a key if it matches. @return How many were answered: 0 or 1. */
static uint32_t answer_if(struct call *call, struct slice pattern,
                          uint32_t chain) {
  struct database *database = &call->server->database;
  uint8_t key[KEY_MAX];
  uint32_t length = database_entry(database, chain).key_length;
  struct chain_reader reader = database_key(database, chain);
  chain_copy(&reader, key, length);
  if (!glob_match(pattern, (struct slice){key, length})) {
    return 0;
  }
  reply_bulk(call->reply, (struct slice){key, length});
  return 1;
}

/* @return How many keys of the bucket were answered. */
static uint32_t answer_bucket(struct call *call, struct slice pattern,
                              uint32_t bucket) {
  struct database *database = &call->server->database;
  uint32_t count = 0;
  uint32_t chain = database_first(database, bucket);
  for (; chain != DATABASE_ABSENT; chain = database_next(database, chain)) {
    count += answer_if(call, pattern, chain);
  }
  return count;
}

/* KEYS pattern */
static void run_keys(struct call *call) {
  struct reply_mark mark = reply_begin(call->reply);
  const struct database *database = &call->server->database;
  uint32_t count = 0;
  uint32_t i = database_bucket(database, 0);
  while (i <= database->bucket_mask && !call->reply->overflow) {
    count += answer_bucket(call, call_argument(call, 1), i);
    i = database_bucket(database, i + 1);
  }
  reply_close_array(call->reply, mark, count);
}

struct scan {
  int64_t cursor; /* next bucket */
  int64_t count;  /* buckets after which to stop */
  struct slice pattern;
};

/* Read the option at argument `i`. False: an error was answered. */
static bool read_scan_option(struct call *call, uint32_t i, struct scan *scan) {
  struct slice word = call_argument(call, i);
  bool has_value = i + 1 < call_count(call);
  if (has_value && slice_is(word, "match")) {
    scan->pattern = call_argument(call, i + 1);
    return true;
  }
  if (has_value && slice_is(word, "count")) {
    return call_number(call, i + 1, &scan->count);
  }
  call_syntax_error(call);
  return false;
}

/* False: an error was answered. */
static bool read_scan(struct call *call, struct scan *scan) {
  if (!number_parse(call_argument(call, 1), &scan->cursor) ||
      scan->cursor < 0) {
    reply_error(call->reply, "ERR invalid cursor");
    return false;
  }
  for (uint32_t i = 2; i < call_count(call); i += 2) {
    if (!read_scan_option(call, i, scan)) {
      return false;
    }
  }
  if (scan->count < 1) {
    call_syntax_error(call);
    return false;
  }
  return true;
}

/* Buckets until enough were looked at or the reply is full; at least one.
 * @return Keys that were answered; the cursor is behind the last bucket. */
static uint32_t scan_buckets(struct call *call, struct scan *scan) {
  const struct database *database = &call->server->database;
  uint32_t count = 0;
  uint32_t bucket = scan->cursor > database->bucket_mask
                        ? database->bucket_mask + 1
                        : (uint32_t)scan->cursor;
  bucket = database_bucket(database, bucket);
  for (int64_t i = 0; bucket <= database->bucket_mask && i < scan->count; i++) {
    struct reply_mark mark = reply_begin(call->reply);
    uint32_t more = answer_bucket(call, scan->pattern, bucket);
    bool full = call->reply->overflow || reply_room(call->reply) < REPLY_SMALL;
    if (full && i > 0) {
      reply_undo(call->reply, mark);
      break;
    }
    count += more;
    bucket = database_bucket(database, bucket + 1);
  }
  scan->cursor = bucket <= database->bucket_mask ? (int64_t)bucket : 0;
  return count;
}

/* SCAN cursor [MATCH pattern] [COUNT count]: the cursor is a bucket, COUNT a
 * number of buckets that are not empty; what stays through a whole scan is
 * answered. */
static void run_scan(struct call *call) {
  struct scan scan = {.count = SCAN_DEFAULT, .pattern = slice_of("*")};
  if (!read_scan(call, &scan)) {
    return;
  }
  struct reply_mark mark = reply_begin(call->reply);
  uint32_t count = scan_buckets(call, &scan);
  reply_close_scan(call->reply, mark, (uint32_t)scan.cursor, count);
}

const struct command command_keys[] = {
    {"del", run_del, -2, "write", 1, -1, 1},
    {"exists", run_exists, -2, "readonly fast", 1, -1, 1},
    {"type", run_type, 2, "readonly fast", 1, 1, 1},
    {"expire", run_expire, 3, "write fast", 1, 1, 1},
    {"pexpire", run_pexpire, 3, "write fast", 1, 1, 1},
    {"ttl", run_ttl, 2, "readonly fast", 1, 1, 1},
    {"pttl", run_pttl, 2, "readonly fast", 1, 1, 1},
    {"persist", run_persist, 2, "write fast", 1, 1, 1},
    {"keys", run_keys, 2, "readonly", 0, 0, 0},
    {"scan", run_scan, -2, "readonly", 0, 0, 0},
    {0},
};
