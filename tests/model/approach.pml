/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The precise stop of closely coupled replicas: N of them stand anywhere on one
 * way of user instructions and come to one place, or to the meeting behind it.
 * One of them may be faulty: its count is wrong, it gets lost on the way, it
 * falls silent. Labels and inlines name the C that they stand for: rcoe/core/
 * approach.c and rcoe/mech/precise.c. README.md says what is left out.
 *
 * A step is one access to one foreign record and the private computing behind
 * it. A walk to the goal is one step, wherever it ends.
 */

#define BIT(i) (1 << (i))
#define ALL (BIT(N) - 1)
#define QUORUM (N / 2 + 1)
#define POPULATION(mask)                                                       \
  (((mask) & 1) + ((mask) >> 1 & 1) + ((mask) >> 2 & 1) + ((mask) >> 3 & 1))

/* The way: PER places have one count, their pcs rise or fall. Behind the last
   place is the next meeting. */
#define WAY (2 * PER)
#define COUNT(place) (2 + (place) / PER)
#define PC(place)                                                              \
  (falling -> PER - 1 - (place) % PER : (place) % PER)
#define FAR 20 /* counts that nobody comes to in time */
bool falling;

/* enum approach_action */
#define WAIT 0
#define MEET 1
#define RESUME 2
#define STAY 3
#define RUN 4

/* RECORD_POSITION_EVEN and _ODD, and whether its arrival is published. */
typedef Slot {
  byte lap[2];
  byte count[2];
  byte pc[2];
  bool late[2];
  byte missed[2];
  bool arrived
};
Slot slot[N];

byte place[N];  /* where each stands in truth; WAY: at the meeting */
byte ended;     /* mask: those that are at a meeting, wherever */
byte resting;   /* mask: those that sleep */
byte event;     /* mask: those to whom something was published since */
byte running = ALL; /* mask: those that have not ended or fallen silent */
byte faulty = N; /* N: nobody */
byte off;       /* its count is off - 1 too high */

#define OFFSET(i) ((i) == faulty -> off : 1)
#define SAID(i) (COUNT(place[i]) + OFFSET(i) - 1)

byte lap_of[N];

/* Nothing is left to see for anybody: time goes by. Who has waited longer, in
   an earlier lap, gives up before this one. */
#define WAITS_LONGER(i, j)                                                     \
  ((j) != faulty && (running & BIT(j)) && lap_of[j] < lap_of[i])
#if N == 2
#define ANY_WAITS_LONGER(i) (WAITS_LONGER(i, 0) || WAITS_LONGER(i, 1))
#else
#define ANY_WAITS_LONGER(i)                                                    \
  (WAITS_LONGER(i, 0) || WAITS_LONGER(i, 1) || WAITS_LONGER(i, 2))
#endif
#define QUIET(i)                                                               \
  (resting == running && !(event & running) && !ANY_WAITS_LONGER(i))

#ifdef HURRY /* the faulty one's clock runs as it likes */
#define HURRIES(i) ((i) == faulty)
#else
#define HURRIES(i) false
#endif

/* A look at the others, and what comes of it; scratch is 0 between steps. */
byte h_a, h_mask, h_goal, h_behind, h_next, h_last;
bool h_over;

#define SAME(a, b) (v_count[a] == v_count[b] && v_pc[a] == v_pc[b])
#define FURTHER(a, b) /* approach_is_further */                                \
  (v_count[a] > v_count[b] || (v_count[a] == v_count[b] && v_pc[a] > v_pc[b]))
#define HOPEFUL(a) (!v_late[a] || v_missed[a] != v_count[h_goal])

/* furthest: of `mask`, which is not empty. */
inline furthest(mask) {
  h_goal = N;
  h_a = 0;
  do
  :: h_a < N ->
     if
     :: (mask & BIT(h_a)) && h_goal == N -> h_goal = h_a
     :: (mask & BIT(h_a)) && h_goal != N ->
        if
        :: FURTHER(h_a, h_goal) -> h_goal = h_a
        :: else
        fi
     :: else
     fi;
     h_a++
  :: else -> break
  od
}

/* others and hopeful: h_behind, h_next. */
inline sort(mask) {
  h_behind = 0;
  h_next = 0;
  h_a = 0;
  do
  :: h_a < N ->
     if
     :: (mask & BIT(h_a)) && !SAME(h_a, h_goal) ->
        h_behind = h_behind | BIT(h_a);
        if
        :: HOPEFUL(h_a) -> h_next = h_next | BIT(h_a)
        :: else
        fi
     :: else
     fi;
     h_a++
  :: else -> break
  od
}

/* credible: leaves its mask in h_mask, with h_goal, h_behind and h_next of it;
   none is behind when all stand at one place. */
inline credible() {
  h_over = false;
  do
  :: !h_over ->
     furthest(h_mask);
     sort(h_mask);
     if
     :: !h_behind || h_next -> h_over = true
#ifdef BUG_CREDULOUS /* who stands at the goal is right, however few */
     :: else -> h_mask = h_mask & ~h_behind
#else
     :: else ->
        if
        :: POPULATION(h_mask & ~h_behind) >= QUORUM ->
           h_mask = h_mask & ~h_behind
        :: else -> h_mask = h_behind
        fi
#endif
     fi
  :: else -> break
  od
}

#define LOWEST(mask)                                                           \
  ((mask) & 1 -> 0 : ((mask) & 2 -> 1 : ((mask) & 4 -> 2 : 3)))

/* hindmost: of h_next, which is not empty; the first of several. */
inline hindmost() {
  h_last = LOWEST(h_next);
  h_a = 0;
  do
  :: h_a < N ->
     if
     :: (h_next & BIT(h_a)) && FURTHER(h_last, h_a) -> h_last = h_a
     :: else
     fi;
     h_a++
  :: else -> break
  od
}

/* approach_decide, of those who have said where they stand and those who are at
   the meeting. */
inline approach_decide(i) {
  h_mask = good & members;
  if
  :: arrived & members & ~h_mask -> action = RESUME
  :: else ->
     credible();
     if
     :: !(h_mask & BIT(i)) || !h_behind ->
        action = MEET;
        members = h_mask
     :: else ->
        goal_count = v_count[h_goal];
        goal_pc = v_pc[h_goal];
        if
        :: h_next & ~ran -> h_next = h_next & ~ran
        :: else
        fi;
        hindmost();
        ran = BIT(h_last);
        action = (h_last == i -> RUN : STAY);
        members = h_mask
     fi
  fi;
  h_a = 0;
  h_mask = 0;
  h_goal = 0;
  h_behind = 0;
  h_next = 0;
  h_last = 0;
  h_over = false
}

bool the_healthy_meet_apart;

/* The healthy are at one place, or all at the meeting behind the way. */
inline check_together(i) {
  h_a = 0;
  do
  :: h_a < N ->
     if
     :: h_a != faulty && (ended & BIT(h_a)) && i != faulty ->
        the_healthy_meet_apart = place[h_a] != place[i];
        assert(!the_healthy_meet_apart)
     :: else
     fi;
     h_a++
  :: else -> break
  od;
  h_a = 0
}

inline arrive(i) {
  slot[i].arrived = true;
  ended = ended | BIT(i);
  check_together(i);
  printf("%d: meets at %d\n", i, place[i]);
  event = ALL & ~BIT(i);
  running = running & ~BIT(i);
  resting = resting & ~BIT(i)
}

/* Is the goal a place before this replica? The count is its own. */
#define AT_GOAL(i, where)                                                      \
  (COUNT(where) + OFFSET(i) - 1 == goal_count && PC(where) == goal_pc)
#define PAST_GOAL(i, where) (COUNT(where) + OFFSET(i) - 1 > goal_count)

/* precise_taken: on to the goal; or past it, as far as may be, as a timer
   stops no sooner; or it is late, at a goal that it can not come to. */
inline walk(i) {
  late = false;
  do
  :: place[i] == WAY || AT_GOAL(i, place[i]) -> break
  :: place[i] < WAY && !AT_GOAL(i, place[i]) && PAST_GOAL(i, place[i]) -> break
  :: place[i] < WAY && !AT_GOAL(i, place[i]) -> place[i]++
  :: goal_count >= FAR || i == faulty -> late = true; missed = goal_count; break
  od
}

/* channel_read of its record of this lap */
inline read_position(j) {
  if
  :: slot[j].lap[lap & 1] == lap ->
     good = good | BIT(j);
     v_count[j] = slot[j].count[lap & 1];
     v_pc[j] = slot[j].pc[lap & 1];
     v_late[j] = slot[j].late[lap & 1];
     v_missed[j] = slot[j].missed[lap & 1]
  :: slot[j].lap[lap & 1] != lap && seen -> arrived = arrived | BIT(j)
  :: else
  fi;
  seen = false
}

#ifdef COARSE
#define LOOK_BEGIN atomic {
#define LOOK_END }
#else
#define LOOK_BEGIN
#define LOOK_END
#endif

proctype Replica(byte i) {
  byte lap = 0;
  byte at = 0;
  byte members = ALL;
  byte good = 0;
  byte arrived = 0;
  bool late = false;
  byte missed = 0;
  byte goal_count = 0;
  byte goal_pc = 0;
  byte action = WAIT;
  byte ran = 0; /* mask: who was to run in the lap before */
  bool seen = false; /* the arrival of whose slot is being read */
  byte v_count[N];
  byte v_pc[N];
  bool v_late[N];
  byte v_missed[N];

say: /* channel_publish_position */
  atomic {
    lap++;
    lap_of[i] = lap;
    slot[i].lap[lap & 1] = lap;
    slot[i].count[lap & 1] = SAID(i);
    slot[i].pc[lap & 1] = PC(place[i]);
    slot[i].late[lap & 1] = late;
    slot[i].missed[lap & 1] = missed;
    printf("%d: lap %d, at %d, says %d, late %d for %d\n", i, lap, place[i],
           SAID(i), late, missed);
    event = ALL & ~BIT(i)
  };

look: /* channel_approach_view: the arrival is read before the position */
  LOOK_BEGIN
  atomic {
    event = event & ~BIT(i);
    good = BIT(i);
    arrived = 0;
    v_count[i] = SAID(i);
    v_pc[i] = PC(place[i]);
    v_late[i] = late;
    v_missed[i] = missed;
    at = 0
  };
  do
  :: d_step { at < 2 * N && at / 2 == i -> at = at + 2 }
  :: d_step {
       at < 2 * N && at / 2 != i && at % 2 == 0 ->
       seen = slot[at / 2].arrived;
       at++
     }
  :: d_step {
       at < 2 * N && at / 2 != i && at % 2 == 1 ->
       read_position(at / 2);
       at++
     }
  :: at == 2 * N -> break
  od;
  if
  :: atomic { !(members & ~good & ~arrived) -> at = 0; goto decide }
  :: atomic { members & ~good & ~arrived -> at = 0; resting = resting | BIT(i) }
  fi;
  LOOK_END

  /* arch_wait_for_event, or the time to say something is over. */
  if
  :: atomic { event & BIT(i) -> resting = resting & ~BIT(i); goto look }
  :: atomic { QUIET(i) || HURRIES(i) -> resting = resting & ~BIT(i) }
  fi;

decide:
  atomic {
    d_step { approach_decide(i) };
    printf("%d: does %d, goal %d.%d, members 0x%x\n", i, action, goal_count,
           goal_pc, members);
    if
    :: action == MEET -> goto meeting
    :: action == RESUME -> place[i] = WAY; goto meeting
    :: action == STAY -> action = WAIT
    :: action == RUN -> action = WAIT; walk(i);
       if
       :: place[i] == WAY -> goto meeting
       :: else
       fi
    fi
  };
  if
  :: goto say
#ifdef FAULTY
  :: atomic { i == faulty -> running = running & ~BIT(i); goto silent }
#endif
  fi;

meeting:
  atomic { action = WAIT; arrive(i) };
silent:
  skip
}

init {
  atomic {
#ifdef FAULTY
    select(faulty : 0 .. N - 1);
    printf("%d: is the faulty one\n", faulty);
    if /* its count is one too low, right, one or many too high */
    :: off = 0
    :: off = 1
    :: off = 2
    :: off = FAR
    fi;
#endif
    if
    :: falling = true
    :: true
    fi;
    h_goal = 0;
    do
    :: h_goal < N ->
       select(h_a : 0 .. WAY - 1);
       place[h_goal] = h_a;
       h_goal++
    :: else -> break
    od;
    h_a = 0;
    h_goal = 0;
    do
    :: h_a < N -> run Replica(h_a); h_a++
    :: else -> break
    od;
    h_a = 0
  }
}
