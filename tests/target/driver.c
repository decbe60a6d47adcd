/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Drivers as anybody writes them, who knows nothing of replication: device
 * frames from a device untyped, mapped without cache, registers as structures
 * that are read and written by plain loads and stores, and interrupts through
 * a handler. The timer EPIT1 (IMX6DQRM chapter 24), the free-running
 * GPT (chapter 30), UART2 (chapter 64).
 */
#include "arena.h"
#include "device.h"
#include "groups.h"
#include "report.h"
#include "root/check.h"
#include "sel4/sel4.h"
#include "space.h"
#include "timer/imx_gpt.h"
#include "uart/imx_uart.h"

#include <stddef.h>
#include <string.h>

#define EPIT1_PADDR 0x020d0000u /* IMX6DQRM chapter 2 */
#define UART2_PADDR 0x021e8000u
#define EPIT1_IRQ 88u /* IMX6DQRM 3.2: shared peripheral 56 */
#define EPIT_PLACE 0x41000000u
#define UART_PLACE 0x41001000u

#define EPIT_CR_EN (1u << 0)
#define EPIT_CR_ENMOD (1u << 1)
#define EPIT_CR_OCIEN (1u << 2) /* interrupt on compare */
#define EPIT_CR_RLD (1u << 3)   /* count again from the load value */
#define EPIT_CR_PERIPHERAL (1u << 24)
#define EPIT_PERIOD 6600u /* 100 us at 66 MHz */
#define TICKS 5u
#define BADGE 0x40u

struct epit {
  word_t cr;
  word_t sr;
  word_t lr;
  word_t cmpr;
  word_t cnr;
};

_Static_assert(offsetof(struct epit, cnr) == 0x10, "as the manual has it");

static volatile struct epit *const epit = (volatile struct epit *)EPIT_PLACE;

static volatile word_t *uart(word_t offset) {
  return (volatile word_t *)(UART_PLACE + offset);
}

static void map(paddr_t paddr, vaddr_t address) {
  static cptr_t frames[2]; /* a device is taken once, and mapped in each run */
  cptr_t *frame = &frames[address == UART_PLACE];
  if (*frame == 0) {
    *frame = memory_device_frame(paddr, SMALL_PAGE_BITS);
  }
  space_map(ROOT_SLOT_VSPACE, *frame, address, SPACE_DEVICE);
}

/* ---- EPIT1 --------------------------------------------------------------- */

static void epit_start(void) {
  epit->cr = 0;
  epit->sr = 1;
  epit->cr = EPIT_CR_ENMOD | EPIT_CR_OCIEN | EPIT_CR_RLD | EPIT_CR_PERIPHERAL;
  epit->lr = EPIT_PERIOD;
  epit->cmpr = 0;
  epit->cr |= EPIT_CR_EN;
}

static void ticks(void) {
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  cptr_t handler = arena_slot();
  check(seL4_IRQControl_Get(ROOT_SLOT_IRQ_CONTROL, EPIT1_IRQ, ROOT, handler,
                            ROOT_DEPTH),
        "taking the timer's interrupt");
  check(seL4_IRQHandler_SetNotification(handler,
                                        memory_mint(event, RIGHTS_ALL, BADGE)),
        "routing it");
  word_t good = 0;
  for (word_t i = 0; i < TICKS; i++) {
    word_t badge = 0;
    epit_start();
    seL4_Wait(event, &badge);
    epit->cr &= ~EPIT_CR_EN; /* however long the rest takes, no other comes */
    good += badge == BADGE && (epit->sr & 1) != 0;
    epit->sr = 1;
    good += (epit->sr & 1) == 0;
    seL4_IRQHandler_Ack(handler);
  }
  epit->cr = 0;
  CHECK(good == 2 * TICKS, "a timer interrupts each time anew");
  arena_delete(handler);
}

static void registers(void) {
  struct epit seen;
  word_t high = epit->cnr;
  CHECK(epit->lr == EPIT_PERIOD && epit->cr == 0 && high <= EPIT_PERIOD,
        "registers read what was written");
  memcpy(&seen, (const void *)EPIT_PLACE, sizeof seen);
  CHECK(seen.lr == EPIT_PERIOD && seen.cr == 0,
        "several are read by one instruction, too");
  device_begin();
  volatile word_t *counter = (volatile word_t *)(DEVICE_PLACE + GPT_CNT);
  word_t before = *counter;
  word_t after = before;
  for (word_t i = 0; i < 10000 && after == before; i++) {
    after = *counter;
  }
  CHECK(after > before && after - before < 1000, "a counter is seen to run");
}

/* ---- UART2 --------------------------------------------------------------- */

static void print(const char *text) {
  for (; *text != '\0'; text++) {
    while ((*uart(UART_USR2) & UART_USR2_TXFE) == 0) {
    }
    *uart(UART_UTXD) = (uint8_t)*text;
  }
}

void test_driver(void) {
  map(EPIT1_PADDR, EPIT_PLACE);
  map(UART2_PADDR, UART_PLACE);
  print("a line by stores to the transmitter\n");
  ticks();
  registers();
}
