/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What must hold, and the deliberate bugs that make it fail. The name of the
 * variable in a failed assertion is the name of the property. Deadlocks are
 * invalid end states: a process may end only where a label says so.
 * Checks read everything and must never change what the model does.
 *
 *   CHECK_AGREE    live set and epoch are equal after every meeting
 *   CHECK_SERVICE  with three or more, no healthy replica stops, and who
 *                  never comes is removed
 *
 *   BUG_LOUD         a verdict against oneself counts
 *   BUG_STUBBORN     nobody follows who has passed
 *   BUG_GULLIBLE     follow anybody who says so, suspected or not
 *   BUG_IMPATIENT    who is held up gets no more time
 *   BUG_ALONE        act on the own verdict, without a quorum
 *   BUG_EPOCH        survivors do not wait for each other's epoch
 *   BUG_FORGET       a verdict is withdrawn when its own meeting is passed
 *   BUG_BLIND        ballots are not compared (what VOTING_OFF does)
 *   BUG_NO_DEADLINE  nobody is ever found missing
 *   BUG_FICKLE       who has taken a verdict back forgets it
 *   BUG_SWAYED       the accused are followed
 *   BUG_STALE        a replica that comes back keeps its old slot
 */

bool a_healthy_replica_is_convicted;
bool a_wrong_value_is_output;
bool a_meeting_is_passed_unequal;
bool two_go_on_after_a_suspicion;
bool the_healthy_disagree;
bool service_is_lost;
bool the_faulty_stays;

#ifdef CHECK_AGREE
byte agreed[MEETINGS + 1]; /* (epoch, live) of the first that passed */
#endif

/* In verdict_convict. */
inline check_conviction(convicted) {
  a_healthy_replica_is_convicted =
      (convicted & running & (healed -> ALL : ALL & ~BIT(faulty))) != 0;
  assert(!a_healthy_replica_is_convicted)
}

/* A live peer stands there with the same ballot, or has stopped for good. */
#define EQUAL(i, j)                                                            \
  (!PEER(i, j) || HAVOC(j) || STOPPED(j) ||                                    \
   BALLOT(j, NUMBER(i)) == BALLOT(i, NUMBER(i)))
#define STOPPED(j) (slot[j].health == HEALTH_FAILSTOP)

/* When a meeting is passed: this is where an output leaves. */
inline check_pass(i) {
#ifndef REFLIP
  a_wrong_value_is_output = BALLOT(i, NUMBER(i)) != GOOD;
  assert(!a_wrong_value_is_output);
  a_meeting_is_passed_unequal = !FAULTY(i) && !OF_ALL(EQUAL, i);
  assert(!a_meeting_is_passed_unequal);
#endif
  two_go_on_after_a_suspicion = N == 2 && doubted;
  assert(!two_go_on_after_a_suspicion);
#ifdef CHECK_AGREE
  if
  :: !FAULTY(i) ->
     h_a = slot[i].epoch << 4 | own[i].live;
     the_healthy_disagree =
         agreed[NUMBER(i)] != 0 && agreed[NUMBER(i)] != h_a;
     assert(!the_healthy_disagree);
     agreed[NUMBER(i)] = h_a;
     h_a = 0
  :: else
  fi
#endif
}

/* One replica at the end of everything. */
inline check_end(i) {
  skip;
#ifdef CHECK_SERVICE
  service_is_lost = N > 2 && own[i].passed < MEETINGS;
  assert(!service_is_lost);
  the_faulty_stays = own[i].passed == MEETINGS && !healed &&
                     (own[i].live & BIT(faulty)) && !HAVOC(faulty) &&
                     own[faulty].passed < MEETINGS && !RUNS(faulty) &&
                     !ARRIVED(faulty, MEETINGS);
  assert(!the_faulty_stays);
#endif
#ifdef ACCUSE
  the_faulty_stays = own[i].passed == MEETINGS && (own[i].live & BIT(faulty));
  assert(!the_faulty_stays);
#endif
#ifdef REJOIN
  service_is_lost = own[i].live != ALL && healed;
  assert(!service_is_lost);
#endif
}

/* Runs when nobody else can. */
proctype Judge() {
end_judge:
  atomic {
    timeout ->
    h_missing = 0;
    do
    :: h_missing < N ->
       if
       :: !FAULTY(h_missing) -> check_end(h_missing)
       :: else
       fi;
       h_missing++
    :: else -> break
    od;
    scratch_clear()
  }
}
