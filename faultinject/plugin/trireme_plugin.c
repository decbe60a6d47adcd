/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Emulator plug-in, loaded in every run: short turns of the cores, exact
 * instruction counts, flips at exact moments, dumps, a limit, a report. See
 * options.h for its arguments. It must never make a run depend on host time,
 * and it refuses an emulator that lacks anything it uses.
 */
#include <stdio.h>
#include <stdlib.h>

#include "branch.h"
#include "clock.h"
#include "count.h"
#include "emulator.h"
#include "mark.h"
#include "options.h"
#include "profile.h"
#include "quiet.h"
#include "recorder.h"
#include "registers.h"
#include "report.h"
#include "selftest.h"
#include "slice.h"
#include "stuck.h"
#include "trace.h"
#include "trigger.h"
#include "watchdog.h"

#define API_VERSION 1
#define REFUSED_STATUS 125

EXPORT extern const int qemu_plugin_version;
const int qemu_plugin_version = API_VERSION;

static bool started;

static void at_exit(uint64_t id, void *opaque) {
  (void)id;
  (void)opaque;
  if (started) {
    watchdog_hold(true);
    recorder_finish();
    report_write();
    trace_finish();
  }
}

static void state_changed(void *opaque, bool running, int state) {
  (void)opaque;
  (void)state;
  if (!running || started) {
    return;
  }
  const char *failure = selftest_run();
  if (failure != NULL) {
    fprintf(stderr, "trireme-plugin: self-test failed: %s\n", failure);
    exit(REFUSED_STATUS);
  }
  started = true;
  clock_start();
  watchdog_start();
  recorder_start();
  trace_start();
  if (options.quiet && !quiet_start()) {
    fprintf(stderr,
            "trireme-plugin: this emulator does not export singlestep\n");
    exit(REFUSED_STATUS);
  }
  const char *broken = branch_start();
  if (broken != NULL) {
    fprintf(stderr, "trireme-plugin: %s\n", broken);
    exit(REFUSED_STATUS);
  }
  registers_start();
  if (options.probe) {
    registers_probe();
  }
  trigger_start();
}

static void translated(uint64_t id, struct tb *tb) {
  (void)id;
  watchdog_note_core_thread();
  quiet_translated(tb);
  slice_translated(tb);
  recorder_translated(tb);
  mark_translated(tb);
  count_translated(tb);
  trace_translated(tb);
  stuck_translated(tb);
  profile_translated(tb);
  clock_translated(tb);
}

static bool accept_emulator(const struct plugin_info *info) {
  const char *missing = emulator_bind();

  if (missing != NULL) {
    fprintf(stderr, "trireme-plugin: this emulator does not export %s\n",
            missing);
    return false;
  }
  if (!info->system_emulation || info->version.min > API_VERSION ||
      info->version.cur < API_VERSION) {
    fprintf(stderr, "trireme-plugin: plug-in interface %d is not offered\n",
            API_VERSION);
    return false;
  }
  return true;
}

int qemu_plugin_install(uint64_t id, const struct plugin_info *info, int argc,
                        char **argv) {
  if (!accept_emulator(info)) {
    return -1;
  }
  if (!emulator_take_arguments("trireme-plugin", options_parse, argc, argv)) {
    return -1;
  }
  emulator.qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  emulator.qemu_plugin_register_atexit_cb(id, at_exit, NULL);
  emulator.qemu_add_vm_change_state_handler(state_changed, NULL);
  return 0;
}
