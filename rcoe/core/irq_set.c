/* SPDX-License-Identifier: BSD-2-Clause */
/* Sets of interrupt numbers and packed proposals. Pure. */
#include "rcoe/irq_set.h"

#define IRQ_LIMIT (32u * IRQ_SET_WORDS)

void irq_set_add(struct irq_set *set, uint32_t irq) {
  if (irq < IRQ_LIMIT)
    set->bits[irq / 32] |= 1u << (irq % 32);
}

bool irq_set_has(const struct irq_set *set, uint32_t irq) {
  return irq < IRQ_LIMIT && (set->bits[irq / 32] >> (irq % 32) & 1);
}

static void irq_set_remove(struct irq_set *set, uint32_t irq) {
  if (irq < IRQ_LIMIT)
    set->bits[irq / 32] &= ~(1u << (irq % 32));
}

uint32_t irq_set_take(struct irq_set *set) {
  for (uint32_t i = 0; i < IRQ_SET_WORDS; i++) {
    if (!set->bits[i])
      continue;
    uint32_t irq = 32 * i + (uint32_t)__builtin_ctz(set->bits[i]);
    irq_set_remove(set, irq);
    return irq;
  }
  return IRQ_SET_NONE;
}

uint32_t irq_set_propose(const struct irq_set *set) {
  struct irq_set rest = *set;
  uint32_t proposal = 0;
  for (uint32_t i = 0; i < PROPOSAL_SLOTS; i++)
    proposal |= irq_set_take(&rest) << (8 * i);
  return proposal;
}

void irq_set_accept(struct irq_set *from, struct irq_set *to,
                    uint32_t proposal) {
  for (uint32_t i = 0; i < PROPOSAL_SLOTS; i++) {
    uint32_t irq = proposal >> (8 * i) & 0xff;
    irq_set_remove(from, irq);
    irq_set_add(to, irq);
  }
}
