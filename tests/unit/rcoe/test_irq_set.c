/* SPDX-License-Identifier: BSD-2-Clause */
/* rcoe/core/irq_set.c: no interrupt is lost, doubled or invented. */
#include "harness/check.h"
#include "rcoe/irq_set.h"

#include <string.h>

#define LINES (32u * IRQ_SET_WORDS)

static bool has(const struct irq_set *set, uint32_t irq) {
  return set->bits[irq / 32] >> irq % 32 & 1;
}

static void every_line_can_be_added_and_taken(void) {
  for (uint32_t irq = 0; irq < LINES; irq++) {
    struct irq_set set = {0};
    CHECK(irq_set_empty(&set), "a fresh set is empty");
    irq_set_add(&set, irq);
    irq_set_add(&set, irq);
    CHECK(!irq_set_empty(&set), "a set with a line is not empty");
    CHECK(irq_set_take(&set) == irq, "what was added is taken");
    CHECK(irq_set_empty(&set), "a line added twice is taken once");
    CHECK(irq_set_take(&set) == IRQ_SET_NONE, "an empty set gives nothing");
  }
}

static void numbers_beyond_the_lines_are_ignored(void) {
  struct irq_set set = {0};
  for (uint32_t irq = LINES; irq <= 0x3ff; irq++)
    irq_set_add(&set, irq);
  irq_set_add(&set, 0xffffffffu);
  CHECK(irq_set_empty(&set), "no number beyond the last line enters a set");
}

static void lines_come_out_in_ascending_order(void) {
  struct irq_set set = {0};
  for (uint32_t irq = LINES; irq-- > 0;)
    irq_set_add(&set, irq);
  bool ascending = true;
  for (uint32_t irq = 0; irq < LINES; irq++)
    ascending &= irq_set_take(&set) == irq;
  CHECK(ascending, "the lowest line is taken first");
  CHECK(irq_set_empty(&set), "each line is taken once");
}

/* Slot `i` of a proposal. */
static uint32_t slot(uint32_t proposal, uint32_t i) {
  return proposal >> 8 * i & 0xff;
}

static void check_proposal(const struct irq_set *set) {
  struct irq_set before = *set;
  struct irq_set rest = *set;
  uint32_t proposal = irq_set_propose(set);
  CHECK(!memcmp(set, &before, sizeof(before)),
        "proposing leaves the set as it is");
  for (uint32_t i = 0; i < PROPOSAL_SLOTS; i++)
    CHECK(slot(proposal, i) == irq_set_take(&rest),
          "a proposal names the lowest lines in order");
  struct irq_set from = before;
  struct irq_set to = {0};
  irq_set_accept(&from, &to, proposal);
  CHECK(!memcmp(&from, &rest, sizeof(rest)),
        "accepting removes exactly what was proposed");
  for (uint32_t w = 0; w < IRQ_SET_WORDS; w++)
    CHECK((from.bits[w] | to.bits[w]) == before.bits[w] &&
              !(from.bits[w] & to.bits[w]),
          "each line is afterwards in exactly one of the two sets");
}

static void proposals_lose_and_double_nothing(void) {
  uint32_t random = 3;
  for (uint32_t i = 0; i < 4000; i++) {
    struct irq_set set = {0};
    for (uint32_t k = i % 8; k > 0; k--) {
      random = random * 1664525u + 1013904223u;
      irq_set_add(&set, (random >> 8) % LINES);
    }
    check_proposal(&set);
  }
}

static void nothing_pending_proposes_nothing(void) {
  struct irq_set set = {0};
  struct irq_set to = {0};
  CHECK(irq_set_propose(&set) == PROPOSAL_NONE,
        "an empty set makes the proposal that names nobody");
  irq_set_accept(&set, &to, PROPOSAL_NONE);
  CHECK(irq_set_empty(&set) && irq_set_empty(&to),
        "accepting the empty proposal changes nothing");
}

static void accepting_adds_what_was_never_pending(void) {
  struct irq_set backup = {0};
  struct irq_set to = {0};
  irq_set_add(&to, 9);
  irq_set_accept(&backup, &to, 0xff1d3777u);
  CHECK(has(&to, 0x77) && has(&to, 0x37) && has(&to, 0x1d),
        "a backup delivers what the primary proposed");
  CHECK(has(&to, 9), "what was agreed before stays agreed");
  CHECK(irq_set_empty(&backup), "nothing becomes pending by accepting");
}

int main(void) {
  every_line_can_be_added_and_taken();
  numbers_beyond_the_lines_are_ignored();
  lines_come_out_in_ascending_order();
  proposals_lose_and_double_nothing();
  nothing_pending_proposes_nothing();
  accepting_adds_what_was_never_pending();
  return check_report("irq_set");
}
