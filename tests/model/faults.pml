/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one fault, and time. Two classes of fault:
 *
 *   (default)  The faulty replica runs the same code. A flip may change its
 *              signature before any arrival (and it stays wrong), its kernel
 *              may fail and say so, it may fall silent at any moment, it may be
 *              late, and its own timers may fire at any moment, so its disputes
 *              come at any moment.
 *   ANYTHING   It runs no code that can be relied on: each look at its slot may
 *              give another value of the whole domain, different to each
 *              reader. Reading an arbitrary value is the same as an arbitrary
 *              write just before the read, and costs no state. At any moment
 *              it may freeze to one value for ever (silent, or stuck).
 *
 * REFLIP adds to the first class a flip that hits the private copy of an
 * arrival after it was published (the next republication shows it).
 *
 * It must never write a word of a healthy replica.
 */

#ifdef HELD_UP
byte held[N]; /* masks: who began another wait while I stood one meeting on */
#define HELD(i, j) (own[j].passed + 1 == own[i].passed && (held[i] & BIT(j)))
#define HELD_CLEAR(i) held[i] = 0
inline held_forgive(i, whom) { held[i] = held[i] & ~(whom) }
inline held_set(j) {
  h_a = 0;
  do
  :: h_a < N ->
     if
     :: own[h_a].passed == NUMBER(j) && ARRIVED(h_a, NUMBER(h_a)) ->
        held[h_a] = held[h_a] | BIT(j)
     :: else
     fi;
     h_a++
  :: else -> break
  od;
  h_a = 0
}
#else
#define HELD(i, j) false
#define HELD_CLEAR(i) skip
inline held_forgive(i, whom) { skip }
inline held_set(j) { skip }
#endif

/*
 * Time: a deadline is long against a look at the slots, so one is over only
 * when all healthy replicas are QUIET: they have seen what there is to see. And
 * it is longer than the skew of healthy replicas, so it is over only when none
 * of them is awaited that could still come in time. The timers of the faulty
 * replica know no such bounds. HELD_UP lets a deadline fire as well for a
 * healthy replica that stands one meeting earlier and has begun
 * another wait there in the meantime: the code gives it no extra time.
 */
#define SICK (healed -> 0 : BIT(faulty))
#define QUIET (((event | ~resting) & running & ~SICK) == 0)
#define AWAITED(i, j) /* a peer that has not arrived */                        \
  (PEER(i, j) && (HAVOC(j) -> (!frozen || slot[j].ballot[0] == ABSENT)         \
                           : !ARRIVED(j, NUMBER(i))))
#define PUNCTUAL(i, j)                                                         \
  (!AWAITED(i, j) || FAULTY(j) || !RUNS(j) || HELD(i, j))
#ifdef BUG_NO_DEADLINE
#define ARRIVAL_TIMER(i) FAULTY(i)
#else
#define ARRIVAL_TIMER(i)                                                       \
  (FAULTY(i) ||                                                                \
   (QUIET && OF_ANY(AWAITED, i) && OF_ALL(PUNCTUAL, i) && !MAY_ASK(i)))
#endif

/* Half of that is over: who waits says so. To have fewer states that is only
   when no healthy one is still on its way; with ASK_EARLY at any time. */
#ifdef ASK_EARLY
#define ASK_TIMER(i) (FAULTY(i) || (QUIET && OF_ANY(AWAITED, i)))
#else
#define ASK_TIMER(i) (QUIET && OF_ANY(AWAITED, i) && OF_ALL(PUNCTUAL, i))
#endif

/* The verdict deadline: all healthy peers have cast theirs, or have passed the
   meeting and compute for as long as they like. */
#define CAST(i, j)                                                             \
  (!PEER(i, j) || FAULTY(j) || !RUNS(j) || DISPUTES(j, NUMBER(i)) ||           \
   own[j].passed >= NUMBER(i))
#define VERDICT_TIMER(i) (FAULTY(i) || (QUIET && OF_ALL(CAST, i)))

/* wait_for_survivors: survivors_confirmed, and its deadline. */
#define CONFIRMED(i, j)                                                        \
  (!PEER(i, j) || HAVOC(j) || slot[j].epoch >= slot[i].epoch)
#define CONFIRM_LATE(i, j)                                                     \
  (CONFIRMED(i, j) || FAULTY(j) || !RUNS(j) || own[j].passed > own[i].passed)
#define CONFIRM_TIMER(i) (FAULTY(i) || (QUIET && OF_ALL(CONFIRM_LATE, i)))

/* Can the slots show something new at any moment? */
#define RESTLESS(i) (HAVOC(faulty) && !frozen && PEER(i, faulty))

#ifdef ANYTHING
/* Any verdict. FEW: nobody, itself, all others, one of them, or a tie. */
#ifdef FEW
inline any_verdict(whom) {
  if
  :: whom = 0
  :: whom = BIT(faulty)
  :: whom = ALL & ~BIT(faulty)
  :: whom = BIT((faulty + 1) % N)
  :: whom = SUSPECTS_TIE
  fi
}
#else
inline any_verdict(whom) {
  select(h_a : 0 .. ALL + 1);
  whom = (h_a > ALL -> SUSPECTS_TIE : h_a);
  h_a = 0
}
#endif

/* What peer_look makes of the faulty slot, at the end of a sweep; `worst`. */
inline peer_anything() {
  if
  :: frozen ->
     if
     :: slot[faulty].health != HEALTH_GOOD -> worst = PEER_ODD
     :: slot[faulty].health == HEALTH_GOOD ->
        if
        :: slot[faulty].ballot[0] == GOOD
        :: slot[faulty].ballot[0] == ABSENT && worst == PEER_AGREES ->
           worst = PEER_WAITED_FOR
        :: slot[faulty].ballot[0] == ABSENT && worst != PEER_AGREES
        :: slot[faulty].ballot[0] > GOOD -> worst = PEER_ODD
        fi
     fi
  :: !frozen
  :: !frozen && worst == PEER_AGREES -> worst = PEER_WAITED_FOR
  :: !frozen -> worst = PEER_ODD
  fi
}


/* What channel_view makes of it. CONVICTED, or an illegible notice, says the
   same as GOOD here; FAILSTOP the same as FAILED. */
inline view_anything(i) {
  if
  :: view_answer[faulty] = true
  :: true
  fi;
  if
  :: frozen ->
     view_ballot[faulty] = slot[faulty].ballot[0];
     view_failed[faulty] = slot[faulty].health == HEALTH_FAILED;
     if
     :: slot[faulty].health == HEALTH_DISPUTE ->
        view_disputes[faulty] = true;
        view_about[faulty] = NUMBER(i);
        view_suspects[faulty] = slot[faulty].suspects
     :: else
     fi
  :: !frozen ->
     select(h_a : ABSENT .. BAD_B);
     view_ballot[faulty] = h_a;
     if
     :: true /* good, convicted or illegible */
     :: view_failed[faulty] = true
     :: any_verdict(view_suspects[faulty]);
        view_disputes[faulty] = true;
        if
        :: view_about[faulty] = NUMBER(i)
        :: view_about[faulty] = NUMBER(i) - 1
        fi
     fi
  fi;
  h_a = 0
}

/* From some moment on it says the same for ever, to everybody, about any
   meeting that is asked for; or never. */
proctype Freeze() {
  atomic {
    frozen = true;
    select(h_a : ABSENT .. BAD_A);
    slot[faulty].ballot[0] = h_a;
    if
    :: slot[faulty].health = HEALTH_GOOD
    :: slot[faulty].health = HEALTH_FAILED
    :: slot[faulty].health = HEALTH_DISPUTE; any_verdict(slot[faulty].suspects)
    fi;
    printf("%d: frozen: ballot %d, health %d, suspects 0x%x\n", faulty,
           slot[faulty].ballot[0], slot[faulty].health, slot[faulty].suspects);
    h_a = 0;
    send_event(faulty)
  }
}
#else
inline peer_anything() { skip }
inline view_anything(i) { skip }

/* A signature may go wrong before an arrival; it never gets right again. */
inline upset_signature(i) {
  if
  :: FAULTY(i) && signature == GOOD -> signature = BAD_A
#ifndef ONE_BAD /* two wrong values of one replica are never compared */
  :: FAULTY(i) && signature == GOOD -> signature = BAD_B
#endif
  :: true
  fi
}

/* Sudden ends of the faulty replica, at any moment or never. */
proctype Upset() {
#ifdef REFLIP
  if
  :: atomic {
       RUNS(faulty) && !healed && slot[faulty].met[0] + slot[faulty].met[1] > 0;
       h_a = (slot[faulty].met[0] > slot[faulty].met[1] -> 0 : 1);
       slot[faulty].ballot[h_a] = BAD_A;
       printf("%d: its arrival at %d shows %d\n", faulty,
              slot[faulty].met[h_a], BAD_A);
       h_a = 0;
       send_event(faulty)
     }
  :: skip
  fi;
#endif
  if
  :: atomic {
       RUNS(faulty) && !healed; /* silent */
       printf("%d: dies\n", faulty);
       life[faulty]++;
       running = running & ~BIT(faulty)
     }
  :: atomic {
       RUNS(faulty) && !healed; /* verdict_failed: a kernel exception */
       life[faulty]++;
       running = running & ~BIT(faulty);
       set_health(faulty, HEALTH_FAILED)
     }
  :: skip
  fi
}
#endif
