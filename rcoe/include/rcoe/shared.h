/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The only memory that replicas share: one slot per replica, at the start of
 * its block of the shared region. The MMU lets a replica write its own block
 * and read the others, so every word here has exactly one writer, the owner.
 *
 * A slot is a row of records of one cache line each (32 bytes on Cortex-A9,
 * DDI 0407 2.1): seven payload words and a check word over them. The check
 * makes a record safe to read while it is being written (a torn read fails the
 * check and is read again) and keeps a flipped bit in the shared region from
 * being taken for the owner's word. Owners that wait publish all their records
 * again and again from private copies, so such a flip heals by itself.
 *
 * Ordering: words are relaxed atomics; a release fence precedes the SEV that
 * announces a record, and whoever reads a record whose content vouches for
 * other data (OPERATION: the bytes in the data area) fences after reading.
 */
#pragma once

#include "abi/boot.h"
#include "abi/types.h"

#include <stdatomic.h>

#define REPLICA_MAX BOOT_MAX_REPLICAS
#define RECORD_WORDS 7

struct shared_record {
  _Atomic uint32_t word[RECORD_WORDS];
  _Atomic uint32_t check;
};

enum record_index {
  RECORD_ARRIVAL_EVEN = 0,  /* arrival at a meeting of even number */
  RECORD_ARRIVAL_ODD = 1,   /* arrival at a meeting of odd number */
  RECORD_STOP = 2,          /* stopped for a rendezvous */
  RECORD_NOTICE = 3,        /* verdict, health, epoch */
  RECORD_OPERATION = 4,     /* device operation log (shim) */
  RECORD_ANSWER = 5,        /* has passed what others dispute */
  RECORD_POSITION_EVEN = 6, /* where it stands in a lap of even number */
  RECORD_POSITION_ODD = 7,  /* of odd number */
  RECORD_COUNT = 8,
};

struct slot {
  struct shared_record record[RECORD_COUNT];
};

_Static_assert(sizeof(struct shared_record) == 32, "one cache line");

/* ---- payloads ------------------------------------------------------------ */

/*
 * "I stand at meeting `meeting`." Two of them, by parity: a replica may arrive
 * at meeting m + 1 while a slower one still reads its arrival at m, but not at
 * m + 2, because m + 1 waits for the slower one.
 */
struct arrival {
  uint32_t time;     /* logical time, low word */
  uint32_t proposal; /* primary: interrupts, see rcoe/irq_set.h */
  uint32_t round;    /* rendezvous rounds that are settled here */
  uint32_t aside;    /* not voted on: digest of memory (rcoe/compare.h),
                        ARRIVAL_REPEAT, kind of the last event <<
                        ARRIVAL_KIND_SHIFT */
  uint32_t meeting;
  uint32_t signature_lo;
  uint32_t signature_hi;
};

#define ARRIVAL_DIGEST 0x0fffffffu /* of memory */
#define ARRIVAL_REPEAT 0x10000000u /* wants the device operation repeated */
#define ARRIVAL_KIND_SHIFT 29
#define ARRIVAL_KIND_FAULT 2u     /* of a user thread: enum kernel_entry */
#define ARRIVAL_KIND_INTERRUPT 3u /* met where it was stopped, likewise */

/* "I stopped in user mode or idle, after `meeting`, for rendezvous `round`." */
struct stop {
  uint32_t round;
  uint32_t meeting;
  uint32_t insist;  /* nobody followed in time to where somebody waits */
  uint32_t silent;  /* mask of the primary from which nothing was heard */
  uint32_t time;    /* its count of events, low word */
  uint32_t attempt; /* rounds before this one since the last meeting */
  uint32_t idle;    /* 1: nothing was runnable */
};

enum health {
  HEALTH_GOOD = 0,
  HEALTH_DISPUTE = 1,   /* has a verdict about `meeting` */
  HEALTH_FAILED = 2,    /* its kernel took an exception or assertion */
  HEALTH_CONVICTED = 3, /* accepts that the others outvoted it */
  HEALTH_FAILSTOP = 4,  /* stopped for good */
};

#define SUSPECTS_TIE 0x80000000u     /* replicas differ, no majority */
#define SUSPECTS_UNKNOWN 0x40000000u /* no verdict (yet), but held up */

struct notice {
  uint32_t health;   /* enum health: first word, polled alone */
  uint32_t meeting;  /* what the verdict is about; 0: there is none */
  uint32_t suspects; /* mask of replicas, 0 = nobody, or SUSPECTS_... */
  uint32_t detector; /* enum detector */
  uint32_t epoch;    /* changes of the live set that are completed */
  uint32_t admits;   /* mask: replica that joins with this epoch */
  uint32_t reserved;
};

enum operation_stage {
  OPERATION_NONE = 0,
  OPERATION_STARTED = 1, /* the bus access may or may not have happened */
  OPERATION_DONE = 2,    /* value and data area are valid */
};

struct operation {
  uint32_t number; /* of the device operation, counted from 1 */
  uint32_t stage;
  uint32_t value;    /* what was read */
  uint32_t bytes;    /* valid bytes in the data area */
  uint32_t check_lo; /* signature of those bytes */
  uint32_t check_hi;
  uint32_t reserved;
};

/*
 * "I have passed `meeting`, and took this from it." Published when a slower
 * replica is held up there.
 */
struct answer {
  uint32_t meeting;
  uint32_t proposal;           /* the primary's, as it was accepted */
  uint32_t aside[REPLICA_MAX]; /* of each arrival, as it was read */
  uint32_t reserved;
};

/*
 * "I stand at this user instruction in lap `lap` of round `round`"
 * (rcoe/approach.h). Two of them, by parity, for the reason that there are two
 * arrivals.
 */
struct position {
  uint32_t round;
  uint32_t lap;    /* from 1 */
  uint32_t count;  /* of branches: r9 */
  uint32_t pc;     /* the instruction that comes next */
  uint32_t thread; /* canonical address of its TCB */
  uint32_t late;   /* 1: could not come to a goal in time */
  uint32_t missed; /* and the count of that goal */
};

_Static_assert(sizeof(struct position) == 4 * RECORD_WORDS, "fits a record");
_Static_assert(sizeof(struct answer) == 4 * RECORD_WORDS, "fits a record");
_Static_assert(sizeof(struct arrival) == 4 * RECORD_WORDS, "fits a record");
_Static_assert(sizeof(struct stop) == 4 * RECORD_WORDS, "fits a record");
_Static_assert(sizeof(struct notice) == 4 * RECORD_WORDS, "fits a record");
_Static_assert(sizeof(struct operation) == 4 * RECORD_WORDS, "fits a record");
