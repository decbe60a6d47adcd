/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flight recorder: fixed-size binary event records. Each replica writes a ring
 * of its own in its pages of the shared region, and nobody else's; the host
 * reads all rings after any end of a run and merges them by time. Rings lie
 * outside of whatever a start loads, so a restart finds them again: each start
 * of the board is a *life* with a number, its generation.
 */
#pragma once

#include "abi/types.h"

#define EVENT_MAGIC 0x544e5645u /* "EVNT": its check word starts here */
#define EVENT_VERSION 2u
#define EVENT_RING_RECORDS 448u

enum event_kind {
  EVENT_BOOT = 1,      /* args: replicas, voting, ram bytes, stride */
  EVENT_THREAD = 2,    /* args: tcb, page directory; text: name */
  EVENT_READY = 3,     /* root thread runs next */
  EVENT_DETECT = 4,    /* args: enum detector, suspects mask, aux, aux */
  EVENT_CONVICT = 5,   /* args: convicted mask, votes for, live before */
  EVENT_DOWNGRADE = 6, /* args: convicted, live mask after, primary after */
  EVENT_RESUME = 7,    /* service resumed. args: live mask, primary */
  EVENT_FAILSTOP = 8,  /* args: enum detector, live mask */
  EVENT_EXIT = 9,      /* ordered end. args: code, live mask */
  EVENT_KERNEL_EXCEPTION = 10, /* args: enum exception, pc, address, status */
  EVENT_ASSERT = 11,           /* args: line; text: file */
  EVENT_DOUBLE_FAULT = 12,     /* thread without handler. args: tcb, fault, pc,
                                  address; text: thread name */
  EVENT_MARK = 13,             /* user level: args 0..3 free */
  EVENT_REFUSED = 14,          /* boot refused. args: reason; text: what */
  EVENT_DONATE = 15,           /* starts to copy itself. args: to replica */
  EVENT_REJOIN = 16,  /* a replica is back. args: its mask, live mask after,
                         pages while running, in the pause: copied ones in the
                         low half, equal ones in the high half of the word */
  EVENT_ADMIT = 17,   /* donor: the pause begins. args: mask of the joining
                         replica, live mask before */
  EVENT_SCRUB = 19,   /* a page differed. args: its canonical address (or
                         SCRUB_AGREED), mask of the odd replicas, replica it
                         was copied from (or SCRUB_NOT_REPAIRED), pages looked
                         at so far */
  EVENT_UNLIKE = 24,  /* an attempt to bring a replica back ended, as live ones
                         differ in memory. args: its mask, mask of the odd ones
                         (0: nobody knows), live mask, 1: in the pause */
  EVENT_PRECISE = 25, /* at the end, closely coupled. args: interrupts stopped
                       for at one user instruction, breakpoints that 99 of
                       100 of them took at most, most, stops by timer */
  EVENT_SHIM = 26,    /* at the end. args: device operations, times that data
                       were got again, operations taken over from a lost
                       primary, requests refused */
  EVENT_REGION = 27,  /* at the end, of each region used. args: its start with
                       user level's rights in the low bits (1 read, 2 write;
                       start 0: memory), loads, stores, bytes of blocks */
};

#define SCRUB_NOT_REPAIRED 0xffffffffu
#define SCRUB_AGREED 0u /* no page: the agreed private state, rcoe/agreed.h */

enum detector {
  DETECTOR_NONE = 0,
  DETECTOR_SIGNATURE = 1,  /* signatures differ at equal logical time */
  DETECTOR_DEADLINE = 2,   /* a replica did not arrive in time */
  DETECTOR_EXCEPTION = 3,  /* a replica's kernel took an exception */
  DETECTOR_SLOT = 4,       /* a slot stayed corrupt after republication */
  DETECTOR_TIME = 5,       /* a replica arrived at another logical time */
  DETECTOR_HEARTBEAT = 6,  /* the primary fell silent while all were idle */
  DETECTOR_INPUT = 7,      /* bytes read for all do not match their check */
  DETECTOR_USER_FAULT = 8, /* a user thread faulted in one replica only */
  DETECTOR_ASSERTION = 9,  /* a replica's kernel failed an assertion */
};

enum exception {
  EXCEPTION_UNDEFINED = 1,
  EXCEPTION_PREFETCH_ABORT = 2,
  EXCEPTION_DATA_ABORT = 3,
  EXCEPTION_SVC = 4, /* supervisor call from the kernel itself */
  EXCEPTION_FIQ = 5,
};

struct event_record {
  uint32_t check;    /* event_check of the rest; 0 = never written */
  uint32_t sequence; /* of this replica, from 0 */
  uint16_t kind;     /* enum event_kind */
  uint8_t replica;
  uint8_t version;   /* EVENT_VERSION */
  uint32_t stamp_lo; /* global timer, 10 ns units: not replicated, */
  uint32_t stamp_hi; /* for latency figures only */
  uint32_t time_lo;  /* logical time: agreed events */
  uint32_t time_hi;
  uint32_t signature_lo;
  uint32_t signature_hi;
  uint32_t args[4];
  char text[12]; /* NUL padded, not always NUL terminated */
};

_Static_assert(sizeof(struct event_record) == 64, "host tools read 64 bytes");

#define EVENT_RING_SIZE (EVENT_RING_RECORDS * 64u) /* bytes */
#define EVENT_CHECK_PRIME 0x01000193u

#define LIFE_MAGIC 0x4546494cu /* "LIFE" */
#define PAST_MAGIC 0x54534150u /* "PAST" */
#define LIFE_RINGS 4

/* Behind each ring; the loader writes it before any replica runs. */
struct life {
  uint32_t magic;      /* LIFE_MAGIC */
  uint32_t generation; /* of this life, from 1 */
  uint32_t replica;    /* whose ring */
  uint32_t check;      /* CRC-32 of the words before */
};

/*
 * Behind the rings of an earlier life, which the loader has put aside. It
 * writes this last.
 */
struct past_life {
  uint32_t magic; /* PAST_MAGIC */
  uint32_t generation;
  uint32_t legible; /* mask of the rings whose struct life was good */
  uint32_t ring_crc32[LIFE_RINGS];
  uint32_t check; /* CRC-32 of the words before */
};
