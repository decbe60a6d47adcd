/* SPDX-License-Identifier: BSD-2-Clause */
/* Software-generated interrupts of user level; kernel/sgi.h explains. */
#include "kernel/sgi.h"

#include "kernel/irq.h"

static word_t unmasked; /* a bit per line; never one without a handler */
static word_t pending;

static void deliver(word_t bit, word_t sgi) {
  if ((unmasked & pending & bit) == 0)
    return;
  unmasked &= ~bit;
  pending &= ~bit;
  irq_handle(sgi);
}

void sgi_raise(word_t sgi, word_t target) {
  word_t bit = 1u << sgi;

  if (target != 0 || !irq_is_issued(sgi))
    return;
  pending |= bit;
  deliver(bit, sgi);
}

void sgi_unmask(word_t sgi) {
  word_t bit = 1u << sgi;

  unmasked |= bit;
  deliver(bit, sgi);
}

void sgi_forget(word_t sgi) {
  unmasked &= ~(1u << sgi);
  pending &= ~(1u << sgi);
}
