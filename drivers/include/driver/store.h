/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Class protocol of the record store: small values under keys, kept over a
 * loss of power. A client Calls; the reply's label is an `enum err` or an
 * `enum store_result`. In the connection's shared memory the key lies at its
 * start, the value at STORE_VALUE_AT.
 *
 *   label         MR0           MR1             reply MR0        reply MR1
 *   STORE_GET     bytes of key  -               bytes of value   -
 *   STORE_PUT     bytes of key  bytes of value  -                -
 *   STORE_DELETE  bytes of key  -               -                -
 *   STORE_NEXT    cursor        -               bytes of key,    next cursor
 *                                               of value << 16
 *   STORE_STATUS  -             -               - ; struct store_status in the
 *                                               shared memory
 *
 * When PUT or DELETE is answered, it is on the flash; when power fails before,
 * the key has its old value or the new one. STORE_NEXT gives a key and its
 * value, in no order, STORE_NO_KEY at the end; begin with cursor 0. A deletion
 * between two of them may make it leave a key out.
 *
 * Errors: ERR_RANGE, sizes; ERR_ILLEGAL_OPERATION, unknown label.
 */
#pragma once

#include <stdint.h>

#define STORE_KEY_MAX 256u     /* bytes, may be 0 */
#define STORE_VALUE_MAX 16384u /* bytes, may be 0 */
#define STORE_KEYS_MAX 1536u
#define STORE_VALUE_AT 4096u

enum store_label {
  STORE_GET = 1,
  STORE_PUT = 2,
  STORE_DELETE = 3,
  STORE_NEXT = 4,
  STORE_STATUS = 5,
};

enum store_result {
  STORE_DONE = 0,
  STORE_NO_KEY = 0x201,
  STORE_FULL = 0x202,    /* nothing was changed */
  STORE_DAMAGED = 0x203, /* the value does not fit its check */
  STORE_DEVICE = 0x204,  /* the flash does not work, or there is none */
};

struct store_status {
  uint32_t keys;
  uint32_t live_bytes; /* of the records that count */
  uint32_t live_max;   /* more is STORE_FULL */
  uint32_t sectors;    /* of the store, not of the chip */
  uint32_t free;       /* sectors that hold nothing */
  uint32_t appended;   /* records written since the start, copies included */
  uint32_t copied;     /* by the collection of garbage */
  uint32_t collected;  /* sectors */
  uint32_t damaged;    /* records that were found not to fit their check */
};
