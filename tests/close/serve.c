/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The handler of the racing threads: gives back the page that somebody misses
 * and takes another one away, steps over what is undefined, and starts the
 * timer EPIT1 anew at each of its interrupts. Its thread counts branches too.
 */
#include "race.h"

#include "epit/imx_epit.h"
#include "root/check.h"
#include "sel4/sel4.h"
#include "space.h"
#include "worker.h"

#define EPIT_PADDR 0x020d0000u /* IMX6DQRM chapter 2 */
#define EPIT_IRQ 88u           /* 3.2: shared peripheral 56 */
#define EPIT_PLACE 0x41000000u
#define EPIT_PERIOD_US                                                         \
  60u /* others than the tick's: they meet now and then                        \
       */
#define EPIT_CR_RLD (1u << 3) /* count again from the load value */
#define BADGE_CLOCK 0x40u

volatile uint32_t lazy_first[PAGE / sizeof(uint32_t)]
    __attribute__((aligned(4096)));
volatile uint32_t lazy_second[PAGE / sizeof(uint32_t)]
    __attribute__((aligned(4096)));

/* ---- pages --------------------------------------------------------------- */

struct page {
  vaddr_t address;
  bool text;
};

#define PAGES 4u

static struct page pages[PAGES];
static word_t away; /* which one is not there */

static void take(word_t number) {
  const struct page *page = &pages[number];
  check(seL4_ARM_Page_Unmap(
            memory_image_frame((const void *)(uintptr_t)page->address)),
        "taking a page away");
  away = number;
}

static void give(word_t number) {
  const struct page *page = &pages[number];
  cptr_t frame = memory_image_frame((const void *)(uintptr_t)page->address);
  check(seL4_ARM_Page_Map(
            frame, ROOT_SLOT_VSPACE, page->address,
            page->text ? (seL4_CapRights_t){{RIGHT_READ}} : seL4_ReadWrite,
            page->text ? VM_DEFAULT : VM_DEFAULT | VM_EXECUTE_NEVER),
        "giving a page back");
}

void serve_pages(void) {
  pages[0] = (struct page){(vaddr_t)(uintptr_t)far_first, true};
  pages[1] = (struct page){(vaddr_t)(uintptr_t)lazy_first, false};
  pages[2] = (struct page){(vaddr_t)(uintptr_t)far_second, true};
  pages[3] = (struct page){(vaddr_t)(uintptr_t)lazy_second, false};
  take(0);
}

/* Only one is away at a time, so it is the one that somebody misses; unless
   another thread has missed it, too, and it is back already. */
static void serve_page(vaddr_t address) {
  if (pages[away].address / PAGE != address / PAGE) {
    return;
  }
  give(away);
  take((away + 1) % PAGES);
}

/* ---- the timer ----------------------------------------------------------- */

static cptr_t handler;
static word_t ticks;

static volatile word_t *epit(word_t offset) {
  return (volatile word_t *)(EPIT_PLACE + offset);
}

static void clock_again(void) {
  *epit(EPIT_CR) &= ~EPIT_CR_EN;
  *epit(EPIT_SR) = EPIT_SR_OCIF;
  *epit(EPIT_LR) = EPIT_PERIOD_US;
  *epit(EPIT_CMPR) = 0;
  *epit(EPIT_CR) |= EPIT_CR_EN;
  check(seL4_IRQHandler_Ack(handler), "acknowledging");
}

void serve_clock(void) {
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  handler = arena_slot();
  space_map(ROOT_SLOT_VSPACE, memory_device_frame(EPIT_PADDR, SMALL_PAGE_BITS),
            EPIT_PLACE, SPACE_DEVICE);
  check(seL4_IRQControl_Get(ROOT_SLOT_IRQ_CONTROL, EPIT_IRQ, ROOT, handler,
                            ROOT_DEPTH),
        "taking the timer's interrupt");
  check(seL4_IRQHandler_SetNotification(
            handler, memory_mint(event, RIGHTS_ALL, BADGE_CLOCK)),
        "routing it");
  check(seL4_TCB_BindNotification(ROOT_SLOT_TCB, event), "binding it");
  *epit(EPIT_CR) = 0;
  *epit(EPIT_CR) = EPIT_CR_ENMOD | EPIT_CR_OCIEN | EPIT_CR_RLD |
                   EPIT_CR_PRESCALAR(EPIT_CLOCK_MHZ) | EPIT_CR_CLKSRC_IPG;
  clock_again();
}

word_t serve_ticks(void) {
  return ticks;
}

/* ---- messages ------------------------------------------------------------ */

static void serve_fault(const struct worker_event *event) {
  if (event->label == FAULT_VM) {
    serve_page(event->mr[1]);
    seL4_Reply(seL4_MessageInfo_new(0, 0, 0, 0));
    return;
  }
  seL4_SetMR(0, event->mr[0] + 4); /* behind the instruction */
  seL4_SetMR(1, event->mr[1]);
  seL4_SetMR(2, event->mr[2]);
  seL4_Reply(seL4_MessageInfo_new(0, 0, 0, 3));
}

word_t serve_until_done(word_t threads, volatile uint32_t *over) {
  word_t faults = 0;
  word_t done = 0;
  while (done < threads) {
    struct worker_event event = worker_wait();
    if (event.worker + 1 == BADGE_CLOCK) {
      ticks++;
      clock_again();
    } else if (event.label == WORKER_DONE) {
      done++;
      *over = 1;
    } else {
      faults++;
      serve_fault(&event);
    }
  }
  return faults;
}
