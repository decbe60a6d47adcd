/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Software-generated interrupts of user level: lines 0..15. They never reach
 * the interrupt controller, whose SGIs belong to the cores: the kernel itself
 * raises and delivers them, at once, as they would reach one core that runs
 * one system. So they are equal in all replicas.
 */
#pragma once

#include "abi/types.h"
#include "kernel/compiler.h"

#define SGI_COUNT 16u
#define SGI_TARGETS 8u /* cores that the controller can name */

static inline bool sgi_is_line(word_t irq) {
  return irq < SGI_COUNT;
}

/* Raise `sgi` at core `target`; only core 0 is there. */
void sgi_raise(word_t sgi, word_t target);

/* Its handler may be signalled (again); what is pending comes now. */
void sgi_unmask(word_t sgi);

/* Nobody handles it any more: masked, nothing pending. */
void sgi_forget(word_t sgi);
