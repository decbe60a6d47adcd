/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rendezvous of loosely coupled replicas: behind one meeting all run user
 * code. Rounds bring them to the next one, either where they stand, for an
 * interrupt, or by the kernel entry that is ahead. One of them may be faulty:
 * it names rounds as it likes, insists as it likes, falls silent. Labels and
 * inlines name the C that they stand for: rcoe/core/rendezvous.c and
 * rcoe/mech/interrupts.c. README.md says what is left out.
 *
 * A step is one access to one foreign record and the private computing behind
 * it.
 */

#define BIT(i) (1 << (i))
#define ALL (BIT(N) - 1)
#define QUORUM (N / 2 + 1)
#define POPULATION(mask)                                                       \
  (((mask) & 1) + ((mask) >> 1 & 1) + ((mask) >> 2 & 1) + ((mask) >> 3 & 1))

#define LAST_ROUND 12 /* nobody gets so far */
#define LIES 3        /* stops of the faulty one */

/* How somebody came to the next meeting: the kind in its arrival */
#define NOT 0
#define ENTRY 1 /* by a system call or fault */
#define MET 2   /* where it was stopped */

/* RECORD_STOP, and what its arrival at the next meeting says */
typedef Slot {
  byte round;
  bool insist;
  byte came
};
Slot slot[N];

bool ahead;     /* user code makes a kernel entry in time; else, in no time */
byte waits[N];  /* round for which each waits in a stop; 0: for none */
byte alarms[N]; /* how often each has waited in vain to get to an entry */
byte resting;   /* mask: those that sleep there */
byte event;     /* mask: those to whom something was published since */
byte running = ALL; /* mask: those that have not arrived or fallen silent */
byte faulty = N; /* N: nobody */

#ifdef LATE /* it comes when others have given up to wait for it */
#define WAITED_FOR(i) (running & ~BIT(faulty))
#else
#define WAITED_FOR(i) running
#endif

/* Nothing is left to see for anybody: time goes by. Who has waited longer, for
   an earlier round, gives up before this one. */
#define WAITS_LONGER(i, j)                                                     \
  ((j) != faulty && waits[j] && waits[j] < waits[i])
#if N == 2
#define ANY_WAITS_LONGER(i) (WAITS_LONGER(i, 0) || WAITS_LONGER(i, 1))
#define STOPPING ((waits[0] -> 1 : 0) | (waits[1] -> 2 : 0))
#else
#define ANY_WAITS_LONGER(i)                                                    \
  (WAITS_LONGER(i, 0) || WAITS_LONGER(i, 1) || WAITS_LONGER(i, 2))
#define STOPPING                                                               \
  ((waits[0] -> 1 : 0) | (waits[1] -> 2 : 0) | (waits[2] -> 4 : 0))
#endif
#define QUIET(i)                                                               \
  ((resting & WAITED_FOR(i)) == WAITED_FOR(i) && !(event & WAITED_FOR(i)) &&   \
   !ANY_WAITS_LONGER(i))
/* And an alarm goes off long after those who have stopped have looked, and not
   twice before that of another once: interrupts_run_on keeps its time. */
#define MORE_OFTEN(i, j)                                                       \
  ((j) != faulty && (running & BIT(j)) && alarms[i] > alarms[j])
#if N == 2
#define MORE_OFTEN_THAN_ANY(i) (MORE_OFTEN(i, 0) || MORE_OFTEN(i, 1))
#else
#define MORE_OFTEN_THAN_ANY(i)                                                 \
  (MORE_OFTEN(i, 0) || MORE_OFTEN(i, 1) || MORE_OFTEN(i, 2))
#endif
#define LONG_AFTER(i)                                                          \
  (!(STOPPING & ~resting) && !(STOPPING & event) && !MORE_OFTEN_THAN_ANY(i))

byte h_a, h_round;
bool the_healthy_meet_apart;

inline publish(i) {
  event = event | (ALL & ~BIT(i))
}

/* The healthy meet where they stand, or all at the kernel entry. */
inline arrive(i, how) {
  slot[i].came = how;
  printf("%d: arrives, %d\n", i, how);
  h_a = 0;
  do
  :: h_a < N ->
     if
     :: h_a != faulty && i != faulty && slot[h_a].came != NOT ->
        the_healthy_meet_apart = slot[h_a].came != how;
        assert(!the_healthy_meet_apart)
     :: else
     fi;
     h_a++
  :: else -> break
  od;
  h_a = 0;
  publish(i);
  running = running & ~BIT(i);
  resting = resting & ~BIT(i);
  waits[i] = 0
}

/* channel_round_open: the latest round of a peer; the own one if none is
   later. */
inline round_open(i) {
  h_round = own;
  h_a = 0;
  do
  :: h_a < N ->
     if
     :: h_a != i && slot[h_a].round > h_round -> h_round = slot[h_a].round
     :: else
     fi;
     h_a++
  :: else -> break
  od;
  h_a = 0
}

/* view_place and rendezvous_sort: of one peer, its arrival was read before */
inline sort(j) {
  if
  :: slot[j].round == round ->
     stopped = stopped | BIT(j);
     insisting = insisting | (slot[j].insist -> BIT(j) : 0)
#ifndef BUG_LURED
  :: slot[j].round != round && came == MET -> met = met | BIT(j)
  :: slot[j].round != round && came == ENTRY -> arrived = arrived | BIT(j)
#else /* whoever is at the meeting has come to it by a kernel entry */
  :: slot[j].round != round && came != NOT -> arrived = arrived | BIT(j)
#endif
  :: slot[j].round != round && came == NOT -> absent = absent | BIT(j)
  fi;
  came = NOT
}

#ifdef BUG_PUSHY /* whoever insists makes all insist */
#define MAY_INSIST (insisting && POPULATION(stopped | met) >= QUORUM)
#else
#define MAY_INSIST (POPULATION(insisting) >= QUORUM)
#endif

proctype Replica(byte i) {
  byte own = 0;   /* replica.stop.round */
  byte round = 0; /* that it waits for */
  byte at = 0;
  byte stopped = 0;
  byte met = 0;
  byte arrived = 0;
  byte absent = 0;
  byte insisting = 0;
  byte came = NOT;
  byte stops = 0;
  bool ticked = false;  /* has opened a round by its own timer */
  bool resumed = false; /* replica.resumed_for, and its alarm is set */
  bool insist = false;

user: /* interrupts_taken, or a kernel entry */
  if
  :: atomic { ahead || i == faulty -> arrive(i, ENTRY); goto over }
  :: atomic { !ticked -> ticked = true; goto stop }
  :: atomic {
       d_step { round_open(i); round = h_round; h_round = 0 };
       if
       :: round > own -> goto stop
       :: else
       fi
     }
  :: atomic {
       resumed && !ahead && LONG_AFTER(i) ->
       alarms[i]++;
       insist = true;
       goto stop
     }
#ifdef FAULTY
  :: atomic { i == faulty -> running = running & ~BIT(i); goto over }
#endif
  fi;
  goto user;

stop: /* interrupts_stop */
  atomic {
    round_open(i);
    round = (h_round > own -> h_round : own + 1);
    h_round = 0;
    own = round;
    stops++;
    assert(round < LAST_ROUND);
    slot[i].insist = insist;
#ifdef FAULTY
    if /* it goes on to wait for the round that it should have named */
    :: i == faulty && stops < LIES ->
       if
       :: own = 0
       :: own = round
       :: own = round + 1
       :: own = 2 * round
       fi;
       if
       :: own != round -> round = own
       :: true
       fi;
       if
       :: slot[i].insist = true
       :: true
       fi
    :: i == faulty && stops >= LIES -> running = running & ~BIT(i); goto over
    :: i != faulty
    fi;
#endif
    slot[i].round = own;
    waits[i] = round;
    printf("%d: stops for %d, says %d, insists %d\n", i, round, own,
           slot[i].insist);
    publish(i)
  };

look: /* channel_rendezvous_view */
  atomic {
    event = event & ~BIT(i);
    stopped = (own == round -> BIT(i) : 0);
    insisting = (slot[i].insist -> stopped : 0);
    met = 0;
    arrived = 0;
    absent = 0;
    at = 0
  };
  do
  :: d_step { at < 2 * N && at / 2 == i -> at = at + 2 }
  :: d_step {
       at < 2 * N && at / 2 != i && at % 2 == 0 -> came = slot[at / 2].came;
       at++
     }
  :: d_step { at < 2 * N && at / 2 != i && at % 2 == 1 -> sort(at / 2); at++ }
  :: at == 2 * N -> break
  od;
  at = 0;
  if
  :: atomic { !absent -> goto decide }
  :: atomic { absent -> resting = resting | BIT(i) }
  fi;

  /* arch_wait_for_event, or the deadline is over. */
  if
  :: atomic { event & BIT(i) -> resting = resting & ~BIT(i); goto look }
  :: atomic { QUIET(i) -> resting = resting & ~BIT(i) }
  fi;

decide: /* settle */
  atomic {
    printf("%d: stopped 0x%x, met 0x%x, arrived 0x%x, absent 0x%x\n", i,
           stopped, met, arrived, absent);
    if
    :: !arrived || MAY_INSIST -> arrive(i, MET); goto over
    :: else -> resumed = true
    fi;
    stopped = 0;
    met = 0;
    arrived = 0;
    absent = 0;
    insisting = 0;
    waits[i] = 0;
    goto user
  };

over:
  skip
}

init {
  atomic {
#ifdef FAULTY
    select(faulty : 0 .. N - 1);
    printf("%d: is the faulty one\n", faulty);
#endif
    if
    :: ahead = true
    :: true
    fi;
    h_round = 0;
    do
    :: h_round < N -> run Replica(h_round); h_round++
    :: else -> break
    od;
    h_round = 0
  }
}
