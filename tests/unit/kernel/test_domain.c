/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/core/domain.c: the checks of its invocations, in their order. */
#include "kernel/domain.h"

#include "harness/check.h"
#include "harness/system.h"

static void start(void) {
  system_start();
  system_wake(system_thread(100));
}

static enum err set(word_t length, word_t domain, word_t caps, cptr_t cap) {
  return INVOKE(.to = SLOT_DOMAIN, .label = INVOCATION_DOMAIN_SET,
                .length = length, .words = {domain}, .cap_count = caps,
                .caps = {cap});
}

static void threads_have_domain_0(void) {
  start();
  CHECK(set(0, 0, 1, SLOT_THREADS) == ERR_TRUNCATED_MESSAGE, "a word first");
  CHECK(set(1, 1, 0, 0) == ERR_INVALID_ARGUMENT, "then the domain");
  CHECK(set(1, 0, 0, 0) == ERR_TRUNCATED_MESSAGE, "then a capability");
  CHECK(set(1, 0, 1, SLOT_CNODE) == ERR_INVALID_ARGUMENT &&
            system_word(sched_current, 0) == 1,
        "of a thread");
  CHECK(set(1, 0, 1, SLOT_THREADS) == ERR_NONE, "all there");
}

static enum err configure(word_t index, word_t domain, word_t low,
                          word_t high) {
  return INVOKE(.to = SLOT_DOMAIN,
                .label = INVOCATION_DOMAIN_SCHEDULE_CONFIGURE, .length = 4,
                .words = {index, domain, low, high});
}

static enum err set_start(word_t length, word_t index) {
  return INVOKE(.to = SLOT_DOMAIN,
                .label = INVOCATION_DOMAIN_SCHEDULE_SET_START, .length = length,
                .words = {index});
}

static void the_schedule_is_kept(void) {
  start();
  CHECK(configure(1, 0, 1, 0) == ERR_RANGE, "the end mark stays");
  CHECK(configure(0, 1, 1, 0) == ERR_RANGE, "one domain");
  CHECK(configure(0, 0, 0, 1u << 24) == ERR_INVALID_ARGUMENT, "56 bits");
  CHECK(configure(0, 0, 0, 0) == ERR_INVALID_ARGUMENT, "the start is no end");
  CHECK(configure(0, 0, 0, 1) == ERR_NONE, "a long one");
  CHECK(configure(0, 0, 1, 0) == ERR_NONE, "a short one");
  CHECK(INVOKE(.to = SLOT_DOMAIN, .label = INVOCATION_DOMAIN_SCHEDULE_CONFIGURE,
               .length = 3) == ERR_TRUNCATED_MESSAGE,
        "four words");
  CHECK(set_start(0, 0) == ERR_TRUNCATED_MESSAGE, "one word");
  CHECK(set_start(1, 2) == ERR_RANGE, "two entries");
  CHECK(set_start(1, 1) == ERR_INVALID_ARGUMENT, "no end mark");
  CHECK(set_start(1, 0) == ERR_NONE, "the first");
  CHECK(INVOKE(.to = SLOT_DOMAIN, .label = 1) == ERR_ILLEGAL_OPERATION,
        "no other label");
}

static void a_start_may_be_elsewhere(void) {
  start();
  CHECK(configure(0, 0, 0, 0) == ERR_INVALID_ARGUMENT &&
            system_word(sched_current, 0) == 2,
        "what runs first has a duration");
  CHECK(configure(0, 0, 0, (1u << 24) - 1) == ERR_NONE, "up to 56 bits");
}

int main(void) {
  threads_have_domain_0();
  the_schedule_is_kept();
  a_start_may_be_elsewhere();
  return check_report("domain");
}
