/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replica control as processes: N replicas hold MEETINGS meetings, one of them
 * may be faulty. Each healthy replica is the process Replica; its labels name
 * the C that they stand for. README.md says what is left out and how to read a
 * counterexample; run.py says which variants are run.
 *
 * A step is one access to one shared record (or, with COARSE, one look at all
 * of them) together with the private computing that follows it.
 */

#include "slots.pml"
#include "decide.pml"
#include "faults.pml"
#include "checks.pml"

#ifdef COARSE
#define LOOK_BEGIN atomic {
#define LOOK_END }
#else
#define LOOK_BEGIN
#define LOOK_END
#endif

/* Peers are read in the order of their numbers, two records of each: `at` is
   twice the peer, plus one for the second record. */
#define READ_ALL (2 * N)
#define READABLE(i, j) (PEER(i, j) && !HAVOC(j))
inline seek(i) {
  do
  :: at < READ_ALL && !READABLE(i, at / 2) -> at = at + 2
  :: else -> break
  od
}

inline look_begins(i) {
  event = event & ~BIT(i);
  at = 0;
  seek(i)
}

/* A notice and an arrival, as channel_view copies them. */
inline view_notice(i, j) {
  view_failed[j] = slot[j].health == HEALTH_FAILED ||
                   slot[j].health == HEALTH_FAILSTOP;
  view_about[j] = slot[j].about; /* 0 with HEALTH_GOOD */
  view_suspects[j] = slot[j].suspects;
  view_disputes[j] = slot[j].health == HEALTH_DISPUTE;
  view_answer[j] = slot[j].answer == NUMBER(i)
}

inline view_own(i) {
  view_ballot[i] = BALLOT(i, NUMBER(i));
  view_about[i] = slot[i].about;
  view_suspects[i] = slot[i].suspects
}

/* A view is over when it is judged. */
inline view_forget() {
  h_a = 0;
  do
  :: h_a < N ->
     view_ballot[h_a] = 0;
     view_failed[h_a] = false;
     view_about[h_a] = 0;
     view_suspects[h_a] = 0;
     view_answer[h_a] = false;
     view_disputes[h_a] = false;
     h_a++
  :: else -> break
  od;
  at = 0;
  scratch_clear()
}

/* verdict_convict, as far as its wait for the survivors; of `winner`. */
inline convict(i) {
  check_conviction(winner);
  printf("%d: convicts 0x%x at %d\n", i, winner, NUMBER(i));
  if
  :: winner & BIT(i) ->
     winner = 0;
     set_health(i, HEALTH_CONVICTED);
     running = running & ~BIT(i);
     goto gone
  :: else
  fi;
  own[i].live = own[i].live & ~winner; /* lifecycle_remove */
  copying = false;                     /* attempt_again */
  lowest(own[i].live, h_b);
  if
  :: h_b == i && (winner & BIT(faulty)) && RUNS(faulty) -> /* take_away */
     life[faulty]++;
     running = running & ~BIT(faulty)
  :: else
  fi;
  h_b = 0;
  winner = 0;
  slot[i].epoch++;
  send_event(i)
}

/* attempt.c, start: donate_begin clears what the slot said in the last life. */
inline donate_begin(i) {
  copying = true;
  lowest(own[i].live, h_b);
  if
#ifndef BUG_STALE /* it keeps its old words */
  :: h_b == i ->
     slot[faulty].answer = 0;
     slot[faulty].met[0] = 0;
     slot[faulty].met[1] = 0;
     slot[faulty].ballot[0] = 0;
     slot[faulty].ballot[1] = 0;
     publish_notice(faulty, HEALTH_GOOD, 0, 0)
#endif
  :: else
  fi;
  h_b = 0
}

/* attempt.c, pause, behind the meeting at which all digests agreed: all add
   the joiner (lifecycle_add), the donor starts its core (donate_start_core);
   rejoin.c, rejoin_meet: its first meeting is the next one. */
inline readmit(i) {
  lowest(own[i].live, h_b);
  own[i].live = ALL;
  copying = false;
  slot[i].epoch++;
  healed = true;
  running = running | BIT(faulty);
  if
  :: h_b == i ->
     own[faulty].live = ALL;
     own[faulty].passed = own[i].passed;
     slot[faulty].epoch = slot[i].epoch;
     life[faulty]++;
     run Replica(faulty, life[faulty])
  :: else
  fi;
  h_b = 0;
  send_event(i)
}
#ifdef REJOIN
#define DONATES(i) (own[i].passed == REJOIN - 1 && own[i].live != ALL)
#define READMITS(i) (own[i].passed == REJOIN && copying)
#else
#define DONATES(i) false
#define READMITS(i) false
#endif

/* gather, MEETING_ASK: half of the deadline is over. */
inline ask(i) {
  publish_notice(i, HEALTH_DISPUTE, NUMBER(i), SUSPECTS_UNKNOWN)
}
#define MAY_ASK(i) /* may_ask */                                               \
  (slot[i].health == HEALTH_GOOD ||                                            \
   (slot[i].about != NUMBER(i) && (slot[i].suspects == 0 ||                    \
                                   slot[i].suspects == SUSPECTS_UNKNOWN)))

/* meeting_restart */
inline gather_anew(i) {
  disputing = false;
  expired = false;
  verdict = 0;
  held_set(i)
}

/* `born`: the incarnation; when another is current, this one is gone. */
proctype Replica(byte i; byte born) {
  byte at = 0;
  byte signature = GOOD;
  byte worst = PEER_AGREES;
  byte verdict = 0;   /* m->suspects */
  byte said = 0;      /* m->said */
  bool expired = false;   /* now >= m->deadline */
  bool disputing = false; /* m->phase == MEETING_DISPUTE */
  bool doubted = false;
  byte excused = 0; /* m->excused */
  bool copying = false; /* attempt.phase */
  byte view_ballot[N]; /* struct view */
  bool view_failed[N];
  byte view_about[N];
  byte view_suspects[N];
  bool view_answer[N];
  bool view_disputes[N];

  {
    skip;
arrive: /* arrive.S, arrive_and_look; arrive_calm is the same */
    atomic {
      RISE(i);
      if
      :: own[i].passed == MEETINGS -> goto closing
      :: else
      fi;
#ifndef ANYTHING
      upset_signature(i);
#endif
      publish_arrival(i, NUMBER(i), signature);
      if
      :: ACCUSED(i) -> goto closely /* meet.c, meet_accusing */
      :: else
      fi
    };

wait: /* meet.c, meet_wait: sweeps of peers_look */
    LOOK_BEGIN
    atomic { worst = PEER_AGREES; look_begins(i) };
    do
    :: d_step {
         at < READ_ALL && at % 2 == 0 -> /* peer_look: health alone */
         if
         :: slot[at / 2].health != HEALTH_GOOD -> worst = PEER_ODD
         :: else
         fi;
         at++
       }
    :: d_step {
         at < READ_ALL && at % 2 == 1 -> /* peer_look: arrival */
         if
         :: !ARRIVED(at / 2, NUMBER(i)) && worst == PEER_AGREES ->
            worst = PEER_WAITED_FOR
         :: ARRIVED(at / 2, NUMBER(i)) &&
                DIFFER(BALLOT(at / 2, NUMBER(i)), BALLOT(i, NUMBER(i))) ->
            worst = PEER_ODD
         :: else
         fi;
         at++;
         seek(i);
         skip
       }
    :: atomic {
         at >= READ_ALL ->
         at = 0;
         if
         :: HAVOC(faulty) && PEER(i, faulty) -> peer_anything()
         :: else
         fi;
         if
         :: worst == PEER_AGREES -> goto passed
         :: worst == PEER_ODD -> worst = PEER_AGREES; goto closely
         :: worst == PEER_WAITED_FOR -> worst = PEER_AGREES; REST(i); goto doze
         fi
       }
    od;
    LOOK_END

doze: /* arch_wait_for_event, or the allowance is over */
    if
    :: atomic { (event & BIT(i)) || RESTLESS(i) -> RISE(i); goto wait }
    :: atomic { ASK_TIMER(i) -> RISE(i); ask(i) }
    fi;

closely: /* meet.c, meet_closely: channel_view, meeting_step, act */
    LOOK_BEGIN
    atomic { look_begins(i) };
    do
    :: d_step {
         at < READ_ALL && at % 2 == 0 ->
         view_ballot[at / 2] = BALLOT(at / 2, NUMBER(i));
         at++
       }
    :: d_step {
         at < READ_ALL && at % 2 == 1 ->
         view_notice(i, at / 2);
         at++;
         seek(i);
         skip
       }
    :: atomic {
         at >= READ_ALL ->
         view_own(i);
         if
         :: HAVOC(faulty) && PEER(i, faulty) -> view_anything(i)
         :: else
         fi;
         d_step {
           if /* meeting_step */
           :: disputing -> weigh(i); winner = h_winner
           :: else -> gather(i)
           fi;
           view_forget()
         };
         if /* act */
         :: action == MEETING_PASS || action == MEETING_FOLLOW ->
            action = MEETING_WAIT;
            winner = 0;
            goto passed
         :: action == MEETING_ANNOUNCE ->
            action = MEETING_WAIT;
            publish_notice(i, HEALTH_DISPUTE, NUMBER(i), verdict);
            said = 0;
            disputing = true;
            expired = false;
            doubted = doubted || (N == 2 && verdict);
            held_set(i);
            goto closely
         :: action == MEETING_ANSWER ->
            action = MEETING_WAIT;
            publish_answer(i, NUMBER(i) - 1);
            goto closely
#ifndef PATIENT
         :: action == MEETING_RETRACT -> /* patience */
            action = MEETING_WAIT;
            winner = 0;
            goto failstop
#endif
         :: action == MEETING_RETRACT ->
            action = MEETING_WAIT;
            winner = 0;
            publish_notice(i, HEALTH_DISPUTE, NUMBER(i), SUSPECTS_UNKNOWN);
            said = verdict;
            gather_anew(i);
            goto closely
         :: action == MEETING_CONVICT ->
            action = MEETING_WAIT;
            convict(i);
            goto survivors
         :: action == MEETING_FAILSTOP ->
            action = MEETING_WAIT;
            winner = 0;
            goto failstop
         :: action == MEETING_WAIT -> winner = 0; REST(i); goto asleep
         fi
       }
    od;
    LOOK_END

asleep: /* arch_wait_for_event, or a deadline is over */
    if
    :: atomic { (event & BIT(i)) || RESTLESS(i) -> RISE(i); goto closely }
    :: atomic {
         !disputing && !expired && MAY_ASK(i) && ASK_TIMER(i) ->
         RISE(i);
         ask(i);
         goto closely
       }
    :: atomic {
         !expired && (disputing -> VERDICT_TIMER(i) : ARRIVAL_TIMER(i)) ->
         RISE(i);
         expired = true;
         printf("%d: deadline at %d, disputing %d\n", i, NUMBER(i), disputing);
         goto closely
       }
    fi;

survivors: /* verdict.c, wait_for_survivors */
#ifndef BUG_EPOCH
    if
    :: OF_ALL(CONFIRMED, i) -> goto restart
    :: atomic { !OF_ALL(CONFIRMED, i) -> event = event & ~BIT(i); REST(i) }
    fi;
    if
    :: atomic { event & BIT(i) -> RISE(i); goto survivors }
    :: CONFIRM_TIMER(i)
    fi;
#endif

restart:
    atomic { RISE(i); gather_anew(i); goto closely };

passed: /* meet.c, passed */
    atomic {
      printf("%d: passes %d, live 0x%x\n", i, NUMBER(i), own[i].live);
      check_pass(i);
      if
#ifdef BUG_FORGET
      :: slot[i].health == HEALTH_DISPUTE ->
#else
      :: slot[i].health == HEALTH_DISPUTE && slot[i].about != NUMBER(i) ->
#endif
         publish_notice(i, HEALTH_GOOD, 0, 0)
      :: else
      fi;
      own[i].passed++;
      slot[i].answer = 0; /* all have passed that one: nobody reads it */
      REST(i);
      disputing = false;
      expired = false;
      verdict = 0;
      said = 0;
      excused = 0;
      HELD_CLEAR(i);
      if
      :: READMITS(i) -> readmit(i)
      :: DONATES(i) -> donate_begin(i)
      :: else
      fi;
      goto arrive
    };

closing: /* one meeting more: held up by nobody, only disputes are answered */
    atomic { publish_arrival(i, NUMBER(i), signature); REST(i) };
end_closed:
    if
    :: atomic {
         (event & BIT(i)) || RESTLESS(i);
         look_begins(i);
         do
         :: at < READ_ALL ->
            view_notice(i, at / 2);
            at = at + 2;
            seek(i)
         :: else -> break
         od;
         if
         :: HAVOC(faulty) && PEER(i, faulty) -> view_anything(i)
         :: else
         fi;
         survey(i);
         if
         :: h_held && slot[i].answer != NUMBER(i) - 1 ->
            publish_answer(i, NUMBER(i) - 1)
         :: else
         fi;
         view_forget()
       };
       goto end_closed
    fi;

failstop: /* verdict.c, verdict_failstop */
    atomic {
      set_health(i, HEALTH_FAILSTOP);
      running = running & ~BIT(i)
    }
  } unless { life[i] != born };
gone:
  skip
}

init {
  atomic {
    select(h_a : FAULTY_FIRST .. FAULTY_LAST);
    faulty = h_a;
    printf("%d: is the faulty one\n", faulty);
    h_b = 0;
    do
    :: h_b < N ->
       own[h_b].live = ALL; /* lifecycle_init */
       if
       :: !HAVOC(h_b) -> run Replica(h_b, 0)
       :: else -> running = running & ~BIT(h_b)
       fi;
       h_b++
    :: else -> break
    od;
    scratch_clear();
#ifdef ANYTHING
    run Freeze();
#else
    run Upset();
#endif
    run Judge()
  }
}
