/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What replicas share, and what each keeps for itself. Every word of a slot
 * has one writer, its owner. A record is read and written in one step: a torn
 * read fails its check word and counts as not read, which is the same as a
 * read a little earlier or later. It must never hold a word that the C has not.
 */

/* Bounds; the runner gives others. */
#ifndef N
#define N 3
#endif
#ifndef MEETINGS
#define MEETINGS 2 /* voting rounds; one more is only arrived at */
#endif
#ifndef FAULTY_FIRST
#define FAULTY_FIRST 0 /* which replica may be faulty */
#define FAULTY_LAST (N - 1)
#endif

#define ALL ((1 << N) - 1)
#define BIT(j) (1 << (j))
#define POPULATION(m) /* vote_population */                                    \
  (((m) & 1) + ((m) >> 1 & 1) + ((m) >> 2 & 1) + ((m) >> 3 & 1))
#define QUORUM(live) (POPULATION(live) / 2 + 1) /* vote_quorum */

/* rcoe/shared.h, enum health */
#define HEALTH_GOOD 0
#define HEALTH_DISPUTE 1
#define HEALTH_FAILED 2
#define HEALTH_CONVICTED 3
#define HEALTH_FAILSTOP 4
#define SUSPECTS_TIE 16     /* a bit above all replicas */
#define SUSPECTS_UNKNOWN 32 /* no verdict (yet), but held up */

/* A ballot: (time, signature) of an arrival, as one small value. */
#define ABSENT 0 /* not arrived at the meeting asked for, or illegible */
#define GOOD 1
#define BAD_A 2
#define BAD_B 3

/* mech/meet.c, enum peer */
#define PEER_AGREES 0
#define PEER_WAITED_FOR 1
#define PEER_ODD 2

/* struct slot: arrivals by parity, the notice, the answer. */
typedef slot_t {
  byte met[2];    /* arrival.meeting */
  byte ballot[2]; /* arrival.time and .signature */
  byte health;    /* notice.health */
  byte about;     /* notice.meeting */
  byte suspects;  /* notice.suspects */
  byte answer;    /* answer.meeting */
  byte epoch      /* notice.epoch */
};
slot_t slot[N];

/* struct replica; only what checks and timers look at, the rest is local. */
typedef private_t {
  byte live;  /* cycle.live; cycle.primary follows from it: see README */
  byte passed /* last meeting that is over: replica.meeting - 1 inside one */
};
private_t own[N];

byte event = 0;     /* mask: event registers of the cores (SEV, WFE) */
byte resting = 0;   /* mask: in WFE, or computing between two meetings */
byte running = ALL; /* mask: neither stopped nor dead nor convicted */
byte life[N];       /* incarnation of each replica: a killed one must end */
byte faulty;        /* which replica the fault is in */
bool healed = false; /* it has come back */

#define NUMBER(i) (own[i].passed + 1)
#define PEER(i, j) ((j) != (i) && (own[i].live & BIT(j)) != 0)
#define REST(i) resting = resting | BIT(i)
#define RISE(i) resting = resting & ~BIT(i)
#define FAULTY(j) ((j) == faulty && !healed)
#define RUNS(j) ((running & BIT(j)) != 0)
#define ARRIVED(j, m) (slot[j].met[(m) & 1] == (m))
#define BALLOT(j, m) (ARRIVED(j, m) -> slot[j].ballot[(m) & 1] : ABSENT)
#define DISPUTES(j, m) (slot[j].health == HEALTH_DISPUTE && slot[j].about == (m))

#ifdef ANYTHING /* its slot may show anything: faults.pml */
#define HAVOC(j) ((j) == faulty)
#else
#define HAVOC(j) false
#endif
bool frozen = false;

/* P of all, or of any, replica j seen from i. */
#if N == 2
#define OF_ALL(P, i) (P(i, 0) && P(i, 1))
#define OF_ANY(P, i) (P(i, 0) || P(i, 1))
#elif N == 3
#define OF_ALL(P, i) (P(i, 0) && P(i, 1) && P(i, 2))
#define OF_ANY(P, i) (P(i, 0) || P(i, 1) || P(i, 2))
#else
#define OF_ALL(P, i) (P(i, 0) && P(i, 1) && P(i, 2) && P(i, 3))
#define OF_ANY(P, i) (P(i, 0) || P(i, 1) || P(i, 2) || P(i, 3))
#endif

/* arch_send_event, at the end of every publication (channel.c, publish). */
inline send_event(i) {
  event = event | (running & ~BIT(i))
}

/* channel_publish_arrival */
inline publish_arrival(i, m, value) {
  slot[i].met[(m) & 1] = m;
  slot[i].ballot[(m) & 1] = value;
  printf("%d: arrives at %d with %d\n", i, m, value);
  send_event(i)
}

/* channel_publish_notice, called by announce. The epoch
   stays. */
inline publish_notice(i, how, what, whom) {
  slot[i].health = how;
  slot[i].about = what;
  slot[i].suspects = whom;
  printf("%d: notice: health %d, meeting %d, suspects 0x%x\n", i, how, what,
         whom);
  send_event(i)
}

/* verdict.c, set_health: what the notice says otherwise stays. */
inline set_health(i, how) {
  slot[i].health = how;
  printf("%d: notice: health %d\n", i, how);
  send_event(i)
}

/* channel_publish_answer: what its author has passed is beyond dispute. */
inline publish_answer(i, m) {
  slot[i].answer = m;
  printf("%d: answers that it has passed %d\n", i, m);
  send_event(i)
}

/* lifecycle_lowest */
inline lowest(mask, result) {
  result = 0;
  do
  :: result < N && !((mask) & BIT(result)) -> result++
  :: else -> break
  od
}
