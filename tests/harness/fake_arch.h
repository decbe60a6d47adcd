/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CPU port on the host: an arena stands for RAM from RAM_BASE. It records
 * what the kernel asked of it, and that is all.
 */
#pragma once

#include "abi/memory.h"
#include "abi/types.h"
#include "arch/types.h"

#define FAKE_RAM_SIZE 0x01000000u /* 16 MiB */
#define FAKE_PARTITION_OFFSET 0x0c000000u
#define FAKE_CPSR_USER 0x150u

enum fake_cache {
  FAKE_CACHE_NONE,
  FAKE_CACHE_CLEAN,
  FAKE_CACHE_UNIFY,
};

struct fake_arch {
  paddr_t page_directory; /* of the last arch_vspace_switch */
  word_t hardware_asid;
  word_t flushes;     /* TLB operations of any kind */
  word_t last_masked; /* interrupt line */
  word_t last_unmasked;
  word_t edge_lines;   /* times that a line was made edge-triggered */
  word_t acknowledged; /* next value of arch_irq_acknowledge; 1023 = none */
  word_t ended;        /* last value given to arch_irq_end */
  word_t ticks_cleared;
  word_t devices_open;
  word_t waits;                    /* for an interrupt */
  enum fake_cache cache_operation; /* the last one, and on what */
  paddr_t cache_start;
  word_t cache_bytes;
  struct fpu_context fpu; /* the live registers */
  bool fpu_enabled;
  uint64_t time;
};

extern struct fake_arch fake_arch;

/* All RAM zero, all records cleared. */
void fake_arch_reset(void);

/* Is [paddr, paddr + bytes) of RAM zero? */
bool fake_ram_is_zero(paddr_t paddr, word_t bytes);
