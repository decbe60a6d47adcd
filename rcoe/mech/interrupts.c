/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts under replication. Raw interrupts come at another moment in every
 * replica, so what happens here is never counted or folded; only what a
 * meeting has accepted reaches the kernel.
 */
#include "rcoe/interrupts.h"

#include "kernel/arch.h"
#include "kernel/irq.h"
#include "kernel/sched.h"
#include "kernel/tcb.h"
#include "rcoe/channel.h"
#include "rcoe/drifts.h"
#include "rcoe/meet.h"
#include "rcoe/precise.h"
#include "rcoe/upkeep.h"
#include "rcoe/vote.h"

#define SGI_RENDEZVOUS 1u
#define IAR_IRQ(iar) ((iar)&0x3ffu)
#define IRQ_FIRST_SHARED 32u
#define IRQ_SPURIOUS 1020u /* and above */
#define HEARTBEAT_TICKS 4u /* a backup's period, plus a stagger */

/* ---- taking from the hardware -------------------------------------------- */

enum intake {
  INTAKE_NOTHING = 0,
  INTAKE_ALARM = 1,     /* the time of holding back is over */
  INTAKE_HEARTBEAT = 2, /* a backup heard nothing for a whole period */
};

static enum intake take_tick(void) {
  arch_tick_clear();
  if (replica_is_primary()) {
    irq_set_add(&replica.pending, IRQ_TICK);
    return INTAKE_NOTHING;
  }
  bool silent = replica.heard == replica.meeting;
  replica.heard = replica.meeting;
  return silent ? INTAKE_HEARTBEAT : INTAKE_NOTHING;
}

static enum intake take_one(word_t irq) {
  if (irq == IRQ_TICK)
    return take_tick();
  if (irq == IRQ_ALARM) {
    arch_alarm_clear();
    return INTAKE_ALARM;
  }
  if (irq >= IRQ_FIRST_SHARED && irq < IRQ_COUNT) {
    arch_irq_mask_direct(irq);
    irq_set_add(&replica.pending, irq);
  }
  return INTAKE_NOTHING;
}

/* Take all that the own GIC interface offers. */
static uint32_t take_all(void) {
  uint32_t intake = INTAKE_NOTHING;
  for (;;) {
    word_t iar = arch_irq_acknowledge();
    if (IAR_IRQ(iar) >= IRQ_SPURIOUS)
      return intake;
    intake |= take_one(IAR_IRQ(iar));
    arch_irq_end(iar);
  }
}

/* ---- proposing and delivering -------------------------------------------- */

uint32_t interrupts_propose(void) {
  if (irq_set_empty(&replica.pending))
    return PROPOSAL_NONE;
  return irq_set_propose(&replica.pending);
}

void interrupts_accept(uint32_t proposal) {
  if (proposal != PROPOSAL_NONE) {
    replica.calm = CALM_NOT;
    irq_set_accept(&replica.pending, &replica.deliver, proposal);
  }
  if (replica.holding) {
    replica.holding = false;
    arch_alarm_clear();
  }
}

/* Closely coupled, the period counts from here: stopping may take longer. */
static void tick_agreed(void) {
  upkeep_tick();
  if (replica.config.coupling == COUPLING_CLOSE && replica_is_primary())
    arch_tick_start(replica.config.tick_us);
}

word_t interrupts_next(void) {
  if (irq_set_empty(&replica.deliver))
    return IRQ_NONE;
  uint32_t irq = irq_set_take(&replica.deliver);
  if (irq == IRQ_TICK)
    tick_agreed();
  return irq == IRQ_SET_NONE ? IRQ_NONE : irq;
}

bool interrupts_agreed(void) {
  return !irq_set_empty(&replica.deliver);
}

/* ---- rendezvous ---------------------------------------------------------- */

/* Closely coupled, those who stop for different rounds would come to different
   places. */
static void join_later(const struct rendezvous_view *view,
                       struct rendezvous *round) {
  uint32_t later = replica.config.coupling == COUPLING_CLOSE
                       ? rendezvous_later(view, round)
                       : 0;
  if (later == 0)
    return;
  round->round = later;
  replica.stop.round = later;
  channel_publish_stop();
}

/* Wait until all have stopped or arrived, or a deadline is over. */
SECTION(".text.wait.rendezvous")
static bool rendezvous_wait(struct rendezvous_view *view,
                            struct rendezvous *round) {
  uint64_t end = arch_time() + replica.limits.deadline;
  for (;;) {
    channel_rendezvous_view(view, round->next);
    join_later(view, round);
    if (!rendezvous_sort(view, round).absent)
      return true;
    if (arch_time() > end)
      return false;
    channel_republish();
    arch_wait_for_event();
  }
}

void interrupts_hold_for(word_t delay_us) {
  replica.holding = true;
  arch_alarm_set(delay_us);
}

/*
 * Did nobody get to where somebody waits, in all the time that is allowed for
 * it? Who has found so says it until it gets to a meeting itself.
 */
static bool insists(uint32_t intake) {
  bool before = replica.stop.meeting == replica.meeting && replica.stop.insist;
  return before || ((intake & INTAKE_ALARM) &&
                    replica.resumed_for == replica.meeting + 1);
}

bool interrupts_stop(enum interrupted from, uint32_t intake,
                     struct rendezvous_view *view, struct rendezvous *stop) {
  struct rendezvous round = {
      .round = rendezvous_choose(replica.settled, replica.stop.round,
                                 channel_round_open()),
      .next = replica.meeting + 1,
  };
  replica.stop.round = round.round;
  replica.stop.insist = insists(intake);
  replica.stop.meeting = replica.meeting;
  replica.stop.silent =
      intake & INTAKE_HEARTBEAT ? 1u << replica.cycle.primary : 0;
  replica.stop.time = (uint32_t)replica.time;
  replica.stop.attempt = replica.attempt;
  replica.stop.idle = from == INTERRUPTED_IDLE;
  channel_publish_stop();
  interrupts_poke();
  *stop = round;
  return rendezvous_wait(view, stop);
}

uint32_t interrupts_silent(void) {
  uint32_t silent = 0;
  for (uint32_t live = replica.cycle.live; live; live &= live - 1)
    silent |= channel_silent(lifecycle_lowest(live));
  return silent;
}

static void meet_outside(enum interrupted from) {
  meet_new_event(KERNEL_ENTRY_INTERRUPT, from);
  replica.silent |= interrupts_silent();
  meet(MEET_EVENT);
  replica.silent = 0;
}

enum interrupt_verdict interrupts_meet_precisely(void) {
  meet_outside(INTERRUPTED_USER);
  meet_aligned();
  uint32_t live = replica.cycle.live;
  upkeep_step(UPKEEP_PRECISE);
  bool joined = replica.cycle.live & ~live; /* it comes by kernel_rejoin */
  return joined || interrupts_agreed() ? INTERRUPT_DELIVER : INTERRUPT_NONE;
}

enum interrupt_verdict interrupts_meet(enum interrupted from) {
  meet_outside(from);
  if (from == INTERRUPTED_IDLE) {
    meet_aligned();
    upkeep_step(UPKEEP_IDLE);
  }
  if (!interrupts_agreed())
    return INTERRUPT_NONE;
  if (from == INTERRUPTED_IDLE)
    return INTERRUPT_DELIVER;
  if (!sched_current->imprecise)
    upkeep_imprecise();
  return INTERRUPT_IMPRECISE;
}

/* However often others stop this replica meanwhile, its time goes on. */
void interrupts_run_on(void) {
  uint64_t now = arch_time();
  if (replica.resumed_for != replica.meeting + 1 ||
      now >= replica.resumed_until) {
    replica.resumed_for = replica.meeting + 1;
    replica.resumed_until = now + meet_allowance();
  }
  uint64_t left = replica.resumed_until - now;
  interrupts_hold_for((word_t)(left / ARCH_TIME_PER_US) + 1);
}

/* `intake`: an alarm in it went off because no meeting came in time. */
static enum interrupt_verdict hold_rendezvous(enum interrupted from,
                                              uint32_t intake) {
  static REPLICA_LOCAL struct rendezvous_view view;
  struct rendezvous round;
  bool all = interrupts_stop(from, intake, &view, &round);
  enum rendezvous_result result =
      all ? rendezvous_decide(&view, &round) : rendezvous_expire(&view, &round);
  if (result == RENDEZVOUS_MEET && precise_applies(from))
    return precise_stop(round.round, rendezvous_sort(&view, &round).stopped);
  if (result == RENDEZVOUS_MEET)
    return interrupts_meet(from);
  interrupts_run_on();
  return INTERRUPT_NONE;
}

/* ---- the seams ----------------------------------------------------------- */

enum interrupt_verdict interrupts_taken(enum interrupted from) {
  uint32_t intake = take_all();
  if (precise_runs())
    return precise_taken(intake & INTAKE_ALARM);
  arch_breakpoints_clear(); /* of a way that has ended */
  channel_republish(); /* a peer that pokes may be unable to read our slot */
  bool waiting = !irq_set_empty(&replica.pending);
  if (!replica.holding)
    intake &= ~(uint32_t)INTAKE_ALARM; /* of an entry that came in time */
  if (intake & INTAKE_ALARM)
    replica.holding = false;
  if (replica.drifts)
    return drift_taken(from, intake);
  if (intake || channel_round_open() || (waiting && from == INTERRUPTED_IDLE))
    return hold_rendezvous(from, intake);
  if (waiting && !replica.holding)
    interrupts_hold_for(replica.config.hold_us);
  return INTERRUPT_NONE;
}

void interrupts_poll(void) {
  if (replica_is_primary())
    (void)take_all();
}

void interrupts_poke(void) {
  arch_sgi_send(replica_peers(), SGI_RENDEZVOUS);
}

void interrupts_poke_self(void) {
  arch_sgi_send(1u << replica.self, SGI_RENDEZVOUS);
}

void interrupts_start(void) {
  word_t period = replica.config.tick_us;
  if (!replica_is_primary())
    period = (HEARTBEAT_TICKS + replica.self) * period;
  arch_tick_start(period);
}

/*
 * Lines that are unmasked as all agree, but for those about to be delivered:
 * these stay masked until their handler acknowledges them. What the
 * predecessor had taken and nobody has agreed on is raised again by its device
 * (level) or pended again here (edge: at worst a spurious one).
 */
void interrupts_take_over(void) {
  for (word_t irq = IRQ_FIRST_SHARED; irq < IRQ_COUNT; irq++)
    arch_irq_take_over(irq, irq_is_unmasked(irq) &&
                                !irq_set_has(&replica.deliver, irq));
  arch_tick_stop();
  interrupts_start();
}
