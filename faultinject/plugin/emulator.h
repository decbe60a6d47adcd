/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The functions of the emulator that the plug-in uses. The distribution ships
 * no header for them, so the few that are needed are declared here, taken from
 * the running executable by name, and refused as a whole when one is missing.
 * Valid for QEMU 7.2.x; nothing here may be called before emulator_bind.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXPORT __attribute__((visibility("default")))

#define CLOCK_HOST 0    /* QEMU_CLOCK_REALTIME */
#define CLOCK_VIRTUAL 1 /* QEMU_CLOCK_VIRTUAL */
#define CALLBACK_NO_REGISTERS 0
#define MEMORY_LOAD_STORE 3 /* QEMU_PLUGIN_MEM_RW */
#define RUN_STATE_PAUSED 4
#define TIMER_BYTES 256 /* a QEMUTimer is smaller */
#define CORES_MAX 4

struct cpu;         /* CPUState */
struct tb;          /* struct qemu_plugin_tb */
struct insn;        /* struct qemu_plugin_insn */
struct timers;      /* QEMUTimerListGroup */
struct table;       /* GHashTable */
struct cp_register; /* ARMCPRegInfo */
struct hwaddr;      /* struct qemu_plugin_hwaddr */
struct channel;     /* QIOChannel */
struct saved;       /* QEMUFile */

/* A QEMUTimer that we never look into. */
struct timer {
  _Alignas(16) unsigned char opaque[TIMER_BYTES];
};

/* GByteArray of GLib: its public head. */
struct byte_array {
  uint8_t *data;
  unsigned length;
};

/* qemu_info_t of the plug-in interface, version 1. */
struct plugin_info {
  const char *target_name;
  struct {
    int min;
    int cur;
  } version;
  bool system_emulation;
  struct {
    int smp_vcpus;
    int max_vcpus;
  } system;
};

typedef void (*timer_function)(void *opaque);
typedef void (*run_function)(struct cpu *cpu, uintptr_t data);

/* Names as the emulator exports them. */
struct emulator {
  void (*qemu_plugin_register_vcpu_tb_trans_cb)(uint64_t id,
                                                void (*)(uint64_t,
                                                         struct tb *));
  void (*qemu_plugin_register_atexit_cb)(uint64_t id,
                                         void (*)(uint64_t, void *), void *);
  void (*qemu_plugin_register_vcpu_insn_exec_cb)(struct insn *,
                                                 void (*)(unsigned, void *),
                                                 int flags, void *);
  void (*qemu_plugin_register_vcpu_tb_exec_cb)(struct tb *,
                                               void (*)(unsigned, void *),
                                               int flags, void *);
  size_t (*qemu_plugin_tb_n_insns)(const struct tb *);
  struct insn *(*qemu_plugin_tb_get_insn)(const struct tb *, size_t);
  uint64_t (*qemu_plugin_insn_vaddr)(const struct insn *);
  const void *(*qemu_plugin_insn_data)(const struct insn *);
  size_t (*qemu_plugin_insn_size)(const struct insn *);
  void (*qemu_plugin_register_vcpu_mem_cb)(struct insn *,
                                           void (*)(unsigned, uint32_t info,
                                                    uint64_t address, void *),
                                           int flags, int which, void *);
  bool (*qemu_plugin_mem_is_store)(uint32_t info);
  unsigned (*qemu_plugin_mem_size_shift)(uint32_t info);
  void *(*qemu_plugin_insn_haddr)(const struct insn *);
  struct hwaddr *(*qemu_plugin_get_hwaddr)(uint32_t info, uint64_t address);
  bool (*qemu_plugin_hwaddr_is_io)(const struct hwaddr *);
  uint64_t (*qemu_plugin_hwaddr_phys_addr)(const struct hwaddr *);
  int64_t (*icount_get)(void);
  int64_t (*icount_get_raw)(void);
  void (*qemu_plugin_register_vcpu_insn_exec_inline)(struct insn *,
                                                     int operation, void *,
                                                     uint64_t value);
  bool (*cpu_restore_state)(struct cpu *, uintptr_t host, bool will_exit);
  void (*cpu_loop_exit_noexc)(struct cpu *);
  void (*tlb_flush)(struct cpu *);
  const struct cp_register *(*get_arm_cp_reginfo)(struct table *, uint32_t);
  void (*raw_write)(void *registers, const struct cp_register *, uint64_t);
  void *(*qemu_add_vm_change_state_handler)(void (*)(void *, bool, int),
                                            void *);
  void (*timer_init_full)(struct timer *, struct timers *, int clock, int scale,
                          int attributes, timer_function, void *);
  void (*timer_mod_ns)(struct timer *, int64_t);
  void (*timer_del)(struct timer *);
  int64_t (*qemu_clock_get_ns)(int clock);
  struct cpu *(*qemu_get_cpu)(int index);
  void (*cpu_exit)(struct cpu *);
  void (*cpu_physical_memory_rw)(uint64_t address, void *, uint64_t, bool);
  void *(*cpu_physical_memory_map)(uint64_t address, uint64_t *, bool);
  void (*cpu_physical_memory_unmap)(void *, uint64_t, bool, uint64_t);
  int (*arm_cpu_gdb_read_register)(struct cpu *, struct byte_array *, int);
  int (*arm_cpu_gdb_write_register)(struct cpu *, uint8_t *, int);
  void (*async_run_on_cpu)(struct cpu *, run_function, uintptr_t);
  void (*pause_all_vcpus)(void);
  int (*vm_stop)(int state);
  bool (*qemu_in_vcpu_thread)(void);
  void (*qemu_mutex_lock_iothread_impl)(const char *file, int line);
  void (*qemu_mutex_unlock_iothread)(void);
  struct channel *(*qio_channel_file_new_fd)(int);
  struct saved *(*qemu_file_new_output)(struct channel *);
  int (*qemu_save_device_state)(struct saved *);
  int (*qemu_fclose)(struct saved *);
  int (*arm_set_cpu_off)(uint64_t affinity);
  void (*icount_start_warp_timer)(void);
  bool (*qemu_clock_run_all_timers)(void);
  int (*qemu_shutdown_requested_get)(void);
  int (*qemu_reset_requested_get)(void);
  struct byte_array *(*g_byte_array_new)(void);
  uint8_t *(*g_byte_array_free)(struct byte_array *, int);
};

extern struct emulator emulator;

/** What the emulator calls when it has loaded a plug-in; not 0 ends it. */
EXPORT int qemu_plugin_install(uint64_t id, const struct plugin_info *info,
                               int argc, char **argv);

/**
 * Give a plug-in its arguments, in order.
 * @param take  Takes one; false if it is malformed.
 * @return False if it refused one, which has been said on stderr.
 */
bool emulator_take_arguments(const char *plugin, bool (*take)(const char *),
                             int argc, char **argv);

/**
 * Take all functions from the running emulator.
 * @return NULL, or the name of the first one that it does not export.
 */
const char *emulator_bind(void);

/**
 * Where this thread keeps the core that it is running (`current_cpu`, which is
 * thread-local). Context: any thread; NULL only before emulator_bind.
 */
struct cpu **emulator_current_core(void);

/** Number of cores of the machine; valid once the machine runs. */
int emulator_count_cores(void);

/**
 * General register `number` (0-15, 25 = CPSR) of a core as a debugger sees it.
 * Context: no core runs (timer on the virtual clock, or exit).
 */
uint32_t emulator_read_register(int core, int number);

/** Store into a register; same context as above. */
void emulator_write_register(int core, int number, uint32_t value);

/**
 * The board's global timer in units of 10 ns. It is a per-core device view, so
 * the access pretends to come from core 0. Same context as above.
 */
uint64_t emulator_read_global_timer(void);
