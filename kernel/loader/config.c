/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is the boot configuration one that this system can keep its promises with?
 * Whoever patched it gets told which field is wrong and what would be right.
 */
#include "loader/config.h"
#include "abi/memory.h"
#include "loader/crc32.h"
#include "loader/report.h"

#define PART "boot config"
#define MIB 0x100000u
#define RAM_MIN (4 * MIB)
#define RAM_MAX 0x0d000000u /* the kernel's windows */
#define SLICES_PER_DEADLINE 10u
#define TICK_MIN_US 100u
#define TICK_MAX_US 1000000u
#define FLAGS_KNOWN (BOOT_FLAG_EMULATOR | BOOT_FLAG_SCRUB | BOOT_FLAG_RESTART)

static void check_identity(const struct boot_config *config) {
  if (config->magic != BOOT_CONFIG_MAGIC) {
    report_refuse(PART, "magic is %x, not %x: patch a whole struct boot_config",
                  config->magic, BOOT_CONFIG_MAGIC);
  }
  if (config->version != BOOT_CONFIG_VERSION) {
    report_refuse(PART,
                  "version is %u, this loader wants %u: rebuild the image",
                  config->version, BOOT_CONFIG_VERSION);
  }
  if (config->size != sizeof(struct boot_config)) {
    report_refuse(PART, "size is %u, not %u: rebuild the tools", config->size,
                  (word_t)sizeof(struct boot_config));
  }
  word_t crc = crc32(config, offsetof(struct boot_config, crc32));
  if (crc != config->crc32) {
    report_refuse(PART,
                  "CRC-32 mismatch (image says %x, computed %x): recompute it "
                  "after patching",
                  config->crc32, crc);
  }
}

static void check_voting(word_t voting) {
  if ((voting & ~(word_t)VOTING_ALL) != 0) {
    report_refuse(PART,
                  "voting is %x: bits from 0 are entry, exit, context-switch, "
                  "scheduling-decision, cap-derive, cap-delete, retype, "
                  "page-table, ipc-transfer, preemption-point, io",
                  voting);
  }
}

/* What is done when all stand at the same kernel entry needs meetings there. */
static void check_meetings(const struct boot_config *config) {
  if (config->voting == VOTING_OFF || (config->voting & VOTING_ENTRY) != 0) {
    return;
  }
  if (config->reintegration != REINTEGRATE_NEVER) {
    report_refuse(PART, "voting is %x: re-integration needs entry, bit 0",
                  config->voting);
  }
  if ((config->flags & BOOT_FLAG_SCRUB) != 0) {
    report_refuse(PART, "voting is %x: the scrubber needs entry, bit 0",
                  config->voting);
  }
}

static void check_choices(const struct boot_config *config) {
  if (config->replicas < 1 || config->replicas > BOOT_MAX_REPLICAS) {
    report_refuse(PART, "replicas is %u: choose 1 to %u", config->replicas,
                  (word_t)BOOT_MAX_REPLICAS);
  }
  if (config->coupling > COUPLING_CLOSE) {
    report_refuse(PART, "coupling is %u: choose 0 (loose) or 1 (close)",
                  config->coupling);
  }
  if (config->coupling == COUPLING_CLOSE && config->voting != VOTING_OFF &&
      (config->voting & VOTING_ENTRY) == 0) {
    report_refuse(PART, "voting is %x: close coupling needs entry, bit 0",
                  config->voting);
  }
  check_voting(config->voting);
  check_meetings(config);
  if (config->hash > HASH_CONTEXT) {
    report_refuse(PART, "hash is %u: choose 0 or 1", config->hash);
  }
  if (config->reintegration > REINTEGRATE_COMMAND) {
    report_refuse(PART, "reintegration is %u: choose 0 to 3",
                  config->reintegration);
  }
  if ((config->flags & ~FLAGS_KNOWN) != 0) {
    report_refuse(PART, "flags is %x: only bits 0 to 2 have a meaning",
                  config->flags);
  }
  if (config->command_line[BOOT_COMMAND_LINE_SIZE - 1] != '\0') {
    report_refuse(PART, "command line has no end: use at most %u characters",
                  (word_t)BOOT_COMMAND_LINE_SIZE - 1);
  }
}

/* 64 bits where sums or products of 32-bit fields could wrap. */
static void check_memory(const struct boot_config *config, word_t replicas) {
  if (config->stride == 0 || config->stride % STRIDE_GRANULE != 0) {
    report_refuse(PART, "stride is %x: choose a multiple of %x", config->stride,
                  STRIDE_GRANULE);
  }
  uint64_t end = RAM_BASE + config->stride +
                 partition_offset_of(replicas - 1, config->stride);
  if (end > LOADER_BASE) {
    report_refuse(PART, "stride %x: %u partitions do not fit below %x",
                  config->stride, replicas, LOADER_BASE);
  }
  if (config->ram_size % MIB != 0 || config->ram_size < RAM_MIN ||
      config->ram_size > RAM_MAX || config->ram_size > config->stride) {
    report_refuse(PART,
                  "ram_size is %x: choose whole MiB from %x to the stride, "
                  "%x at most",
                  config->ram_size, RAM_MIN, RAM_MAX);
  }
  if (config->ramdisk_size == 0) {
    return;
  }
  if (config->ramdisk_size > RAMDISK_MAX ||
      config->ramdisk_base != RAMDISK_BASE) {
    report_refuse(PART, "ramdisk is %u bytes at %x: load at most %u at %x",
                  config->ramdisk_size, config->ramdisk_base, RAMDISK_MAX,
                  RAMDISK_BASE);
  }
}

static void check_deadline(const char *part, word_t deadline_us,
                           uint64_t least) {
  if (deadline_us < least) {
    report_refuse(part,
                  "%u us is too short: healthy replicas need %u (10 emulator "
                  "slices for each)",
                  deadline_us, (word_t)least);
  }
}

static void check_times(const struct boot_config *config, word_t replicas) {
  uint64_t least = (uint64_t)SLICES_PER_DEADLINE * replicas * config->slice_us;
  check_deadline(PART ": deadline_us", config->deadline_us, least);
  check_deadline(PART ": verdict_deadline_us", config->verdict_deadline_us,
                 least);
  if (config->tick_us < TICK_MIN_US || config->tick_us > TICK_MAX_US) {
    report_refuse(PART, "tick_us is %u: choose %u to %u", config->tick_us,
                  TICK_MIN_US, TICK_MAX_US);
  }
  if ((config->flags & BOOT_FLAG_RESTART) != 0 &&
      config->tick_us > BOOT_RESTART_TICK_MAX_US) {
    report_refuse(PART,
                  "tick_us is %u: with a watchdog that restarts the board, "
                  "choose %u at most",
                  config->tick_us, BOOT_RESTART_TICK_MAX_US);
  }
}

void config_check(const struct boot_config *config, word_t replicas) {
  check_identity(config);
  check_choices(config);
  check_memory(config, replicas);
  check_times(config, replicas);
}
