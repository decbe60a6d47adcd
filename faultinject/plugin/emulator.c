/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Binding by name to the running emulator, and the few helpers that need more
 * than one call. Must never be used when a symbol is missing.
 */
#define _GNU_SOURCE
#include "emulator.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#define GLOBAL_TIMER 0x00a00200u /* A9 MPCore TRM DDI 0407 4.3 */

struct emulator emulator;

/* Every member of struct emulator is one pointer, in this order. */
static const char *const names[] = {
    "qemu_plugin_register_vcpu_tb_trans_cb",
    "qemu_plugin_register_atexit_cb",
    "qemu_plugin_register_vcpu_insn_exec_cb",
    "qemu_plugin_register_vcpu_tb_exec_cb",
    "qemu_plugin_tb_n_insns",
    "qemu_plugin_tb_get_insn",
    "qemu_plugin_insn_vaddr",
    "qemu_plugin_insn_data",
    "qemu_plugin_insn_size",
    "qemu_plugin_register_vcpu_mem_cb",
    "qemu_plugin_mem_is_store",
    "qemu_plugin_mem_size_shift",
    "qemu_plugin_insn_haddr",
    "qemu_plugin_get_hwaddr",
    "qemu_plugin_hwaddr_is_io",
    "qemu_plugin_hwaddr_phys_addr",
    "icount_get",
    "icount_get_raw",
    "qemu_plugin_register_vcpu_insn_exec_inline",
    "cpu_restore_state",
    "cpu_loop_exit_noexc",
    "tlb_flush",
    "get_arm_cp_reginfo",
    "raw_write",
    "qemu_add_vm_change_state_handler",
    "timer_init_full",
    "timer_mod_ns",
    "timer_del",
    "qemu_clock_get_ns",
    "qemu_get_cpu",
    "cpu_exit",
    "cpu_physical_memory_rw",
    "cpu_physical_memory_map",
    "cpu_physical_memory_unmap",
    "arm_cpu_gdb_read_register",
    "arm_cpu_gdb_write_register",
    "async_run_on_cpu",
    "pause_all_vcpus",
    "vm_stop",
    "qemu_in_vcpu_thread",
    "qemu_mutex_lock_iothread_impl",
    "qemu_mutex_unlock_iothread",
    "qio_channel_file_new_fd",
    "qemu_file_new_output",
    "qemu_save_device_state",
    "qemu_fclose",
    "arm_set_cpu_off",
    "icount_start_warp_timer",
    "qemu_clock_run_all_timers",
    "qemu_shutdown_requested_get",
    "qemu_reset_requested_get",
    "g_byte_array_new",
    "g_byte_array_free",
};

#define NAMES (sizeof(names) / sizeof(names[0]))

_Static_assert(sizeof(struct emulator) == NAMES * sizeof(void *),
               "one name per function");

const char *emulator_bind(void) {
  void *found[NAMES];

  for (size_t i = 0; i < NAMES; i++) {
    found[i] = dlsym(RTLD_DEFAULT, names[i]);
    if (found[i] == NULL) {
      return names[i];
    }
  }
  if (dlsym(RTLD_DEFAULT, "current_cpu") == NULL) {
    return "current_cpu";
  }
  memcpy(&emulator, found, sizeof(found));
  return NULL;
}

struct cpu **emulator_current_core(void) {
  return dlsym(RTLD_DEFAULT, "current_cpu");
}

int emulator_count_cores(void) {
  int count = 0;

  while (count < CORES_MAX && emulator.qemu_get_cpu(count) != NULL) {
    count++;
  }
  return count;
}

bool emulator_take_arguments(const char *plugin, bool (*take)(const char *),
                             int argc, char **argv) {
  for (int i = 0; i < argc; i++) {
    if (!take(argv[i])) {
      fprintf(stderr, "%s: bad argument '%s'\n", plugin, argv[i]);
      return false;
    }
  }
  return true;
}

uint32_t emulator_read_register(int core, int number) {
  struct byte_array *bytes = emulator.g_byte_array_new();
  uint32_t value = 0;

  emulator.arm_cpu_gdb_read_register(emulator.qemu_get_cpu(core), bytes,
                                     number);
  if (bytes->length >= sizeof(value)) {
    memcpy(&value, bytes->data, sizeof(value));
  }
  emulator.g_byte_array_free(bytes, 1);
  return value;
}

void emulator_write_register(int core, int number, uint32_t value) {
  uint8_t bytes[sizeof(value)];

  memcpy(bytes, &value, sizeof(value));
  emulator.arm_cpu_gdb_write_register(emulator.qemu_get_cpu(core), bytes,
                                      number);
}

uint64_t emulator_read_global_timer(void) {
  struct cpu **current = emulator_current_core();
  struct cpu *before = *current;
  uint32_t low = 0;
  uint32_t high = 0;

  *current = emulator.qemu_get_cpu(0);
  emulator.cpu_physical_memory_rw(GLOBAL_TIMER, &low, sizeof(low), false);
  emulator.cpu_physical_memory_rw(GLOBAL_TIMER + 4, &high, sizeof(high), false);
  *current = before;
  return (uint64_t)high << 32 | low;
}
