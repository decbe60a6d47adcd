/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Boot configuration and hand-over. Three parties read these structures: the
 * host tools patch boot_config into an image, the loader checks it and lays
 * out the partitions, the kernel (and replica control behind its hooks) obeys.
 */
#pragma once

#include "abi/types.h"

#define BOOT_CONFIG_MAGIC 0x47464354u    /* "TCFG" */
#define BOOT_HANDOVER_MAGIC 0x52444e48u  /* "HNDR": a first start */
#define BOOT_HANDOVER_REJOIN 0x4e4a4552u /* "REJN": memory is a copy */
#define BOOT_CONFIG_VERSION 3u
#define BOOT_COMMAND_LINE_SIZE 128
#define BOOT_DEVICE_TREE_MAX 0x40000u /* bytes */
#define BOOT_MAX_REPLICAS 4

/* With BOOT_FLAG_RESTART the tick must come several times per time-out. */
#define BOOT_RESTART_TICK_MAX_US 100000u

enum boot_coupling {
  COUPLING_LOOSE = 0, /* interrupts reach all behind the same event */
  COUPLING_CLOSE = 1, /* and at the same instruction of a thread that counts */
};

/*
 * At which kernel events the replicas compare signatures: a set of bits.
 * Device operations and agreed interrupts are in every set but the empty one.
 */
enum boot_voting {
  VOTING_OFF = 0, /* barriers but no comparison: shows what voting is for */
  VOTING_ENTRY = 1 << 0,
  VOTING_EXIT = 1 << 1,
  VOTING_CONTEXT_SWITCH = 1 << 2, /* another thread than the last is chosen */
  VOTING_SCHEDULING = 1 << 3,     /* any thread is chosen */
  VOTING_CAP_DERIVE = 1 << 4,     /* a capability is made, copied, moved */
  VOTING_CAP_DELETE = 1 << 5,
  VOTING_RETYPE = 1 << 6,
  VOTING_PAGE_TABLE = 1 << 7,
  VOTING_TRANSFER = 1 << 8, /* a message is handed over */
  VOTING_PREEMPTION = 1 << 9,
  VOTING_IO = 1 << 10, /* nothing but those: makes a set of nothing else */
  VOTING_FULL = VOTING_ENTRY | VOTING_EXIT,
  VOTING_ALL = (1 << 11) - 1,
};

/* What a kernel entry folds into the signature. */
enum boot_hash {
  HASH_ARGS = 0,    /* system-call number and arguments */
  HASH_CONTEXT = 1, /* every user register */
};

/* Whether a core that was taken away is brought back. */
enum boot_reintegration {
  REINTEGRATE_NEVER = 0,
  REINTEGRATE_ONCE = 1,    /* each replica at most once */
  REINTEGRATE_ALWAYS = 2,  /* up to reintegrations_per_hour */
  REINTEGRATE_COMMAND = 3, /* each time that a program asks for it */
};

#define BOOT_FLAG_EMULATOR (1u << 0) /* end the run by semihosting */
#define BOOT_FLAG_SCRUB (1u << 1)    /* compare memory pages, repair the odd */
#define BOOT_FLAG_RESTART (1u << 2)  /* the watchdog restarts the board */

struct boot_config {
  uint32_t magic;
  uint32_t version;
  uint32_t size;     /* of this structure */
  uint32_t replicas; /* 1..4; the baseline kernel ignores all but replica 0 */
  uint32_t coupling; /* enum boot_coupling */
  uint32_t voting;   /* bits of enum boot_voting */
  uint32_t hash;     /* enum boot_hash */
  uint32_t deadline_us;         /* barrier deadline */
  uint32_t verdict_deadline_us; /* exchange of verdicts */
  uint32_t hold_us;       /* how long an interrupt waits for a kernel entry */
  uint32_t tick_us;       /* kernel tick */
  uint32_t slice_us;      /* emulator's scheduling slice; 0 on the board */
  uint32_t stride;        /* distance of partitions: multiple of 16 MiB */
  uint32_t ram_size;      /* bytes of RAM that a replica owns, <= stride */
  uint32_t flags;         /* BOOT_FLAG_* */
  uint32_t ramdisk_base;  /* physical; bytes of input that the host loaded */
  uint32_t ramdisk_size;  /* exact length in bytes, 0 = none */
  uint32_t reintegration; /* enum boot_reintegration */
  uint32_t reintegrations_per_hour; /* of one replica; then it is retired */
  uint32_t backoff_us; /* before the first try; doubles with each */
  char command_line[BOOT_COMMAND_LINE_SIZE]; /* "APP [ARG...]", NUL padded */
  uint32_t crc32; /* IEEE CRC-32 of all bytes before this field */
};

_Static_assert(sizeof(struct boot_config) == 21 * 4 + BOOT_COMMAND_LINE_SIZE,
               "no hidden padding");

/*
 * Written by the loader on a page of its own right behind the root task's
 * image in each partition; the kernel gets its canonical physical address in
 * r0, copies what it needs to .replica_local and clears the page.
 * All addresses are canonical unless they say "real".
 */
struct boot_handover {
  uint32_t magic;
  uint32_t size;
  uint32_t replica;          /* 0..3; also the core it runs on */
  uint32_t partition_offset; /* real = canonical + this */
  paddr_t kernel_start;
  paddr_t kernel_end; /* page aligned, exclusive */
  paddr_t dtb_start;
  uint32_t dtb_size; /* bytes, 0 = none */
  paddr_t root_start;
  paddr_t root_end;        /* page aligned, exclusive */
  uint32_t root_pv_offset; /* virtual = canonical physical - this */
  vaddr_t root_entry;
  paddr_t parking_stub; /* real: where a reset core 0 is parked */
  struct boot_config config;
};

/*
 * Given to the root task as extra bootinfo chunk
 * BOOTINFO_CHUNK_BOOT_ARGUMENTS. Equal in all replicas and for every N.
 */
struct boot_arguments {
  uint32_t device_by_call; /* 1: reach devices by shim call; 0: directly */
  paddr_t ramdisk_base;    /* device untyped that holds the input, 0 = none */
  uint32_t ramdisk_size;   /* exact length in bytes */
  char command_line[BOOT_COMMAND_LINE_SIZE];
};
