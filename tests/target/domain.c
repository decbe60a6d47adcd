/* SPDX-License-Identifier: BSD-2-Clause */
/* Domains: there is one, and a schedule of one entry and the end mark. */
#include "arena.h"
#include "groups.h"
#include "report.h"

#define DOMAIN ROOT_SLOT_DOMAIN
#define DURATION_HIGH 0x01000000u /* bit 56 */

static void setting(void) {
  cptr_t tcb = arena_make(OBJECT_TCB, 0);
  EXPECT("DomainSetSet needs a word", REQUEST(DOMAIN, DOMAIN_SET, CAPS(tcb)),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("there is only domain 0, which is asked before the thread",
         REQUEST(DOMAIN, DOMAIN_SET, WORDS(1)), ERR_INVALID_ARGUMENT, WORDS(0));
  EXPECT("it needs a thread", REQUEST(DOMAIN, DOMAIN_SET, WORDS(0)),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("and nothing else", REQUEST(DOMAIN, DOMAIN_SET, CAPS(ROOT), WORDS(0)),
         ERR_INVALID_ARGUMENT, WORDS(1));
  EXPECT("a thread is put into its domain",
         REQUEST(DOMAIN, DOMAIN_SET, CAPS(tcb), WORDS(0)), ERR_NONE);
}

static void configuring(void) {
#define CONFIGURE(...)                                                         \
  REQUEST(DOMAIN, DOMAIN_SCHEDULE_CONFIGURE, WORDS(__VA_ARGS__))
  EXPECT("DomainScheduleConfigure needs four words", CONFIGURE(0, 0, 1),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("the last entry stays the end mark", CONFIGURE(1, 0, 1, 0), ERR_RANGE,
         WORDS(0, 0));
  EXPECT("the index is looked at before the domain", CONFIGURE(2, 1, 1, 0),
         ERR_RANGE, WORDS(0, 0));
  EXPECT("there is only domain 0", CONFIGURE(0, 1, 1, 0), ERR_RANGE,
         WORDS(0, 0));
  EXPECT("a duration has 56 bits", CONFIGURE(0, 0, 0, DURATION_HIGH),
         ERR_INVALID_ARGUMENT, WORDS(2));
  EXPECT("the entry of the start is no end mark", CONFIGURE(0, 0, 0, 0),
         ERR_INVALID_ARGUMENT, WORDS(2));
  EXPECT("the longest duration", CONFIGURE(0, 0, ~0u, DURATION_HIGH - 1),
         ERR_NONE);
  EXPECT("the shortest", CONFIGURE(0, 0, 1, 0), ERR_NONE);
}

static void starting(void) {
  EXPECT("DomainScheduleSetStart needs a word",
         REQUEST(DOMAIN, DOMAIN_SCHEDULE_SET_START), ERR_TRUNCATED_MESSAGE);
  EXPECT("there are two entries",
         REQUEST(DOMAIN, DOMAIN_SCHEDULE_SET_START, WORDS(2)), ERR_RANGE,
         WORDS(0, 1));
  EXPECT("the end mark is no start",
         REQUEST(DOMAIN, DOMAIN_SCHEDULE_SET_START, WORDS(1)),
         ERR_INVALID_ARGUMENT, WORDS(0));
  EXPECT("the first entry is",
         REQUEST(DOMAIN, DOMAIN_SCHEDULE_SET_START, WORDS(0)), ERR_NONE);
  EXPECT("a label that the domain does not know is illegal",
         REQUEST(DOMAIN, TCB_SUSPEND), ERR_ILLEGAL_OPERATION);
}

void test_domain(void) {
  CHECK(cap_kind(DOMAIN) == KIND_DOMAIN, "the root task has the domain cap");
  setting();
  configuring();
  starting();
}
