/* SPDX-License-Identifier: BSD-2-Clause */
/* Times to live against the database's clock. */
#include "expiry.h"

#define EXPIRY_MAX_MS (INT64_MAX / 2)

bool expiry_from_now(const struct database *database, int64_t ttl,
                     bool in_seconds, uint64_t *expires_ms) {
  int64_t unit = in_seconds ? 1000 : 1;
  int64_t now = (int64_t)database->now_ms;
  if (ttl > EXPIRY_MAX_MS / unit || ttl < -(EXPIRY_MAX_MS / unit)) {
    return false;
  }
  int64_t at = now + ttl * unit;
  *expires_ms = at > 0 ? (uint64_t)at : 1; /* 0 would say: never */
  return true;
}

bool expiry_read(struct call *call, uint32_t i, bool in_seconds,
                 uint64_t *expires_ms) {
  int64_t ttl = 0;
  if (!call_number(call, i, &ttl)) {
    return false;
  }
  if (ttl <= 0 ||
      !expiry_from_now(&call->server->database, ttl, in_seconds, expires_ms)) {
    reply_error(call->reply, "ERR invalid expire time in 'set' command");
    return false;
  }
  return true;
}
