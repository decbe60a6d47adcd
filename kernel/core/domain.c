/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Invocations of the domain capability: checks in the order of the ABI. There
 * is one domain and its clock never runs.
 */
#include "kernel/domain.h"

#include "kernel/tcb.h"

#define DOMAIN_COUNT 1u
#define SCHEDULE_LENGTH 2u /* the last entry stays empty: it marks the end */
#define DURATION_HIGH_LIMIT (1u << 24) /* a duration has 56 bits */

struct entry {
  word_t domain;
  word_t duration[2]; /* low word first */
};

static struct {
  struct entry entry[SCHEDULE_LENGTH];
  word_t start;
} schedule = {.entry = {{.domain = 0, .duration = {1, 0}}}};

static bool is_zero(const word_t *duration) {
  return duration[0] == 0 && duration[1] == 0;
}

static enum err set(struct request *request) {
  word_t domain = invocation_word(request, 0);
  enum err err = invocation_require(request, 1, 0);
  struct cap cap;

  if (err != ERR_NONE)
    return err;
  if (domain >= DOMAIN_COUNT)
    return invocation_bad_argument(request, 0);
  err = invocation_require(request, 1, 1);
  if (err != ERR_NONE)
    return err;
  cap = slot_cap(request->extra[0]);
  if (cap.type != CAP_TCB)
    return invocation_bad_argument(request, 1); /* as the ABI has it */
  tcb_at(cap_tcb_paddr(&cap))->domain = domain;
  return ERR_NONE;
}

static enum err configure_check(struct request *request, word_t index,
                                const struct entry *entry) {
  enum err err = invocation_require(request, 4, 0);

  if (err != ERR_NONE)
    return err;
  if (index >= SCHEDULE_LENGTH - 1)
    return invocation_bad_range(request, 0, SCHEDULE_LENGTH - 2);
  if (entry->domain >= DOMAIN_COUNT)
    return invocation_bad_range(request, 0, DOMAIN_COUNT - 1);
  if (entry->duration[1] >= DURATION_HIGH_LIMIT)
    return invocation_bad_argument(request, 2);
  if (is_zero(entry->duration) && entry->domain != 0)
    return invocation_bad_argument(request, 1);
  if (is_zero(entry->duration) && index == schedule.start)
    return invocation_bad_argument(request, 2);
  return ERR_NONE;
}

static enum err configure(struct request *request) {
  word_t index = invocation_word(request, 0);
  struct entry entry = {
      .domain = invocation_word(request, 1),
      .duration = {invocation_word(request, 2), invocation_word(request, 3)}};
  enum err err = configure_check(request, index, &entry);

  if (err == ERR_NONE)
    schedule.entry[index] = entry;
  return err;
}

static enum err set_start(struct request *request) {
  word_t index = invocation_word(request, 0);
  enum err err = invocation_require(request, 1, 0);

  if (err != ERR_NONE)
    return err;
  if (index >= SCHEDULE_LENGTH)
    return invocation_bad_range(request, 0, SCHEDULE_LENGTH - 1);
  if (is_zero(schedule.entry[index].duration))
    return invocation_bad_argument(request, 0);
  schedule.start = index;
  return ERR_NONE;
}

enum err domain_invoke(struct request *request) {
  switch (request->label) {
  case INVOCATION_DOMAIN_SET:
    return set(request);
  case INVOCATION_DOMAIN_SCHEDULE_CONFIGURE:
    return configure(request);
  case INVOCATION_DOMAIN_SCHEDULE_SET_START:
    return set_start(request);
  default:
    return ERR_ILLEGAL_OPERATION;
  }
}
