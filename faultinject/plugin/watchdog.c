/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A thread that looks now and then whether virtual time moves while the
 * thread of the cores burns processor time. A turn is over in far less than
 * the threshold however slow the host is, because what counts is the processor
 * time of that thread alone.
 */
#define _GNU_SOURCE
#include "watchdog.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#include "emulator.h"

#define LOOK_NS 50000000L    /* host time between two looks: 50 ms */
#define STUCK_NS 500000000LL /* processor time without progress: 500 ms */
#define SECOND_NS 1000000000LL

struct watchdog_facts watchdog_facts = {.core = -1};

static atomic_bool held;
static atomic_bool known; /* publishes the next two */
static clockid_t core_clock;
static struct cpu *volatile *running;

void watchdog_hold(bool hold) {
  atomic_store(&held, hold);
}

void watchdog_note_core_thread(void) {
  if (atomic_load(&known) || !emulator.qemu_in_vcpu_thread() ||
      pthread_getcpuclockid(pthread_self(), &core_clock) != 0) {
    return;
  }
  running = emulator_current_core();
  atomic_store(&known, true);
}

static int64_t processor_time(void) {
  struct timespec now = {0, 0};

  clock_gettime(core_clock, &now);
  return (int64_t)now.tv_sec * SECOND_NS + now.tv_nsec;
}

static int index_of(const struct cpu *cpu) {
  for (int core = 0; core < emulator_count_cores(); core++) {
    if (emulator.qemu_get_cpu(core) == cpu) {
      return core;
    }
  }
  return -1;
}

/* The emulator's big lock keeps timers and devices out meanwhile. */
static void switch_off(int64_t frozen) {
  emulator.qemu_mutex_lock_iothread_impl(__FILE__, __LINE__);
  int core = index_of(*running);
  if (core >= 0 && !atomic_load(&held) &&
      emulator.qemu_clock_get_ns(CLOCK_VIRTUAL) == frozen) {
    watchdog_facts.core = core;
    watchdog_facts.at_ns = frozen;
    emulator.arm_set_cpu_off((uint64_t)core);
  }
  emulator.qemu_mutex_unlock_iothread();
}

static void *watch(void *opaque) {
  const struct timespec pause = {0, LOOK_NS};
  int64_t last_ns = -1;
  int64_t since = 0;

  (void)opaque;
  for (;;) {
    nanosleep(&pause, NULL);
    if (!atomic_load(&known)) {
      continue;
    }
    int64_t now = emulator.qemu_clock_get_ns(CLOCK_VIRTUAL);
    if (now != last_ns || atomic_load(&held)) {
      last_ns = now;
      since = processor_time();
    } else if (processor_time() - since > STUCK_NS) {
      switch_off(now);
      last_ns = -1;
    }
  }
  return NULL;
}

void watchdog_restart(void) {
  atomic_store(&known, false);
  watchdog_note_core_thread();
  watchdog_start();
}

void watchdog_start(void) {
  sigset_t all;
  sigset_t before;
  pthread_t thread;

  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  if (pthread_create(&thread, NULL, watch, NULL) == 0) {
    pthread_detach(thread);
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}
