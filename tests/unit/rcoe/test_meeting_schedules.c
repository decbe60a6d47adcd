/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rcoe/core/meeting.c under thousands of schedules: every fault at every
 * meeting in every replica, for two to four replicas, alone and in pairs.
 * What must always hold:
 *
 *   no healthy replica is convicted
 *   healthy replicas that go on agree: live set, epoch, primary, interrupts
 *   every healthy replica comes to an end: it goes on or stops
 *   whether service continues is what the table below says
 */
#include "harness/check.h"
#include "harness/fake_replicas.h"

#include <inttypes.h>
#include <stdio.h>

#define SEEDS_PER_CASE 2u
#define FAULT_LAST 9u /* meetings at which faults happen: 1 to this */

static bool failed_now; /* a check of the present run did not hold */

static void expect(bool held, const char *sentence) {
  failed_now |= !held;
  CHECK(held, sentence);
}

/* What must become of the healthy replicas. */
enum service {
  SERVICE_FULL,   /* all go on, nobody is convicted */
  SERVICE_LESS,   /* the healthy go on without the faulty */
  SERVICE_EITHER, /* the healthy go on, the faulty with or without */
  SERVICE_STOPS,  /* every healthy replica stops by itself */
  SERVICE_SAFE,   /* go on or stop, but all the same */
};

static enum service service_of(enum fake_fault_kind kind, uint32_t replicas) {
  switch (kind) {
  case FAKE_NONE:
  case FAKE_LATE_WITHIN:
  case FAKE_SLOT_FLIP:
    return SERVICE_FULL;
  case FAKE_LATE_BEYOND:
    return replicas == 2 ? SERVICE_SAFE : SERVICE_EITHER;
  case FAKE_LIAR:
  case FAKE_ACCUSES_SELF:
    return replicas == 2 ? SERVICE_STOPS : SERVICE_FULL;
  case FAKE_TWO_FACED:
  case FAKE_HIDES:
    return replicas == 2 ? SERVICE_STOPS : SERVICE_EITHER;
  case FAKE_REFLIP:
    return replicas == 2 ? SERVICE_SAFE : SERVICE_EITHER;
  case FAKE_DIES_DISPUTE: /* alone, there is no dispute to die in */
    return SERVICE_FULL;
  case FAKE_SILENT:
  case FAKE_SIGNATURE:
  case FAKE_TIME:
  case FAKE_FAILED:
  case FAKE_SLOT_CORRUPT:
  case FAKE_ACCUSED:
  case FAKE_KINDS:
  default:
    return replicas == 2 ? SERVICE_STOPS : SERVICE_LESS;
  }
}

static void check_survivor(const struct fake_world *w, enum service service,
                           const struct fake_replica *r) {
  uint32_t all = (1u << w->replicas) - 1;
  uint32_t healthy = fake_world_healthy(w);
  expect(service != SERVICE_STOPS, "service stops where no quorum is left");
  expect((r->final.live & healthy) == healthy, "no healthy replica is removed");
  if (service == SERVICE_FULL)
    expect(r->final.live == all, "nobody is removed where all are fit");
  if (service == SERVICE_LESS)
    expect(r->final.live == healthy, "who is unfit is removed");
}

static void check_equal(const struct fake_replica *a,
                        const struct fake_replica *b) {
  expect(a->final.live == b->final.live, "the healthy agree on the live set");
  expect(a->final.epoch == b->final.epoch, "the healthy agree on the epoch");
  expect(a->final.primary == b->final.primary,
         "the healthy agree on the primary");
  expect(a->accepted.lo == b->accepted.lo && a->accepted.hi == b->accepted.hi,
         "the healthy accept the same interrupts at the same meetings");
}

static void check_end(const struct fake_world *w, enum service service) {
  const struct fake_replica *first = NULL;
  uint32_t stopped = 0;
  for (uint32_t j = 0; j < w->replicas; j++) {
    const struct fake_replica *r = &w->replica[j];
    if (!(fake_world_healthy(w) >> j & 1))
      continue;
    expect(r->state != FAKE_DEAD && r->state != FAKE_DYING,
           "no healthy replica is convicted");
    stopped += r->passed < FAKE_MEETINGS && r->state == FAKE_STOPPED;
    if (r->passed < FAKE_MEETINGS)
      continue;
    check_survivor(w, service, r);
    first = first ? first : r;
    check_equal(first, r);
  }
  expect(!stopped || !first, "the healthy go on together or stop together");
  expect(!stopped || service == SERVICE_STOPS || service == SERVICE_SAFE,
         "service goes on where a quorum is left");
}

static void print_failure(const struct fake_world *w) {
  fprintf(stderr, "  N = %" PRIu32 ", seed %" PRIu64 ", faults", w->replicas,
          w->seed);
  for (uint32_t i = 0; i < w->fault_count; i++)
    fprintf(stderr, " (kind %d, replica %" PRIu32 ", meeting %" PRIu32 ")",
            (int)w->fault[i].kind, w->fault[i].victim, w->fault[i].meeting);
  fprintf(stderr, "\n");
  for (uint32_t j = 0; j < w->replicas; j++)
    fprintf(stderr,
            "    replica %" PRIu32 ": state %d, passed %" PRIu32
            ", live 0x%" PRIx32 "\n",
            j, (int)w->replica[j].state, w->replica[j].passed,
            w->replica[j].cycle.live);
}

static void run(struct fake_world *w, enum service service) {
  failed_now = false;
  expect(fake_world_run(w), "everybody comes to an end in bounded time");
  check_end(w, service);
  if (failed_now)
    print_failure(w);
}

/* The nth meeting, n = 1, 2, ..., as the place of each fault in its turn. */
static void one_fault(uint32_t replicas, enum fake_fault_kind kind) {
  struct fake_world w;
  for (uint32_t victim = 0; victim < replicas; victim++)
    for (uint32_t meeting = 1; meeting <= FAULT_LAST; meeting++)
      for (uint64_t seed = 0; seed < SEEDS_PER_CASE; seed++) {
        fake_world_init(&w, replicas, 1000 * meeting + 10 * victim + seed);
        fake_world_add(&w, (struct fake_fault){kind, victim, meeting});
        run(&w, service_of(kind, replicas));
      }
}

static void every_single_fault_has_its_right_outcome(void) {
  for (uint32_t replicas = 2; replicas <= REPLICA_MAX; replicas++)
    for (int kind = FAKE_NONE; kind < FAKE_KINDS; kind++)
      one_fault(replicas, (enum fake_fault_kind)kind);
}

static bool is_convicted_for(enum fake_fault_kind kind) {
  return service_of(kind, 3) == SERVICE_LESS;
}

/* Two faults far apart: four become three become two, three stop. */
static void faults_in_sequence_are_survived_while_a_quorum_is_left(void) {
  struct fake_world w;
  for (uint32_t replicas = 3; replicas <= REPLICA_MAX; replicas++)
    for (uint64_t seed = 0; seed < 400; seed++) {
      fake_world_init(&w, replicas, seed);
      enum fake_fault_kind kind[2];
      for (uint32_t i = 0; i < 2; i++)
        do
          kind[i] = (enum fake_fault_kind)fake_random(&w, FAKE_KINDS);
        while (!is_convicted_for(kind[i]));
      uint32_t first = fake_random(&w, replicas);
      uint32_t second = (first + 1 + fake_random(&w, replicas - 1)) % replicas;
      fake_world_add(&w, (struct fake_fault){kind[0], first, 3});
      fake_world_add(
          &w, (struct fake_fault){kind[1], second, 4 + fake_random(&w, 5)});
      run(&w, replicas == 4 ? SERVICE_LESS : SERVICE_STOPS);
    }
}

/* Two of four at once: no quorum of three can form against them. */
static void two_silent_of_four_stop_the_others(void) {
  struct fake_world w;
  for (uint64_t seed = 0; seed < 40; seed++) {
    fake_world_init(&w, 4, seed);
    uint32_t first = fake_random(&w, 4);
    uint32_t second = (first + 1 + fake_random(&w, 3)) % 4;
    fake_world_add(&w, (struct fake_fault){FAKE_SILENT, first, 5});
    fake_world_add(&w, (struct fake_fault){FAKE_SILENT, second, 5});
    run(&w, SERVICE_STOPS);
  }
}

/* Two against two: both wrong in the same way, or each in its own. */
static void a_tie_of_four_stops_everybody(void) {
  struct fake_world w;
  for (uint64_t seed = 0; seed < 200; seed++) {
    fake_world_init(&w, 4, seed);
    uint32_t first = fake_random(&w, 4);
    uint32_t second = (first + 1 + fake_random(&w, 3)) % 4;
    fake_world_add(&w, (struct fake_fault){FAKE_TIME, first, 6});
    fake_world_add(&w, (struct fake_fault){
                           seed & 1 ? FAKE_TIME : FAKE_SIGNATURE, second, 6});
    run(&w, SERVICE_STOPS);
  }
}

/* One is odd, another dies while the verdict is found: of four, two others are
   left to accuse it, and its own word does not count: safe, no service. */
static void a_death_in_the_middle_of_a_dispute_is_safe(void) {
  struct fake_world w;
  for (uint64_t seed = 0; seed < 200; seed++) {
    fake_world_init(&w, 4, seed);
    uint32_t first = fake_random(&w, 4);
    uint32_t second = (first + 1 + fake_random(&w, 3)) % 4;
    fake_world_add(&w, (struct fake_fault){FAKE_SIGNATURE, first, 4});
    fake_world_add(&w, (struct fake_fault){FAKE_DIES_DISPUTE, second, 4});
    run(&w, SERVICE_SAFE);
  }
}

/* Who is shown something else than the others does come to follow them. */
static void the_deceived_follow(void) {
  static const enum fake_fault_kind kinds[] = {FAKE_TWO_FACED, FAKE_HIDES};
  struct fake_world w;
  for (uint32_t replicas = 3; replicas <= REPLICA_MAX; replicas++)
    for (uint64_t seed = 0; seed < 50; seed++)
      for (uint32_t k = 0; k < 2; k++) {
        fake_world_init(&w, replicas, seed);
        uint32_t victim = fake_random(&w, replicas);
        fake_world_add(&w, (struct fake_fault){kinds[k], victim, 2});
        run(&w, SERVICE_EITHER);
        CHECK(w.replica[(victim + 1) % replicas].followed > 0,
              "the deceived replica has followed another one");
      }
}

/* The same with the odd one dying: in three, and as one of two (stop). */
static void the_odd_one_may_die_disputing(void) {
  struct fake_world w;
  for (uint32_t replicas = 2; replicas <= REPLICA_MAX; replicas++)
    for (uint64_t seed = 0; seed < 200; seed++) {
      fake_world_init(&w, replicas, seed);
      uint32_t victim = fake_random(&w, replicas);
      uint32_t meeting = 1 + fake_random(&w, FAULT_LAST);
      fake_world_add(&w, (struct fake_fault){FAKE_SIGNATURE, victim, meeting});
      fake_world_add(&w, (struct fake_fault){FAKE_DIES_DISPUTE, victim, 1});
      run(&w, replicas == 2 ? SERVICE_STOPS : SERVICE_LESS);
    }
}

/* Flips in the shared copies of all while one replica is really at fault. */
static void flipped_slots_do_not_shield_the_faulty(void) {
  struct fake_world w;
  for (uint64_t seed = 0; seed < 300; seed++) {
    fake_world_init(&w, 3, seed);
    enum fake_fault_kind kind = FAKE_NONE;
    while (!is_convicted_for(kind))
      kind = (enum fake_fault_kind)fake_random(&w, FAKE_KINDS);
    uint32_t victim = fake_random(&w, 3);
    fake_world_add(&w, (struct fake_fault){kind, victim, 4});
    fake_world_add(&w,
                   (struct fake_fault){FAKE_SLOT_FLIP, (victim + 1) % 3, 1});
    run(&w, SERVICE_LESS);
  }
}

/* Whom all accuse may be anything else as well, from the same moment on, or
   one of the others may be slow. */
static void whom_all_accuse_is_taken_away(void) {
  static const enum fake_fault_kind kinds[] = {
      FAKE_SILENT,       FAKE_FAILED,    FAKE_SLOT_CORRUPT, FAKE_ACCUSES_SELF,
      FAKE_DIES_DISPUTE, FAKE_SIGNATURE, FAKE_LATE_BEYOND,  FAKE_REFLIP};
  enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };
  struct fake_world w;
  for (uint32_t replicas = 3; replicas <= REPLICA_MAX; replicas++)
    for (uint64_t seed = 0; seed < 400; seed++) {
      fake_world_init(&w, replicas, seed);
      uint32_t victim = fake_random(&w, replicas);
      uint32_t other = (victim + 1 + fake_random(&w, replicas - 1)) % replicas;
      uint32_t meeting = 2 + fake_random(&w, FAULT_LAST - 1);
      fake_world_add(&w, (struct fake_fault){FAKE_ACCUSED, victim, meeting});
      fake_world_add(&w,
                     (struct fake_fault){kinds[seed % KINDS], victim, meeting});
      fake_world_add(&w, (struct fake_fault){FAKE_LATE_WITHIN, other, meeting});
      run(&w, SERVICE_LESS);
    }
}

/* It may have hidden its arrival at the meeting before from one of them, who is
   held up there while the others have come to accuse it. */
static void who_is_held_up_before_comes_to_accuse(void) {
  static const enum fake_fault_kind kinds[] = {FAKE_TWO_FACED, FAKE_HIDES};
  struct fake_world w;
  for (uint32_t replicas = 3; replicas <= REPLICA_MAX; replicas++)
    for (uint64_t seed = 0; seed < 200; seed++) {
      fake_world_init(&w, replicas, seed);
      uint32_t victim = fake_random(&w, replicas);
      uint32_t meeting = 2 + fake_random(&w, FAULT_LAST - 1);
      fake_world_add(&w, (struct fake_fault){FAKE_ACCUSED, victim, meeting});
      fake_world_add(&w,
                     (struct fake_fault){kinds[seed % 2], victim, meeting - 1});
      run(&w, SERVICE_LESS);
    }
}

/* Equal seeds must run equally, or a printed seed would prove nothing. */
static void equal_seeds_run_equally(void) {
  static struct fake_world a;
  static struct fake_world b;
  for (uint64_t seed = 0; seed < 50; seed++) {
    fake_world_init(&a, 4, seed);
    fake_world_init(&b, 4, seed);
    fake_world_run(&a);
    fake_world_run(&b);
    CHECK(a.now == b.now && a.random == b.random,
          "a seed determines the schedule");
  }
}

int main(void) {
  every_single_fault_has_its_right_outcome();
  faults_in_sequence_are_survived_while_a_quorum_is_left();
  two_silent_of_four_stop_the_others();
  a_tie_of_four_stops_everybody();
  a_death_in_the_middle_of_a_dispute_is_safe();
  the_deceived_follow();
  the_odd_one_may_die_disputing();
  flipped_slots_do_not_shield_the_faulty();
  whom_all_accuse_is_taken_away();
  who_is_held_up_before_comes_to_accuse();
  equal_seeds_run_equally();
  return check_report("meeting schedules");
}
