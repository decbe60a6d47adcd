/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Voting points inside the kernel; rcoe/points.h explains. A meeting here is a
 * plain one: it only compares, so that an operation of the kernel never sees
 * an interrupt in its midst.
 */
#include "rcoe/points.h"

#include "abi/syscall.h"
#include "kernel/compiler.h"
#include "rcoe/meet.h"
#include "rcoe/replica.h"

/* VOTING_ENTRY, _EXIT and _PREEMPTION are no updates: hooks.c holds them. */
static const struct {
  uint32_t voting;  /* any of these bits chosen: */
  uint32_t updates; /* these hold a meeting, 1 << enum object_update */
} points[] = {
    {VOTING_CONTEXT_SWITCH | VOTING_SCHEDULING, 1u << UPDATE_SCHEDULE},
    {VOTING_CAP_DERIVE, 1u << UPDATE_CAP_INSERT | 1u << UPDATE_CAP_MOVE},
    {VOTING_CAP_DELETE, 1u << UPDATE_CAP_DELETE},
    {VOTING_RETYPE, 1u << UPDATE_RETYPE},
    {VOTING_PAGE_TABLE, 1u << UPDATE_PAGE_TABLE},
    {VOTING_TRANSFER, 1u << UPDATE_TRANSFER},
};

void points_start(void) {
  for (uint32_t i = 0; i < ARRAY_SIZE(points); i++)
    if (replica.config.voting & points[i].voting)
      replica.points |= points[i].updates;
}

/* Is the choice of a thread a point? Not if it stays and only switches are. */
static bool schedule_counts(paddr_t thread) {
  bool switched = thread != replica.last_thread;
  replica.last_thread = thread;
  return switched || (replica.config.voting & VOTING_SCHEDULING);
}

void points_reached(enum object_update what, word_t a) {
  if (what != UPDATE_SCHEDULE || schedule_counts(a))
    meet(MEET_PLAIN);
}

void points_served(word_t number, paddr_t thread) {
  bool calls = number == (word_t)SYSCALL_CALL;
  if (number == (word_t)SYSCALL_SEND)
    return;
  points_look(UPDATE_TRANSFER, thread);
  points_look(calls ? UPDATE_CAP_INSERT : UPDATE_CAP_DELETE, 0);
  points_look(UPDATE_SCHEDULE, thread);
}
