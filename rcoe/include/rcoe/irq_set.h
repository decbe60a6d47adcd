/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sets of interrupt numbers (0..159), and proposals: up to four of them packed
 * into one word, a byte each, so that they fit an arrival record.
 */
#pragma once

#include "abi/types.h"

#define IRQ_SET_WORDS 5
#define IRQ_SET_NONE 0xffu /* "no interrupt": never a line number */
#define PROPOSAL_NONE 0xffffffffu
#define PROPOSAL_SLOTS 4

struct irq_set {
  uint32_t bits[IRQ_SET_WORDS];
};

static inline bool irq_set_empty(const struct irq_set *set) {
  const uint32_t *bits = set->bits;
  return (bits[0] | bits[1] | bits[2] | bits[3] | bits[4]) == 0;
}

_Static_assert(IRQ_SET_WORDS == 5, "irq_set_empty looks at all words");

void irq_set_add(struct irq_set *set, uint32_t irq);
bool irq_set_has(const struct irq_set *set, uint32_t irq);

/* Take out the lowest number. @return IRQ_SET_NONE when empty. */
uint32_t irq_set_take(struct irq_set *set);

/* The (up to) four lowest numbers as a proposal; the set is unchanged. */
uint32_t irq_set_propose(const struct irq_set *set);

/* Move what `proposal` names from `from` to `to` (added even if missing). */
void irq_set_accept(struct irq_set *from, struct irq_set *to,
                    uint32_t proposal);
