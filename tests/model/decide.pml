/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pure part: rcoe/core/vote.c and rcoe/core/meeting.c over one view. Each
 * inline names the function it stands for and keeps its order of tests. It
 * reads the caller's view (view_*) and private words, never a foreign slot.
 * The h_ variables are scratch: 0 between steps, so that they add no states.
 */

byte h_a, h_b, h_mask, h_missing, h_failed, h_held, h_winner;
bool h_now, h_decided;

inline scratch_clear() {
  h_a = 0;
  h_b = 0;
  h_mask = 0;
  h_missing = 0;
  h_failed = 0;
  h_winner = 0;
  h_now = false;
  h_held = 0;
  h_decided = false
}

/* enum meeting_action */
#define MEETING_WAIT 0
#define MEETING_PASS 1
#define MEETING_ANNOUNCE 2
#define MEETING_ANSWER 3
#define MEETING_RETRACT 4
#define MEETING_CONVICT 5
#define MEETING_FAILSTOP 6
#define MEETING_FOLLOW 7
byte action = MEETING_WAIT; /* so between steps */
byte winner = 0;             /* m->convicted; 0 between steps */

/* Where deliberate bugs sit: checks.pml lists them. */
#ifdef BUG_BLIND
#define DIFFER(a, b) false
#else
#define DIFFER(a, b) ((a) != (b))
#endif
#ifdef BUG_ALONE
#define ACT_AT(live) 1
#else
#define ACT_AT(live) QUORUM(live)
#endif

#ifdef BUG_LOUD
#define COUNTS(j) true
#else /* nobody's verdict against himself counts */
#define COUNTS(j) !(VERDICT_OF(j) & BIT(j))
#endif
#ifdef BUG_STUBBORN
#define GUIDES(i, j) false
#elif defined(BUG_GULLIBLE)
#define GUIDES(i, j) (PEER(i, j) && view_answer[j])
#else /* find_guide: a peer that is not suspected has passed this meeting */
#define GUIDES(i, j)                                                           \
  (PEER(i, j) && !((verdict | SWAYED_NOT(i)) & BIT(j)) && view_answer[j] &&    \
   view_ballot[j] == view_ballot[i])
#endif
#ifdef BUG_SWAYED
#define SWAYED_NOT(i) 0
#else /* nor accused by all */
#define SWAYED_NOT(i) ACCUSED(i)
#endif
#define FOLLOWS(i) (verdict && OF_ANY(GUIDES, i))

/* ballots_like */
inline ballots_like(i, who) {
  h_mask = 0;
  h_b = 0;
  do
  :: h_b < N ->
     if
     :: (own[i].live & BIT(h_b)) &&
            !DIFFER(view_ballot[h_b], view_ballot[who]) ->
        h_mask = h_mask | BIT(h_b)
     :: else
     fi;
     h_b++
  :: else -> break
  od
}

/* vote_decide: 0 when all agree, the odd ones, or SUSPECTS_TIE. */
inline vote_decide(i, result) {
  result = SUSPECTS_TIE;
  h_a = 0;
  h_decided = false;
  do
  :: h_a < N && !h_decided ->
     if
     :: own[i].live & BIT(h_a) ->
        ballots_like(i, h_a);
        if
        :: h_mask == own[i].live -> result = 0; h_decided = true
        :: else ->
           if
           :: POPULATION(h_mask) >= QUORUM(own[i].live) ->
              result = own[i].live & ~h_mask;
              h_decided = true
           :: else
           fi
        fi
     :: else
     fi;
     h_a++
  :: else -> break
  od
}

/* view_verdicts: an answer is the verdict "nobody". */
#define CAST_IN(i, j)                                                          \
  (view_answer[j] ||                                                           \
   (view_about[j] == NUMBER(i) && view_suspects[j] != SUSPECTS_UNKNOWN))
#define VERDICT_OF(j) (view_answer[j] -> 0 : view_suspects[j])

/* vote_count_verdicts over view_verdicts: h_decided, h_winner. */
inline vote_count_verdicts(i) {
  h_decided = false;
  h_winner = 0;
  h_a = 0;
  do
  :: h_a < N && !h_decided ->
     if
     :: (own[i].live & BIT(h_a)) && CAST_IN(i, h_a) ->
        h_mask = 0;
        h_b = 0;
        do
        :: h_b < N ->
           if
           :: (own[i].live & BIT(h_b)) && CAST_IN(i, h_b) &&
                  VERDICT_OF(h_b) == VERDICT_OF(h_a) && COUNTS(h_b) ->
              h_mask = h_mask | BIT(h_b)
           :: else
           fi;
           h_b++
        :: else -> break
        od;
        if
        :: POPULATION(h_mask) >= ACT_AT(own[i].live) ->
           h_decided = true;
           h_winner = VERDICT_OF(h_a)
        :: else
        fi
     :: else
     fi;
     h_a++
  :: else -> break
  od
}

/* view_missing, view_failed, view_disputed, view_held_up in one pass. */
#define ACCUSABLE(i) (own[i].live | SUSPECTS_TIE)
inline survey(i) {
  h_missing = 0;
  h_failed = 0;
  h_now = false;
  h_held = 0;
  h_a = 0;
  do
  :: h_a < N ->
     if
     :: PEER(i, h_a) ->
        if
        :: view_ballot[h_a] == ABSENT -> h_missing = h_missing | BIT(h_a)
        :: else
        fi;
        if
        :: view_failed[h_a] -> h_failed = h_failed | BIT(h_a)
        :: else
        fi;
        if
        :: view_disputes[h_a] && view_about[h_a] == NUMBER(i) ->
           h_now = h_now || (view_suspects[h_a] & ACCUSABLE(i))
        :: view_disputes[h_a] && view_about[h_a] == NUMBER(i) - 1 && view_ballot[h_a] == ABSENT &&
               (!view_suspects[h_a] ||
                (view_suspects[h_a] & (ACCUSABLE(i) | SUSPECTS_UNKNOWN))) ->
           h_held = h_held | BIT(h_a)
        :: else
        fi
     :: else
     fi;
     h_a++
  :: else -> break
  od;
  h_failed = h_failed & h_missing
}

/* Whom all have come to meeting ACCUSE to convict: m->accused. */
#ifdef ACCUSE
#define ACCUSED(i)                                                             \
  (NUMBER(i) == ACCUSE -> BIT(faulty) & own[i].live : 0)
#else
#define ACCUSED(i) 0
#endif

/* complete: all have arrived; sets `verdict`. */
inline complete(i) {
  vote_decide(i, h_winner);
  if
  :: h_winner == 0 && ACCUSED(i) ->
     verdict = ACCUSED(i);
     action = MEETING_ANNOUNCE
  :: h_winner == 0 && !ACCUSED(i) && !h_now -> action = MEETING_PASS
  :: else -> verdict = h_winner; action = MEETING_ANNOUNCE
  fi
}

/* excuse: who is held up by a dispute of the meeting before has not run out of
   time; the deadline begins anew, once for each. */
#ifdef BUG_IMPATIENT
inline excuse(i) { skip }
#else
inline excuse(i) {
  if
  :: h_held & ~excused ->
     excused = excused | h_held;
     expired = false;
     held_forgive(i, h_held)
  :: else
  fi
}
#endif

/* view_counts: somebody holds the verdict that was taken back. */
#ifdef BUG_FICKLE
#define COUNTED(i) false
#else
#define HOLDS(i, j)                                                            \
  (PEER(i, j) && !(said & BIT(j)) && view_about[j] == NUMBER(i) &&             \
   view_suspects[j] == said)
#define COUNTED(i) ((said & ACCUSABLE(i)) && OF_ANY(HOLDS, i))
#endif

/* gather; `expired`: now >= m->deadline. */
inline gather(i) {
  survey(i);
  if
  :: h_held && slot[i].answer != NUMBER(i) - 1 -> action = MEETING_ANSWER
  :: !(h_held && slot[i].answer != NUMBER(i) - 1) && COUNTED(i) ->
     verdict = said;
     action = MEETING_ANNOUNCE
  :: else ->
     if
     :: h_failed -> verdict = h_failed; action = MEETING_ANNOUNCE
     :: !h_failed && !h_missing -> complete(i)
     :: !h_failed && h_missing ->
        excuse(i);
        if
        :: expired -> verdict = h_missing; action = MEETING_ANNOUNCE
        :: else -> action = MEETING_WAIT
        fi
     fi
  fi
}

/* weigh; `expired` as above. Patience (64 deadlines) may be over whenever a
   dispute ends without a quorum, or never with PATIENT. */
inline weigh(i) {
  vote_count_verdicts(i);
  if
  :: verdict && POPULATION(own[i].live) <= 2 -> action = MEETING_FAILSTOP
  :: else ->
     if
     :: h_decided && h_winner == SUSPECTS_TIE -> action = MEETING_FAILSTOP
     :: h_decided && h_winner != 0 && h_winner != SUSPECTS_TIE ->
        action = MEETING_CONVICT
     :: else -> /* nobody, or no quorum */
        if
        :: FOLLOWS(i) -> action = MEETING_FOLLOW
        :: h_decided && !verdict -> action = MEETING_PASS
        :: !FOLLOWS(i) && (h_decided -> verdict : expired) ->
           action = MEETING_RETRACT
        :: !FOLLOWS(i) && !h_decided && !expired -> action = MEETING_WAIT
        fi
     fi
  fi
}
