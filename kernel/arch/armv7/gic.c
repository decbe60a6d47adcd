/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupt controller: GIC architecture 1 (Arm IHI 0048; Cortex-A9 MPCore TRM
 * DDI 0407 chapter 3). Everything is in group 0 and arrives as IRQ.
 *
 * The distributor is one device for all replicas, so it is written through
 * hook_device_write with the same values everywhere. What the architecture
 * banks per core (interface, SGIs and PPIs) is a core's own business and is
 * written directly; lines below 32 are therefore never given to user level.
 */
#include "armv7/gic.h"
#include "armv7/cp15.h"
#include "armv7/layout.h"
#include "kernel/arch.h"
#include "kernel/hooks.h"

/* Distributor, IHI 0048 4.1.2. */
#define GICD_CTLR 0x000u
#define GICD_ISENABLER 0x100u  /* a bit per line */
#define GICD_ICENABLER 0x180u  /* a bit per line */
#define GICD_ISPENDR 0x200u    /* a bit per line */
#define GICD_ICPENDR 0x280u    /* a bit per line */
#define GICD_IPRIORITYR 0x400u /* a byte per line */
#define GICD_ITARGETSR 0x800u  /* a byte per line */
#define GICD_ICFGR 0xc00u      /* two bits per line; upper one: edge */
#define GICD_SGIR 0xf00u

/* CPU interface, IHI 0048 4.1.3. */
#define GICC_CTLR 0x00u
#define GICC_PMR 0x04u
#define GICC_BPR 0x08u
#define GICC_IAR 0x0cu
#define GICC_EOIR 0x10u

#define FIRST_SHARED 32u
#define PRIORITY_ALL 0x80808080u /* one priority: nothing pre-empts */
#define TARGET_CORE_0 0x01010101u
#define PRIORITY_MASK_LOWEST 0xffu
#define IAR_ID 0x3ffu
#define IAR_SPURIOUS 1023u
#define CORE_MAX 4u

/* ---- distributor, shared ------------------------------------------------- */

static void distributor_write(word_t offset, word_t value) {
  hook_device_write(GICD_PADDR + offset, sizeof(word_t), value);
}

void gic_distributor_init(void) {
  distributor_write(GICD_CTLR, 0);
  for (word_t irq = FIRST_SHARED; irq < IRQ_COUNT; irq += 32) {
    distributor_write(GICD_ICENABLER + irq / 8, 0xffffffffu);
    distributor_write(GICD_ICPENDR + irq / 8, 0xffffffffu);
  }
  for (word_t irq = FIRST_SHARED; irq < IRQ_COUNT; irq += 4) {
    distributor_write(GICD_IPRIORITYR + irq, PRIORITY_ALL);
    distributor_write(GICD_ITARGETSR + irq, TARGET_CORE_0);
  }
  distributor_write(GICD_CTLR, 1);
}

static void line_write(word_t offset, word_t irq) {
  if (irq >= FIRST_SHARED && irq < IRQ_COUNT) {
    distributor_write(offset + irq / 32 * 4, 1u << (irq % 32));
  }
}

void arch_irq_mask(word_t irq) {
  line_write(GICD_ICENABLER, irq);
}

void arch_irq_unmask(word_t irq) {
  line_write(GICD_ISENABLER, irq);
}

void arch_irq_set_trigger(word_t irq, bool edge) {
  if (irq < FIRST_SHARED || irq >= IRQ_COUNT) {
    return;
  }
  paddr_t reg = GICD_PADDR + GICD_ICFGR + irq / 16 * 4;
  word_t bit = 2u << (irq % 16 * 2);
  word_t config = hook_device_read(reg, sizeof(word_t));
  config = edge ? (config | bit) : (config & ~bit);
  hook_device_write(reg, sizeof(word_t), config);
}

/* ---- own core ------------------------------------------------------------ */

static volatile word_t *interface(word_t offset) {
  return (volatile word_t *)(LAYOUT_LOCAL + CORE_GICC + offset);
}

static volatile word_t *banked(word_t offset) {
  return (volatile word_t *)(LAYOUT_GICD + offset);
}

/*
 * A core that was stopped and started keeps the state of its interface and its
 * pending SGIs: end them all (there are 16 per sending core at most).
 */
static void interface_drain(void) {
  for (word_t i = 0; i < 16 * CORE_MAX; i++) {
    word_t iar = *interface(GICC_IAR);
    if ((iar & IAR_ID) == IAR_SPURIOUS) {
      return;
    }
    *interface(GICC_EOIR) = iar;
  }
}

void gic_interface_init(void) {
  word_t domains = cp15_read_dacr();
  arch_devices_open();
  *interface(GICC_CTLR) = 0;
  *banked(GICD_ICENABLER) = 0xffff0000u; /* SGIs are always enabled here */
  for (word_t irq = 0; irq < FIRST_SHARED; irq += 4) {
    *banked(GICD_IPRIORITYR + irq) = PRIORITY_ALL;
  }
  *interface(GICC_PMR) = PRIORITY_MASK_LOWEST;
  *interface(GICC_BPR) = 0;
  *interface(GICC_CTLR) = 1;
  interface_drain();
  *banked(GICD_ISENABLER) = 1u << IRQ_TICK | 1u << IRQ_ALARM;
  cp15_dsb();
  cp15_write_dacr(domains);
}

/* A write to the distributor on this core's own decision. */
static void direct_write(word_t offset, word_t value) {
  word_t domains = cp15_read_dacr();
  arch_devices_open();
  *banked(offset) = value;
  cp15_dsb();
  cp15_write_dacr(domains);
}

void arch_irq_mask_direct(word_t irq) {
  direct_write(GICD_ICENABLER + irq / 32 * 4, 1u << (irq % 32));
}

/* Upper bit of the line's field (IHI 0048 4.3.13). */
static bool is_edge_triggered(word_t irq) {
  return *banked(GICD_ICFGR + irq / 16 * 4) >> (irq % 16 * 2 + 1) & 1;
}

/*
 * A device repeats a level until it is served, but an edge only once: it may be
 * gone with the former core. So edge-triggered lines are pended again.
 *
 * GIC architecture 1 has no register that clears an active state (IHI 0048A
 * 4.3, Active Bit Registers: read only): a line that its former core
 * acknowledged but did not end stays active on silicon. The emulator keeps that
 * state per core, so there it is forgotten with the core.
 */
void arch_irq_take_over(word_t irq, bool unmasked) {
  if (irq < FIRST_SHARED || irq >= IRQ_COUNT) {
    return;
  }
  word_t domains = cp15_read_dacr();
  arch_devices_open();
  *(volatile uint8_t *)banked(GICD_ITARGETSR + irq) =
      (uint8_t)(1u << cp15_read_core()); /* byte access: 4.1.2 */
  cp15_dsb();
  bool lost = unmasked && is_edge_triggered(irq);
  cp15_write_dacr(domains);
  if (lost)
    direct_write(GICD_ISPENDR + irq / 32 * 4, 1u << (irq % 32));
  direct_write((unmasked ? GICD_ISENABLER : GICD_ICENABLER) + irq / 32 * 4,
               1u << (irq % 32));
}

void arch_sgi_send(word_t target_mask, word_t sgi) {
  word_t domains = cp15_read_dacr();
  cp15_dsb(); /* what the others shall see is stored before they are poked */
  arch_devices_open();
  *banked(GICD_SGIR) = (target_mask & 0xffu) << 16 | (sgi & 0xfu);
  cp15_dsb();
  cp15_write_dacr(domains);
}

void arch_interrupts_stop(void) {
  arch_tick_stop();
  arch_alarm_clear();
  *interface(GICC_CTLR) = 0;
  cp15_dsb();
}

word_t arch_irq_acknowledge(void) {
  return *interface(GICC_IAR);
}

void arch_irq_end(word_t iar) {
  *interface(GICC_EOIR) = iar;
}
