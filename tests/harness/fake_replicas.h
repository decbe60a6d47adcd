/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * N replicas as stepped state machines over an array of slots, in virtual
 * time, under a seeded schedule: what rcoe/mech does with the meeting of
 * rcoe/core, without a board. Each replica keeps the private copies that the
 * target keeps, writes only its own slot, and learns of the others only by
 * reading records. One call, one schedule: equal seeds run equally.
 *
 * Times are in steps of the whole system (about what one poll costs).
 */
#pragma once

#include "rcoe/lifecycle.h"
#include "rcoe/meeting.h"
#include "rcoe/signature.h"

#define FAKE_DEADLINE 1000u
#define FAKE_VERDICT_DEADLINE 1000u
#define FAKE_PATIENCE (12u * FAKE_DEADLINE)
#define FAKE_MEETINGS 12u /* a run counts up to this one */
#define FAKE_FAULTS 4

enum fake_fault_kind {
  FAKE_NONE,
  FAKE_SILENT,       /* dies before it arrives at the meeting */
  FAKE_LATE_WITHIN,  /* arrives late, within the deadline */
  FAKE_LATE_BEYOND,  /* arrives after the deadline */
  FAKE_SIGNATURE,    /* its signature is off from this meeting on */
  FAKE_TIME,         /* its logical time is off from this meeting on */
  FAKE_FAILED,       /* its kernel fails before the meeting and says so */
  FAKE_SLOT_CORRUPT, /* its arrivals are illegible from this meeting on */
  FAKE_SLOT_FLIP,    /* a bit of its slot flips, now and then; it is healthy */
  FAKE_DIES_DISPUTE, /* dies as soon as it has published a verdict */
  FAKE_LIAR,         /* accuses a healthy replica at the meeting */
  FAKE_ACCUSES_SELF, /* accuses itself at the meeting */
  FAKE_TWO_FACED, /* shows one reader another arrival, from this meeting on */
  FAKE_HIDES,     /* shows one reader none, from this meeting on */
  FAKE_REFLIP,    /* its arrival at the meeting changes after publication */
  FAKE_ACCUSED,   /* all come to the meeting to accuse it */
  FAKE_KINDS,
};

struct fake_fault {
  enum fake_fault_kind kind;
  uint32_t victim;
  uint32_t meeting;
};

enum fake_state {
  FAKE_COMPUTING,  /* on its way to the next meeting */
  FAKE_WAITING,    /* in the short polling loop */
  FAKE_CLOSELY,    /* steps the state machine */
  FAKE_CONFIRMING, /* waits for the survivors of a conviction */
  FAKE_STOPPED,    /* fail-stop: this and what follows are ends */
  FAKE_DYING,      /* failed, waits to be taken away */
  FAKE_DEAD,       /* dead, convicted, or taken away */
};

struct fake_replica {
  enum fake_state state;
  uint32_t self;
  uint64_t wake; /* end of computing, or of confirming */
  uint64_t started;
  uint32_t polls;
  uint32_t number; /* of the last meeting it arrived at */
  uint32_t passed;
  uint32_t time;
  struct signature signature;
  struct signature accepted; /* of the proposals it has accepted */
  struct lifecycle cycle;
  struct lifecycle final; /* as it passed meeting FAKE_MEETINGS */
  struct meeting meeting;
  struct arrival arrival[2];
  struct arrival seen[REPLICA_MAX];
  struct notice notice;
  struct answer answer;
  struct answer taken; /* what it would answer about the last one */
  uint32_t followed;   /* meetings passed as another one did */
};

struct fake_world {
  uint32_t replicas;
  uint64_t seed;
  uint64_t random;
  uint64_t now;
  uint32_t fault_count;
  struct fake_fault fault[FAKE_FAULTS];
  struct slot slot[REPLICA_MAX];
  struct fake_replica replica[REPLICA_MAX];
};

/* N healthy replicas before their first meeting. */
void fake_world_init(struct fake_world *w, uint32_t replicas, uint64_t seed);

/* Add a fault; at most FAKE_FAULTS. */
void fake_world_add(struct fake_world *w, struct fake_fault fault);

/* Run to the end. @return False if somebody has come to none in time. */
bool fake_world_run(struct fake_world *w);

/* Replicas that no fault makes unfit: late within, flipped slots are fit. */
uint32_t fake_world_healthy(const struct fake_world *w);

/* Parts of a run: begin to compute, one step, publish all again. */
void fake_replica_compute(struct fake_world *w, struct fake_replica *r);
void fake_replica_step(struct fake_world *w, struct fake_replica *r);
void fake_replica_republish(struct fake_world *w, struct fake_replica *r);

/* A number below `limit` from the seed's sequence. */
uint32_t fake_random(struct fake_world *w, uint32_t limit);
