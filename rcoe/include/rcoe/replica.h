/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * This replica's private state of replica control. It lies in .replica_local:
 * self, role and pending interrupts differ between healthy replicas. All of
 * it is touched in kernel context only (interrupts masked, one core).
 */
#pragma once

#include "abi/boot.h"
#include "rcoe/drift.h"
#include "rcoe/irq_set.h"
#include "rcoe/lifecycle.h"
#include "rcoe/meeting.h"
#include "rcoe/shared.h"
#include "rcoe/signature.h"

/* What an arrival says beside time, meeting and signature; in its order. */
struct arrival_rest {
  uint32_t proposal;
  uint32_t round;
  uint32_t aside;
};

/* Is nothing but system calls going on? rcoe/calm.h explains. */
enum calm {
  CALM_NOT = 0,
  CALM_DRIFTS = 1, /* the replicas do not meet at kernel entries, nor have a
                      goal */
  CALM_MEETS = 2,  /* they meet at each kernel entry, and nowhere else */
  CALM_EXITS = 3,  /* and at each exit */
  CALM_POINTS = 4, /* and perhaps at points behind the entry */
};

/* An arrival as it was published. */
struct arrival_copy {
  struct arrival said;
  uint32_t check;
};

struct replica {
  /* what arriving at a meeting reads and writes; at the offsets of
     rcoe/arrive.h */
  uint64_t time;    /* logical time: agreed events */
  uint32_t meeting; /* number of the last meeting it arrived at */
  struct signature signature;
  struct arrival_copy arrival[2];       /* by parity of the number */
  struct slot *own;                     /* in the shared region */
  const struct slot *peer[REPLICA_MAX]; /* of the other live ones, then NULL */
  struct arrival_rest rest;             /* of arrivals while it is calm */
  uint32_t listed;                      /* mask: live set behind `peer` */
  enum calm calm;                       /* rcoe/calm.h */

  uint32_t self;
  uint32_t configured; /* mask: those that the system was started with */
  struct lifecycle cycle;
  struct slot *slot[REPLICA_MAX]; /* everybody's, in the shared region */
  struct meeting_limits limits;   /* in arch_time units */
  struct boot_config config;
  paddr_t parking_stub;

  bool repeat;   /* the input at hand is not what its check says */
  uint32_t kind; /* of the last event: enum kernel_entry and others */

  uint32_t settled;       /* rendezvous rounds that are over */
  uint32_t resumed_for;   /* meeting to which it ran on after a round */
  uint64_t resumed_until; /* when it should have got there */
  uint64_t aligned;       /* when all last stood at the same instruction */
  bool holding;           /* the alarm runs: an interrupt waits for an entry */
  bool drifts;            /* no meetings at kernel entries: rcoe/drift.h */
  uint32_t attempt;       /* rounds since the last meeting, if it drifts */
  struct drift_goal goal; /* where those of the last round are to meet */
  uint32_t heard;         /* heartbeat: meeting number at the last own tick */
  uint32_t silent;        /* primary that the present meeting finds missing,
                             a mask: what its absence is called */
  uint32_t accused;       /* mask: whom the present meeting is to convict */
  uint32_t charge;        /* and for what, enum detector */
  struct irq_set pending; /* primary: taken, not yet agreed */
  struct irq_set deliver; /* agreed, not yet delivered */
  uint64_t grace;         /* waited for longer than usual: a replica joins */
  bool joining;           /* this kernel has just started with copied memory */
  uint32_t convictions[REPLICA_MAX]; /* of each, since the hour began */
  uint32_t ticks;                    /* agreed ones */
  uint32_t hour;                     /* tick at which the hour began */
  bool recovering;     /* a conviction happened in the present meeting */
  bool dying;          /* panic or fail-stop is under way */
  bool alike;          /* all arrivals at the last meeting were the same */
  uint32_t wishes;     /* `aside` of all at the last meeting together */
  uint32_t points;     /* 1 << enum object_update: those that hold a meeting */
  paddr_t last_thread; /* chosen last, for VOTING_CONTEXT_SWITCH */

  /* private copies of what the own slot says */
  struct stop stop;
  struct notice notice;
  struct operation operation;
  struct answer answer;
  struct position position[2];
  uint32_t memory; /* digest of memory that is being compared, else 0 */
  uint32_t check[RECORD_COUNT]; /* of each but arrivals, as published */
};

extern struct replica replica;

/* Read the hand-over; publish a clean slot. */
void replica_init(const struct boot_handover *handover);

static inline bool replica_is_primary(void) {
  return replica.cycle.primary == replica.self;
}

/* Mask of the other live replicas. */
static inline uint32_t replica_peers(void) {
  return replica.cycle.live & ~(1u << replica.self);
}

/* Fold a word of what this replica does into its signature. */
static inline void replica_fold(uint32_t word) {
  signature_fold(&replica.signature, word);
}

/* The same of two words that belong together. */
static inline void replica_fold_pair(uint32_t a, uint32_t b) {
  struct signature sum = replica.signature; /* in registers */
  signature_add(&sum, a);
  signature_add(&sum, b);
  signature_mix(&sum);
  replica.signature = sum;
}
