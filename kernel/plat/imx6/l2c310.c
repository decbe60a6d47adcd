/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * L2C-310 outer cache controller, Arm DDI 0246 chapter 3. The emulator does
 * not model it (registers read 0, writes are ignored), so this is untested on
 * silicon. Must be called with the cache off: auxiliary control and latencies
 * may be written only then (3.3.4).
 */
#include "imx6/l2c310.h"

#define L2_CONTROL 0x100u
#define L2_AUX_CONTROL 0x104u
#define L2_TAG_LATENCY 0x108u
#define L2_DATA_LATENCY 0x10cu
#define L2_INVALIDATE_WAY 0x77cu
#define L2_PREFETCH_CONTROL 0xf60u

#define CONTROL_ENABLE 1u
#define ALL_WAYS 0xffffu               /* 16 ways */
#define AUX_SHARED_OVERRIDE (1u << 22) /* treat shareable as cacheable */
#define AUX_DATA_PREFETCH (1u << 28)
#define AUX_INSTRUCTION_PREFETCH (1u << 29)
/* Setup, read and write latency, each value + 1 cycles (3.3.5). */
#define TAG_LATENCY_CYCLES 0x132u
#define DATA_LATENCY_CYCLES 0x132u

static volatile word_t *l2(paddr_t base, word_t offset) {
  return (volatile word_t *)(base + offset);
}

void l2c310_enable(paddr_t base) {
  if ((*l2(base, L2_CONTROL) & CONTROL_ENABLE) != 0) {
    return; /* the firmware left it on, and it is coherent */
  }
  *l2(base, L2_TAG_LATENCY) = TAG_LATENCY_CYCLES;
  *l2(base, L2_DATA_LATENCY) = DATA_LATENCY_CYCLES;
  *l2(base, L2_AUX_CONTROL) |=
      AUX_SHARED_OVERRIDE | AUX_DATA_PREFETCH | AUX_INSTRUCTION_PREFETCH;
  *l2(base, L2_INVALIDATE_WAY) = ALL_WAYS;
  while ((*l2(base, L2_INVALIDATE_WAY) & ALL_WAYS) != 0) {
    /* 3.3.10: bits clear as ways are done; the only bound is hardware */
  }
  *l2(base, L2_CONTROL) = CONTROL_ENABLE;
}
