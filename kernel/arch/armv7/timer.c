/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timers of a core (Cortex-A9 MPCore TRM DDI 0407 chapter 4): the private
 * timer is the kernel tick, the global timer is time and alarm. None of their
 * values may reach the replicated state of the kernel.
 *
 * Both count PERIPHCLK / (prescaler + 1). The loader has chosen the global
 * timer's prescaler so that a microsecond is ARCH_TIME_PER_US counts; the
 * private timer takes over the same one.
 */
#include "armv7/timer.h"
#include "armv7/cp15.h"
#include "armv7/layout.h"
#include "kernel/arch.h"

/* Private timer, DDI 0407 4.2. */
#define PRIVATE_LOAD 0x00u
#define PRIVATE_CONTROL 0x08u
#define PRIVATE_STATUS 0x0cu

/* Global timer, DDI 0407 4.4. */
#define GLOBAL_LOW 0x00u
#define GLOBAL_HIGH 0x04u
#define GLOBAL_CONTROL 0x08u
#define GLOBAL_STATUS 0x0cu
#define GLOBAL_COMPARE_LOW 0x10u
#define GLOBAL_COMPARE_HIGH 0x14u

#define CONTROL_ENABLE (1u << 0)
#define CONTROL_RELOAD (1u << 1)  /* private: start again at zero */
#define CONTROL_COMPARE (1u << 1) /* global: this core's comparator */
#define CONTROL_INTERRUPT (1u << 2)
#define CONTROL_PRESCALER 0xff00u

static volatile word_t *private_timer(word_t offset) {
  return (volatile word_t *)(LAYOUT_LOCAL + CORE_PRIVATE_TIMER + offset);
}

static volatile word_t *global_timer(word_t offset) {
  return (volatile word_t *)(LAYOUT_LOCAL + CORE_GLOBAL_TIMER + offset);
}

void timer_init(void) {
  arch_tick_stop();
  arch_alarm_clear();
}

uint64_t arch_time(void) {
  word_t high = *global_timer(GLOBAL_HIGH);
  for (;;) { /* ends: the upper half changes once in 43 s */
    word_t low = *global_timer(GLOBAL_LOW);
    word_t again = *global_timer(GLOBAL_HIGH);
    if (again == high) {
      return (uint64_t)high << 32 | low;
    }
    high = again;
  }
}

word_t arch_time_short(void) {
  return *global_timer(GLOBAL_LOW);
}

void arch_tick_start(word_t period_us) {
  word_t prescaler = *global_timer(GLOBAL_CONTROL) & CONTROL_PRESCALER;
  *private_timer(PRIVATE_CONTROL) = 0;
  *private_timer(PRIVATE_LOAD) = period_us * ARCH_TIME_PER_US - 1;
  *private_timer(PRIVATE_STATUS) = 1;
  *private_timer(PRIVATE_CONTROL) =
      prescaler | CONTROL_INTERRUPT | CONTROL_RELOAD | CONTROL_ENABLE;
}

void arch_tick_stop(void) {
  *private_timer(PRIVATE_CONTROL) = 0;
  *private_timer(PRIVATE_STATUS) = 1;
}

void arch_tick_clear(void) {
  *private_timer(PRIVATE_STATUS) = 1;
  cp15_dsb(); /* the line is low before the interrupt is ended */
}

void arch_alarm_set(word_t delay_us) {
  arch_alarm_clear();
  arch_alarm_start((uint64_t)delay_us * ARCH_TIME_PER_US);
}

/* The comparator is written while it is off. */
word_t arch_alarm_start(uint64_t delay) {
  uint64_t now = arch_time();
  uint64_t when = now + delay;
  *global_timer(GLOBAL_COMPARE_LOW) = (word_t)when;
  *global_timer(GLOBAL_COMPARE_HIGH) = (word_t)(when >> 32);
  *global_timer(GLOBAL_CONTROL) |= CONTROL_INTERRUPT | CONTROL_COMPARE;
  return (word_t)now;
}

void arch_alarm_clear(void) {
  *global_timer(GLOBAL_CONTROL) &= ~(CONTROL_INTERRUPT | CONTROL_COMPARE);
  *global_timer(GLOBAL_STATUS) = 1;
  cp15_dsb();
}
