/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a program may try. Each is a worker's entry whose first instruction is
 * the one that matters, so that its address is the faulting one; if it is
 * allowed, the worker returns its argument (or what is said here).
 */
#pragma once

#include "abi/types.h"

/* Memory: the argument is the address. */
word_t attempt_read(word_t address);
word_t attempt_write(word_t address);
word_t attempt_jump(word_t address);
word_t attempt_exclusive(word_t address); /* LDREX */
word_t attempt_multiple(word_t address);  /* LDM of two */
word_t attempt_push(word_t argument);

/* Instructions that are not for user mode, or for nobody. */
word_t attempt_undefined(word_t argument);
word_t attempt_undefined_thumb(word_t argument);
word_t attempt_thumb_place(void); /* address of the one above */
word_t attempt_breakpoint(word_t argument);
word_t attempt_monitor_call(word_t argument);
word_t attempt_emulator_call(word_t argument);
word_t attempt_read_fpexc(word_t argument);

/* System control coprocessor, CP15: Arm ARM DDI 0406C B3.17. */
word_t attempt_read_sctlr(word_t argument);
word_t attempt_write_ttbr0(word_t argument);
word_t attempt_write_dacr(word_t argument);
word_t attempt_write_vbar(word_t argument);
word_t attempt_read_mpidr(word_t argument);
word_t attempt_read_cbar(word_t argument);
word_t attempt_flush_tlb(word_t argument);
word_t attempt_invalidate_cache(word_t argument);
word_t attempt_read_cycles(word_t argument);
word_t attempt_enable_counters(word_t argument);
word_t attempt_write_tpidruro(word_t argument);
word_t attempt_read_tpidrprw(word_t argument);
/* Debug, CP14: C11.11. */
word_t attempt_write_debug(word_t argument);

/* No operations in user mode; @return CPSR afterwards. */
word_t attempt_mask_interrupts(word_t argument);
word_t attempt_supervisor(word_t argument);

/* Hints, which are allowed. */
word_t attempt_wait_for_interrupt(word_t argument);
word_t attempt_wait_for_event(word_t argument);
word_t attempt_send_event(word_t argument);
word_t attempt_preload(word_t address);

/** A system call (Yield) with big-endian data. */
word_t attempt_big_endian(word_t argument);

/** Emulator's way to end a run: `svc 0x123456`, as in ARM semihosting. */
word_t attempt_semihosting(word_t argument);
