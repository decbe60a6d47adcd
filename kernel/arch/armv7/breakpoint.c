/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Breakpoints in user code that the kernel sets for itself, and where an
 * instruction leads to, so that it can step over one that has been hit: the
 * emulator does not model mismatch breakpoints. Debug monitor registers of this
 * core, Arm ARM DDI 0406C C11.11. Nothing of it is replicated state, and no
 * thread ever learns of it. ARM state only.
 */
#include "kernel/arch.h"

#include "armv7/cp15.h"

/* DBGBCR (C11.11.2): enabled, user mode only, all four bytes. */
#define CONTROL_USER (1u << 0 | 2u << 1 | 0xfu << 5)
#define DSCR_MONITOR (1u << 15) /* DBGDSCRext.MDBGen, C11.11.20 */

#define CONDITION_ALWAYS 0xeu
#define PC_AHEAD 8u /* what an instruction reads as pc */
#define THUMB_BIT 1u

static REPLICA_LOCAL vaddr_t armed[ARCH_BREAKPOINTS];
static REPLICA_LOCAL word_t armed_count;

static void write_first(vaddr_t address, word_t control) {
  __asm__ volatile("mcr p14, 0, %0, c0, c0, 4" ::"r"(address));
  __asm__ volatile("mcr p14, 0, %0, c0, c0, 5" ::"r"(control));
}

static void write_second(vaddr_t address, word_t control) {
  __asm__ volatile("mcr p14, 0, %0, c0, c1, 4" ::"r"(address));
  __asm__ volatile("mcr p14, 0, %0, c0, c1, 5" ::"r"(control));
}

/* Monitor debug-mode; the OS lock is open after that (C11.11.30). */
static void enable_monitor(void) {
  word_t status;
  __asm__ volatile("mcr p14, 0, %0, c1, c0, 4" ::"r"(0));
  __asm__ volatile("mrc p14, 0, %0, c0, c2, 2" : "=r"(status));
  __asm__ volatile("mcr p14, 0, %0, c0, c2, 2" ::"r"(status | DSCR_MONITOR));
}

void arch_breakpoints_set(const vaddr_t *addresses, word_t count) {
  enable_monitor();
  armed_count = count;
  for (word_t i = 0; i < count; i++)
    armed[i] = addresses[i];
  write_first(armed[0], count > 0 ? CONTROL_USER : 0);
  write_second(armed[1], count > 1 ? CONTROL_USER : 0);
  cp15_isb();
}

void arch_breakpoints_clear(void) {
  if (armed_count == 0)
    return;
  armed_count = 0;
  write_first(0, 0);
  write_second(0, 0);
  cp15_isb();
}

bool arch_breakpoint_at(vaddr_t address) {
  for (word_t i = 0; i < armed_count; i++)
    if (armed[i] == address)
      return true;
  return false;
}

/* ---- where an instruction leads to --------------------------------------- */

/* A word that user code may read; ATS1CUR asks (B4.2.4), PAR answers. */
static bool read_user(vaddr_t address, word_t *value) {
  word_t answer;
  if (address & 3)
    return false;
  __asm__ volatile("mcr p15, 0, %0, c7, c8, 2" ::"r"(address));
  cp15_isb();
  __asm__ volatile("mrc p15, 0, %0, c7, c4, 0" : "=r"(answer));
  if (answer & 1)
    return false;
  *value = *(const volatile word_t *)(uintptr_t)address;
  return true;
}

/* LDM with the pc in its list (A8.8.58): where the pc lies. */
static vaddr_t loaded_pc(const struct context *context, word_t code) {
  word_t bytes = (word_t)__builtin_popcount(code & 0xffffu) * 4;
  vaddr_t base = context->reg[code >> 16 & 0xf];
  bool up = code >> 23 & 1;
  bool before = code >> 24 & 1;
  if (up)
    return base + bytes - (before ? 0 : 4);
  return base - (before ? 4 : 0);
}

/* A branch's target. @return False: no branch, or one that is not known. */
static bool find_target(const struct context *context, word_t code,
                        vaddr_t *target) {
  vaddr_t pc = context->reg[CONTEXT_PC];
  if ((code & 0x0e000000u) == 0x0a000000u) { /* B, BL: A8.8.18, A8.8.25 */
    *target = pc + PC_AHEAD + (word_t)((int32_t)(code << 8) >> 6);
    return true;
  }
  if ((code & 0x0fffffd0u) == 0x012fff10u && (code & 0xf) != 0xf) { /* B(L)X */
    *target = context->reg[code & 0xf];
    return true;
  }
  if ((code & 0x0e508000u) == 0x08108000u) /* LDM with pc */
    return read_user(loaded_pc(context, code), target);
  if ((code & 0x0fffffffu) == 0x049df004u) /* LDR pc, [sp], #4 */
    return read_user(context->reg[CONTEXT_SP], target);
  return false;
}

word_t arch_step(const struct context *context,
                 vaddr_t next[ARCH_BREAKPOINTS]) {
  word_t code;
  word_t count = 0;
  vaddr_t target;
  vaddr_t pc = context->reg[CONTEXT_PC];
  if (!read_user(pc, &code))
    return 0;
  bool branches = find_target(context, code, &target);
  if (!branches || code >> 28 != CONDITION_ALWAYS)
    next[count++] = pc + 4;
  if (branches && !(target & THUMB_BIT))
    next[count++] = target;
  return count;
}
