/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rcoe/core/meeting.c while it gathers, step by step: one view, one action.
 * Disputes: test_meeting_dispute.c; what many steps of many replicas come to:
 * test_meeting_schedules.c.
 */
#include "abi/event.h"
#include "harness/check.h"
#include "unit/rcoe/meeting_cases.h"

/* First step of a fresh meeting at START + `late`. */
static enum meeting_action first(struct meeting *m, const struct view *view,
                                 uint64_t late) {
  *m = started();
  return meeting_step(m, view, START + late, &limits);
}

static void agreement_passes_at_once(void) {
  struct meeting m;
  struct view view = three_met();
  CHECK(first(&m, &view, 0) == MEETING_PASS, "all arrived and equal: pass");
  CHECK(first(&m, &view, 500) == MEETING_PASS, "all arrived late: pass too");
}

static void the_odd_one_is_accused_by_kind(void) {
  struct meeting m;
  struct view view = three_met();
  view.arrival[2].signature_hi ^= 1;
  CHECK(first(&m, &view, 0) == MEETING_ANNOUNCE && m.suspects == 4 &&
            m.detector == DETECTOR_SIGNATURE,
        "an odd signature is announced as such");
  view.arrival[2].time++;
  CHECK(first(&m, &view, 0) == MEETING_ANNOUNCE && m.suspects == 4 &&
            m.detector == DETECTOR_TIME,
        "an odd logical time is announced as such");
  view.arrival[1].time--;
  CHECK(first(&m, &view, 0) == MEETING_ANNOUNCE && m.suspects == SUSPECTS_TIE,
        "three that differ are a tie");
}

static void a_fault_that_others_do_not_have_is_called_so(void) {
  struct meeting m;
  for (uint32_t faulted = 0; faulted < 8; faulted++)
    for (uint32_t odd = 0; odd < 3; odd++) {
      struct view view = three_met();
      view.arrival[odd].signature_lo ^= 1;
      for (uint32_t j = 0; j < 3; j++)
        view.arrival[j].aside = (faulted >> j & 1 ? ARRIVAL_KIND_FAULT : 1)
                                    << ARRIVAL_KIND_SHIFT |
                                ARRIVAL_REPEAT | 8;
      CHECK(first(&m, &view, 0) == MEETING_ANNOUNCE && m.suspects == 1u << odd,
            "the kind of event accuses nobody by itself");
      CHECK((m.detector == DETECTOR_USER_FAULT) == (faulted == 1u << odd),
            "exactly the odd one has faulted: a one-sided user fault");
    }
  struct view view = three_met();
  view.live = 3;
  view.arrival[1].signature_lo ^= 1;
  view.arrival[1].aside = ARRIVAL_KIND_FAULT << ARRIVAL_KIND_SHIFT;
  CHECK(first(&m, &view, 0) == MEETING_ANNOUNCE && m.suspects == SUSPECTS_TIE &&
            m.detector == DETECTOR_USER_FAULT,
        "of two, one has faulted");
}

static void absence_after_a_heartbeat_is_called_so(void) {
  struct view view = three_met();
  view.arrival[0].meeting = view.arrival[1].meeting = NUMBER - 2;
  for (uint32_t silent = 0; silent < 8; silent++) {
    struct meeting m = started();
    m.silent = silent;
    CHECK(meeting_step(&m, &view, START + limits.deadline, &limits) ==
                  MEETING_ANNOUNCE &&
              m.suspects == 3,
          "the missing are accused");
    CHECK(m.detector == (silent & 3 ? DETECTOR_HEARTBEAT : DETECTOR_DEADLINE),
          "it was the silent one that the meeting was about");
  }
}

static void without_voting_nothing_is_compared(void) {
  struct view view = three_met();
  struct meeting m = started();
  view.arrival[2].signature_lo ^= 1;
  m.compare = false;
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_PASS,
        "a barrier without voting passes whatever was signed");
}

static void the_missing_are_accused_at_the_deadline(void) {
  struct meeting m;
  struct view view = three_met();
  view.arrival[1].meeting = NUMBER - 2;
  CHECK(first(&m, &view, limits.ask - 1) == MEETING_WAIT,
        "at first nobody is missing");
  CHECK(first(&m, &view, limits.deadline) == MEETING_ANNOUNCE &&
            m.suspects == 2 && m.detector == DETECTOR_DEADLINE,
        "at the deadline the missing one is");
  view.arrival[1].meeting = NUMBER;
  view.arrival_good = 5;
  CHECK(first(&m, &view, limits.deadline) == MEETING_ANNOUNCE &&
            m.suspects == 2 && m.detector == DETECTOR_SLOT,
        "an illegible arrival is announced as such");
}

static void a_failed_kernel_is_accused_at_once(void) {
  struct meeting m;
  struct view view = three_met();
  view.arrival[2].meeting = NUMBER - 1;
  for (uint32_t health = HEALTH_GOOD; health <= HEALTH_FAILSTOP; health++) {
    bool failed = health == HEALTH_FAILED || health == HEALTH_FAILSTOP;
    view.notice[2].health = health;
    CHECK((first(&m, &view, 0) == MEETING_ANNOUNCE) == failed,
          "a missing replica that says it failed is not waited for");
    CHECK(!failed || (m.suspects == 4 && m.detector == DETECTOR_EXCEPTION),
          "its failure is announced as such");
    view.notice[2].detector = DETECTOR_ASSERTION;
    CHECK((first(&m, &view, 0) == MEETING_ANNOUNCE) == failed &&
              (!failed || m.detector == DETECTOR_ASSERTION),
          "under the name that it gives itself");
    view.notice[2].detector = DETECTOR_NONE;
  }
  view.notice_good = 3;
  CHECK(first(&m, &view, 0) == MEETING_WAIT,
        "an illegible notice says nothing");
}

static void who_fails_after_arriving_does_not_hold_up_the_meeting(void) {
  struct meeting m;
  struct view view = three_met();
  view.notice[2].health = HEALTH_FAILED;
  CHECK(first(&m, &view, 0) == MEETING_PASS,
        "a meeting that some may have passed is passed by all");
}

static void the_own_failure_is_no_suspicion(void) {
  struct meeting m;
  struct view view = three_met();
  view.arrival[0].meeting = NUMBER - 1;
  view.notice[0].health = HEALTH_FAILED;
  CHECK(first(&m, &view, 0) == MEETING_WAIT, "nobody accuses itself early");
}

static void a_dispute_of_the_last_meeting_is_answered_once(void) {
  struct meeting m;
  struct view view = three_met();
  view.arrival[1].meeting = NUMBER - 1;
  view.notice[1] = verdict(NUMBER - 1, 4);
  CHECK(first(&m, &view, 0) == MEETING_ANSWER,
        "who has passed a disputed meeting says so");
  view.answer[0].meeting = NUMBER - 1;
  CHECK(first(&m, &view, 0) == MEETING_WAIT, "and says it once");
  view.answer[0].meeting = NUMBER - 2;
  view.notice[1].suspects = 0;
  CHECK(first(&m, &view, 0) == MEETING_ANSWER,
        "who accuses nobody but got no quorum is answered too");
  view.notice[1].suspects = 8;
  CHECK(first(&m, &view, 0) == MEETING_WAIT,
        "a verdict that was carried out needs no answer");
  view.notice[1] = verdict(NUMBER - 2, 4);
  CHECK(first(&m, &view, 0) == MEETING_WAIT,
        "meetings before the last one are over");
  view = three_met();
  view.notice[1] = verdict(NUMBER - 1, 4);
  CHECK(first(&m, &view, 0) == MEETING_PASS,
        "who has arrived here has passed it and needs no answer");
}

static void who_waits_long_says_so_once(void) {
  struct meeting m;
  struct view view = three_met();
  view.arrival[1].meeting = NUMBER - 2;
  CHECK(first(&m, &view, limits.ask) == MEETING_ASK,
        "who has waited for some time says that it is held up");
  view.notice[0] = verdict(NUMBER, SUSPECTS_UNKNOWN);
  CHECK(first(&m, &view, limits.ask) == MEETING_WAIT, "and says it once");
  view.notice[0] = verdict(NUMBER - 1, SUSPECTS_UNKNOWN);
  CHECK(first(&m, &view, limits.ask) == MEETING_ASK,
        "what it said about the meeting before is over");
  view.notice[0] = verdict(NUMBER - 1, 8);
  CHECK(first(&m, &view, limits.ask) == MEETING_WAIT,
        "a conviction stays to be seen by all");
  CHECK(first(&m, &view, limits.deadline) == MEETING_ANNOUNCE,
        "until the deadline is over");
}

static void unknown_is_no_verdict(void) {
  struct view view = three_met();
  struct meeting m = started();
  view.notice[1] = view.notice[2] = verdict(NUMBER, SUSPECTS_UNKNOWN);
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_PASS,
        "it disputes nothing");
  m.phase = MEETING_DISPUTE;
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_WAIT,
        "and two of three decide nothing");
}

static void who_is_held_up_gets_more_time_once(void) {
  uint64_t more = limits.deadline + limits.verdict_deadline;
  struct view view = three_met();
  view.arrival[1].meeting = view.arrival[2].meeting = NUMBER - 1;
  view.notice[1] = verdict(NUMBER - 1, SUSPECTS_UNKNOWN);
  view.answer[0].meeting = NUMBER - 1;
  view.notice[0] = verdict(NUMBER, SUSPECTS_UNKNOWN); /* it has asked */
  struct meeting m = started();
  CHECK(meeting_step(&m, &view, START + limits.deadline, &limits) ==
            MEETING_WAIT,
        "a dispute of the meeting before restarts the deadline");
  CHECK(m.deadline == START + limits.deadline + more,
        "with the time of a dispute on top");
  view.notice[1].suspects = 1;
  CHECK(meeting_step(&m, &view, m.deadline - 1, &limits) == MEETING_WAIT &&
            m.deadline == START + limits.deadline + more,
        "further steps do not");
  view.notice[2] = verdict(NUMBER - 1, 1);
  CHECK(meeting_step(&m, &view, START + limits.deadline + more, &limits) ==
            MEETING_WAIT,
        "another replica has a restart of its own");
  CHECK(meeting_step(&m, &view, m.deadline, &limits) == MEETING_ANNOUNCE &&
            m.suspects == 6,
        "then both are missing");
}

static void a_dispute_of_this_meeting_is_joined(void) {
  struct meeting m;
  struct view view = three_met();
  view.notice[1] = verdict(NUMBER, 4);
  CHECK(first(&m, &view, 0) == MEETING_ANNOUNCE && m.suspects == 0,
        "who sees all agree says that nobody is suspect");
  view.notice[1] = verdict(NUMBER, SUSPECTS_TIE);
  CHECK(first(&m, &view, 0) == MEETING_ANNOUNCE,
        "a tie that others see is a dispute");
  view.notice[1] = verdict(NUMBER, 8);
  CHECK(first(&m, &view, 0) == MEETING_PASS,
        "a verdict against the dead is none");
  view.notice[1] = verdict(NUMBER, 4);
  view.notice_good = 5;
  CHECK(first(&m, &view, 0) == MEETING_PASS, "an illegible one is none either");
}

static void whoever_acts_sees_the_quorum_itself(void) {
  struct view view = three_met();
  view.notice[0] = verdict(NUMBER, 2);
  CHECK(!meeting_convicts(&view, NUMBER, 2), "the own verdict is no quorum");
  view.notice[2] = verdict(NUMBER, 2);
  CHECK(meeting_convicts(&view, NUMBER, 2), "two of three are one");
  CHECK(!meeting_convicts(&view, NUMBER, 4), "but for nobody else");
  CHECK(!meeting_convicts(&view, NUMBER + 1, 2), "and at no other meeting");
  view.notice_good = 3;
  CHECK(!meeting_convicts(&view, NUMBER, 2), "an illegible one is none");
}

int main(void) {
  whoever_acts_sees_the_quorum_itself();
  agreement_passes_at_once();
  the_odd_one_is_accused_by_kind();
  a_fault_that_others_do_not_have_is_called_so();
  absence_after_a_heartbeat_is_called_so();
  without_voting_nothing_is_compared();
  the_missing_are_accused_at_the_deadline();
  a_failed_kernel_is_accused_at_once();
  who_fails_after_arriving_does_not_hold_up_the_meeting();
  the_own_failure_is_no_suspicion();
  a_dispute_of_the_last_meeting_is_answered_once();
  who_waits_long_says_so_once();
  unknown_is_no_verdict();
  who_is_held_up_gets_more_time_once();
  a_dispute_of_this_meeting_is_joined();
  return check_report("meeting");
}
