/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rcoe/core/meeting.c in a dispute: whose verdicts count, who is followed, and
 * when it ends.
 */
#include "harness/check.h"
#include "unit/rcoe/meeting_cases.h"

/* A meeting in dispute with `suspects` as the own verdict. */
static struct meeting disputing(struct view *view, uint32_t suspects) {
  struct meeting m = started();
  m.phase = MEETING_DISPUTE;
  m.suspects = suspects;
  m.deadline = START + limits.verdict_deadline;
  view->notice[0] = verdict(NUMBER, suspects);
  return m;
}

static void a_quorum_convicts(void) {
  struct view view = three_met();
  struct meeting m = disputing(&view, 4);
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_WAIT,
        "one verdict of three convicts nobody");
  view.notice[1] = verdict(NUMBER, 2);
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_WAIT,
        "two different ones do not either");
  view.notice[1] = verdict(NUMBER - 1, 4);
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_WAIT,
        "a verdict about another meeting does not count");
  view.notice[1] = verdict(NUMBER, 4);
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_CONVICT &&
            m.convicted == 4,
        "two equal ones of three convict");
  view.notice_good = 5;
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_WAIT,
        "an illegible verdict does not count");
  view.notice_good = 7;
  view.notice[1].health = HEALTH_FAILED;
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_CONVICT,
        "the verdict of who failed since then counts, as others saw it");
  view.notice[1].meeting = 0;
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_WAIT,
        "who failed without one has none");
}

static void a_quorum_for_nobody_ends_the_dispute(void) {
  struct view view = three_met();
  struct meeting m = disputing(&view, 4);
  view.notice[1] = view.notice[2] = verdict(NUMBER, 0);
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_RETRACT,
        "who is alone with its suspicion takes it back and looks again");
  m = disputing(&view, 0);
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_PASS,
        "who suspected nobody goes on");
}

static struct answer passed(uint32_t meeting) {
  return (struct answer){.meeting = meeting};
}

static void an_answer_is_the_verdict_nobody(void) {
  struct view view = three_met();
  struct meeting m = disputing(&view, 0);
  view.answer[1] = passed(NUMBER);
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_PASS,
        "who suspected nobody goes on with who has passed");
  view.notice[1] = verdict(NUMBER, 4);
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_PASS,
        "an answer stands above an older verdict");
  view.answer_good = 5;
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_WAIT,
        "an illegible answer is none");
  view.answer_good = 7;
  view.answer[1] = passed(NUMBER - 1);
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_WAIT,
        "nor is one about another meeting");
}

static void who_suspects_follows_who_has_passed(void) {
  struct view view = three_met();
  struct meeting m = disputing(&view, 4);
  view.arrival[2].signature_lo ^= 1;
  view.answer[1] = passed(NUMBER);
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_FOLLOW &&
            m.guide == 1,
        "what an unsuspected replica has passed is passed");
  view.notice[1] = view.notice[2] = verdict(NUMBER, 0);
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_FOLLOW,
        "a quorum for nobody changes nothing");
  view.arrival[1].signature_hi ^= 1;
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_RETRACT,
        "who arrived with another ballot is not followed");
  m.compare = false;
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_FOLLOW,
        "unless ballots are not compared");
}

static void the_suspected_are_not_followed(void) {
  struct view view = three_met();
  for (uint32_t suspects = 1; suspects < 8; suspects++)
    for (uint32_t answers = 0; answers < 8; answers++) {
      struct meeting m = disputing(&view, suspects);
      for (uint32_t j = 0; j < 3; j++)
        view.answer[j] = passed(answers >> j & 1 ? NUMBER : NUMBER - 1);
      bool follows = meeting_step(&m, &view, START, &limits) == MEETING_FOLLOW;
      CHECK(follows == ((answers & ~suspects & 6) != 0),
            "one that is neither suspected nor oneself leads on");
      CHECK(!follows || !((1u << m.guide) & suspects), "and it is that one");
    }
}

static void a_tie_or_a_suspicion_among_two_follows_nobody(void) {
  struct view view = three_met();
  struct meeting m = disputing(&view, SUSPECTS_TIE);
  view.answer[1] = passed(NUMBER);
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_WAIT,
        "a tie names nobody who could be left out");
  view.live = 3;
  m = disputing(&view, 2);
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_FAILSTOP,
        "of two, each stops at a suspicion");
}

static void a_quorum_of_others_comes_before_following(void) {
  struct view view = three_met();
  struct meeting m = disputing(&view, 4);
  view.notice[1] = verdict(NUMBER, 4);
  view.answer[2] = passed(NUMBER);
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_CONVICT,
        "the convicted can not talk themselves out");
  view.notice[1] = verdict(NUMBER - 1, 4);
  view.notice[2] = verdict(NUMBER, 4);
  view.answer[2] = passed(NUMBER - 1);
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_WAIT,
        "nor is anybody convicted by his own word");
}

static void a_quorum_for_a_tie_stops(void) {
  struct view view = three_met();
  struct meeting m = disputing(&view, SUSPECTS_TIE);
  view.notice[2] = verdict(NUMBER, SUSPECTS_TIE);
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_FAILSTOP,
        "a tie that a quorum sees stops everybody");
}

static void a_suspicion_among_two_stops(void) {
  struct view view = three_met();
  view.live = 3;
  struct meeting m = disputing(&view, 2);
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_FAILSTOP,
        "two can not say who of them is wrong");
  m = disputing(&view, 0);
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_WAIT,
        "without a suspicion even two wait for the other's verdict");
}

static void without_a_quorum_patience_ends(void) {
  struct view view = three_met();
  struct meeting m = disputing(&view, 4);
  CHECK(meeting_step(&m, &view, START + limits.verdict_deadline - 1, &limits) ==
            MEETING_WAIT,
        "verdicts have their time");
  CHECK(meeting_step(&m, &view, START + limits.verdict_deadline, &limits) ==
            MEETING_RETRACT,
        "then everything is looked at again");
  CHECK(meeting_step(&m, &view, START + limits.patience, &limits) ==
            MEETING_FAILSTOP,
        "and in the end who finds no quorum stops");
  view.notice[1] = view.notice[2] = verdict(NUMBER, 0);
  CHECK(meeting_step(&m, &view, START + limits.patience, &limits) ==
            MEETING_FAILSTOP,
        "even if a quorum contradicts it again and again");
}

/* Another replica may have counted a verdict just as it was taken back. */
static void who_takes_a_verdict_back_stands_by_it_if_another_holds_it(void) {
  struct view view = three_met();
  struct meeting m = disputing(&view, 4);
  CHECK(meeting_step(&m, &view, START + limits.verdict_deadline, &limits) ==
            MEETING_RETRACT,
        "nobody else holds it yet");
  meeting_restart(&m, START, &limits);
  view.notice[0] = verdict(NUMBER, SUSPECTS_UNKNOWN);
  view.notice[1] = verdict(NUMBER, 4);
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_ANNOUNCE &&
            m.suspects == 4,
        "what another one holds now, it may have counted before");
  meeting_restart(&m, START, &limits);
  view.notice[1] = verdict(NUMBER, 0);
  view.notice[2] = verdict(NUMBER, 4);
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_ANNOUNCE &&
            m.suspects == 0,
        "the word of the suspected itself is only a dispute");
  m = disputing(&view, 4);
  meeting_restart(&m, START, &limits);
  view.notice[1] = verdict(NUMBER, 4);
  view.live = 3;
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_PASS,
        "nor is a verdict that has been carried out");
}

/* All know whom they have come to accuse; equal ballots do not help it. */
static void the_accused_do_not_pass(void) {
  struct view view = three_met();
  struct meeting m = started();
  m.accused = 4;
  m.charge = 7;
  view.arrival_good = 3;
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_WAIT,
        "the accused gets its time to arrive");
  view.arrival_good = 7;
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_ANNOUNCE &&
            m.suspects == 4 && m.detector == 7,
        "who has come to accuse says so when all are there");
  m = disputing(&view, 2);
  m.accused = 4;
  view.answer[2] = passed(NUMBER);
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_WAIT,
        "the accused is not followed");
  m = started();
  view.live = 3;
  m.accused = 4;
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_PASS,
        "when it is taken away the others pass");
  view.live = 7;
  view.arrival[1].signature_lo ^= 1;
  CHECK(meeting_step(&m, &view, START, &limits) == MEETING_ANNOUNCE &&
            m.suspects == 2,
        "who is odd does not come to the same accusation, and goes first");
}

int main(void) {
  a_quorum_convicts();
  a_quorum_for_nobody_ends_the_dispute();
  an_answer_is_the_verdict_nobody();
  who_suspects_follows_who_has_passed();
  the_suspected_are_not_followed();
  a_tie_or_a_suspicion_among_two_follows_nobody();
  a_quorum_of_others_comes_before_following();
  a_quorum_for_a_tie_stops();
  a_suspicion_among_two_stops();
  without_a_quorum_patience_ends();
  who_takes_a_verdict_back_stands_by_it_if_another_holds_it();
  the_accused_do_not_pass();
  return check_report("meeting disputes");
}
