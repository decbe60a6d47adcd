/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Coming back. The donor has copied its memory, translated the page tables and
 * written this replica's private state; the core has started at the kernel's
 * first instruction. It meets the others where they wait and then handles the
 * same system call as they do, or the same interrupt, or idles.
 */
#include "rcoe/rejoin.h"

#include "abi/memory.h"
#include "kernel/arch.h"
#include "kernel/event.h"
#include "kernel/sched.h"
#include "rcoe/agreed.h"
#include "rcoe/channel.h"
#include "rcoe/fresh.h"
#include "rcoe/interrupts.h"
#include "rcoe/meet.h"
#include "rcoe/track.h"
#include "rcoe/upkeep.h"

void rejoin_start(const struct boot_handover *handover) {
  channel_start();
  event_resume((volatile uint8_t *)arch_shared_block(handover->replica) +
                   SHARED_EVENTS_OFFSET,
               handover->replica);
  agreed_init(handover);
  fresh_start();
  track_resume();
  meet_aligned();
  interrupts_start();
  if (!sched_current)
    rejoin_meet(); /* all idle: no entry comes that does it */
}

void rejoin_meet(void) {
  replica.joining = false;
  meet(MEET_PLAIN);
  meet_aligned();
  replica.grace = 0;
  if (!sched_current)
    upkeep_rejoined(UPKEEP_IDLE);
  else
    upkeep_rejoined(replica.kind == KERNEL_ENTRY_SYSCALL ? UPKEEP_SYSCALL
                                                         : UPKEEP_PRECISE);
}
