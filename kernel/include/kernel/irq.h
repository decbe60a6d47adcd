/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts as capabilities: a line signals the notification it was given. */
#pragma once

#include "abi/types.h"
#include "kernel/arch.h"
#include "kernel/invocation.h"

#define IRQ_WORDS ((IRQ_COUNT + WORD_BITS - 1) / WORD_BITS)

/*
 * Lines that are unmasked as all replicas agree: a bit per line. Host tools
 * and replica control (when another replica becomes primary) read it.
 */
extern word_t irq_unmasked[IRQ_WORDS];

bool irq_is_unmasked(word_t irq);

/* Is there a handler capability of the line? */
bool irq_is_issued(word_t irq);

/* An interrupt of hook_interrupt_next: tick, or signal to its handler. */
void irq_handle(word_t irq);

invocation_handler irq_invoke_control;
invocation_handler irq_invoke_handler; /* of SGI signals too */

/* The last handler capability of `irq` goes: masked and free again. */
void irq_handler_destroy(word_t irq);
