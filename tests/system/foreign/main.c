/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A root task as somebody writes one for seL4 on this board: it looks at what
 * it was given, takes the UART, a timer each of both kinds and the UART's
 * receiver as a driver does, with plain loads, stores and interrupts, and says
 * what it saw. Its console must be the same whatever protects it.
 */
#include "sel4.h"

#define UART2 0x021e8000u /* i.MX 6Dual/6Quad RM, 64.15 */
#define EPIT1 0x020d0000u /* 24.6 */
#define GPT 0x02098000u   /* 30.6 */
#define IRQ_UART2 59u
#define IRQ_EPIT1 88u
#define IRQ_GPT 87u
#define DEVICES 0x30000000u /* where the devices' pages are mapped */
#define REG(page, offset) (*(volatile word_t *)((page) + (offset)))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

extern char tdata_start[], tdata_end[], image_start[], image_end[];
static _Thread_local volatile word_t per_thread = 0x12345678;
static _Thread_local volatile word_t per_thread_zero;
static word_t tls_area[16] __attribute__((aligned(8)));
static volatile word_t initialised = 0xcafe;
static volatile word_t zeros[3000];
static const struct bootinfo *info;
static word_t next_slot, ram_untyped, bad;
static word_t uart, pages;

/* ---- calls --------------------------------------------------------------- */

static word_t retype(word_t untyped, word_t type, word_t bits, word_t count) {
  word_t first = next_slot;
  const word_t words[] = {type, bits, 0, 0, first, count};

  buffer->caps[0] = CAP_CNODE;
  if (invoke(untyped, INFO(UNTYPED_RETYPE, 1, 6), words) != 0)
    return 0;
  next_slot += count;
  return first;
}

/* ---- console ------------------------------------------------------------- */

static void put(char c) {
  while ((REG(uart, 0x94) & 1u << 13) == 0) /* USR1.TRDY */
    ;
  REG(uart, 0x40) = (word_t)c;
}

static void print(const char *text) {
  while (*text != 0)
    put(*text++);
}

static void check(int holds, const char *what) {
  if (!holds)
    bad++;
  print(holds ? "ok   " : "BAD  ");
  print(what);
  print("\n");
}

/* ---- devices ------------------------------------------------------------- */

static const struct untyped *covering(word_t paddr, word_t *cap) {
  for (word_t i = 0; i < info->untyped.end - info->untyped.start; i++) {
    const struct untyped *u = &info->list[i];
    *cap = info->untyped.start + i;
    if (u->device && paddr - u->paddr < 1u << u->bits)
      return u;
  }
  return 0;
}

/* Halve the untyped again and again down to the page, as allocators do. */
static word_t device_page(word_t paddr) {
  static struct { word_t base, bits, cap; } piece[64];
  static word_t pieces;
  word_t cap = 0, i = 0;
  const struct untyped *u = covering(paddr, &cap);

  while (i < pieces && paddr - piece[i].base >= 1u << piece[i].bits)
    i++;
  if (i == pieces && u != 0)
    piece[pieces++] = (typeof(piece[0])){u->paddr, u->bits, cap};
  while (u != 0 && piece[i].bits > 12) {
    word_t half = 1u << (piece[i].bits - 1);
    word_t both = retype(piece[i].cap, OBJ_UNTYPED, piece[i].bits - 1, 2);
    word_t upper = (paddr - piece[i].base) >= half;
    if (both == 0)
      return 0;
    piece[pieces] = piece[i];
    piece[pieces].bits--;
    piece[pieces].base += upper ? 0 : half;
    piece[pieces++].cap = both + (upper ? 0 : 1);
    piece[i].bits--;
    piece[i].base += upper ? half : 0;
    piece[i].cap = both + upper;
  }
  return u == 0 ? 0 : retype(piece[i].cap, OBJ_PAGE, 0, 1);
}

static word_t map_device(word_t paddr) {
  word_t frame = device_page(paddr);
  word_t vaddr = DEVICES + 0x1000 * pages++;
  const word_t words[] = {vaddr, 3, 0}; /* read and write, not cached */

  buffer->caps[0] = CAP_PD;
  return frame != 0 && invoke(frame, INFO(PAGE_MAP, 1, 3), words) == 0 ? vaddr
                                                                       : 0;
}

static word_t take_irq(word_t irq, word_t notification) {
  const word_t words[] = {irq, next_slot, 32};
  word_t handler = next_slot++;

  buffer->caps[0] = CAP_CNODE;
  if (invoke(CAP_IRQ, INFO(IRQ_ISSUE, 1, 3), words) != 0)
    return 0;
  buffer->caps[0] = notification;
  return invoke(handler, INFO(IRQ_SET, 1, 0), 0) == 0 ? handler : 0;
}

static word_t wait(word_t notification) {
  regs[0] = notification;
  trap(regs, (word_t)SYS_RECV);
  return regs[0];
}

/* ---- what is looked at --------------------------------------------------- */

static void start_runtime(const struct bootinfo *given) {
  const char *from = tdata_start;
  char *to = (char *)tls_area + 8; /* two words of the thread pointer's own */

  info = given;
  buffer = given->buffer;
  next_slot = given->empty.start;
  while (from < tdata_end)
    *to++ = *from++;
  regs[0] = (word_t)tls_area;
  trap(regs, (word_t)SYS_SET_TLS_BASE);
  for (word_t i = 0; i < given->untyped.end - given->untyped.start; i++)
    if (!given->list[i].device && given->list[i].bits >= 20)
      ram_untyped = given->untyped.start + i;
}

static int map_console(void) {
  const word_t words[] = {DEVICES, 3};
  word_t table = retype(ram_untyped, OBJ_TABLE, 0, 1);

  buffer->caps[0] = CAP_PD;
  if (table == 0 || invoke(table, INFO(PAGE_TABLE_MAP, 1, 2), words) != 0)
    return 0;
  uart = map_device(UART2);
  return uart != 0;
}

static void look_at_image(const word_t *others) {
  word_t sum = 0;

  for (word_t i = 0; i < 13; i++)
    sum |= others[i];
  check(sum == 0, "all registers but r0 are zero at the start");
  sum = 0;
  for (word_t i = 0; i < COUNT(zeros); i++)
    sum |= zeros[i];
  check(sum == 0 && initialised == 0xcafe, "data and zeros of odd segments");
  check(per_thread == 0x12345678 && per_thread_zero == 0,
        "thread-local variables");
  check((word_t)buffer == (((word_t)image_end + 0xfff) & ~0xfffu) &&
            (word_t)info == (word_t)buffer + 0x1000,
        "IPC buffer and bootinfo follow the image");
}

static void look_at_bootinfo(void) {
  const word_t none = 0;
  word_t first = info->image.start;

  check(info->nodes == 1 && info->node == 0 && info->cnode_bits == 13 &&
            info->domain == 0 && info->empty.end == 8192,
        "bootinfo's numbers");
  check(info->paging.start == 16 &&
            info->extra_pages.start == info->paging.end &&
            first == info->extra_pages.end &&
            info->untyped.start == info->image.end &&
            info->empty.start == info->untyped.end,
        "capabilities in the order of the ABI");
  check(info->image.end - first ==
            ((word_t)buffer - (word_t)image_start) / 0x1000,
        "a frame for each page of the image");
  invoke(first, INFO(PAGE_GET_ADDRESS, 0, 0), &none);
  word_t low = regs[2];
  invoke(first + 1, INFO(PAGE_GET_ADDRESS, 0, 0), &none);
  check(regs[2] == low + 0x1000, "one behind the other");
  const word_t priority[] = {255};
  buffer->caps[0] = CAP_TCB;
  check(invoke(CAP_TCB, INFO(TCB_SET_PRIORITY, 1, 1), priority) == 0,
        "it may have priority 255");
}

static void look_at_tree(void) {
  const uint8_t *at = (const uint8_t *)info + 0x1000;
  const uint8_t *end = at + info->extra_len;
  static const char board[] = "fsl,imx6q";
  int found = 0;

  check(((const struct chunk *)at)->id == 6 &&
            ((const struct chunk *)at)->length == info->extra_len &&
            at[8] == 0xd0 && at[9] == 0x0d && at[10] == 0xfe,
        "the device tree is all of the extra bootinfo");
  for (; at + sizeof(board) < end && !found; at++) {
    word_t i = 0;
    while (board[i] != 0 && at[i] == (uint8_t)board[i])
      i++;
    found = board[i] == 0;
  }
  check(found, "and names the board");
}

static void look_at_untypeds(void) {
  static const word_t wanted[] = {0x02098000, 0x020c4000, 0x020d0000,
                                  0x020d4000, 0x02188000, 0x02194000,
                                  0x021a0000, 0x021e8000, 0x02204000};
  word_t cap, all = 1;

  for (word_t i = 0; i < COUNT(wanted); i++)
    all = all && covering(wanted[i], &cap) != 0;
  check((int)all, "device memory covers what the board has");
  check(covering(0x00a01000, &cap) == 0, "but not the interrupt controller");
}

static void use_epit(word_t notification) {
  word_t epit = map_device(EPIT1);
  word_t handler = take_irq(IRQ_EPIT1, notification);

  check(epit != 0 && handler != 0, "EPIT: mapped, and its interrupt");
  REG(epit, 0x08) = 20000;                                       /* LR */
  REG(epit, 0x00) = 1u << 24 | 1u << 3 | 1u << 2 | 1u << 1 | 1u; /* CR */
  for (int i = 0; i < 3; i++) {
    wait(notification);
    REG(epit, 0x04) = 1; /* SR: the compare event is done */
    invoke(handler, INFO(IRQ_ACK, 0, 0), 0);
    print("EPIT tick\n");
  }
  REG(epit, 0x00) = 0;
}

static void use_gpt(word_t notification) {
  word_t gpt = map_device(GPT);
  word_t handler = take_irq(IRQ_GPT, notification);

  check(gpt != 0 && handler != 0, "GPT: mapped, and its interrupt");
  REG(gpt, 0x10) = 5000;                             /* OCR1 */
  REG(gpt, 0x0c) = 1;                                /* IR: output compare 1 */
  REG(gpt, 0x00) = 1u << 9 | 1u << 6 | 1u << 1 | 1u; /* CR */
  wait(notification);
  check((REG(gpt, 0x08) & 1) == 1 && REG(gpt, 0x24) >= 5000,
        "GPT: it came when its counter said so");
  REG(gpt, 0x00) = 0;
  REG(gpt, 0x08) = 0x3f;
  invoke(handler, INFO(IRQ_ACK, 0, 0), 0);
}

static void use_receiver(word_t notification) {
  word_t handler = take_irq(IRQ_UART2, notification);
  char got = 0;

  check(handler != 0, "UART: the receiver's interrupt");
  REG(uart, 0x80) |= 1u << 9; /* UCR1.RRDYEN */
  while (got != '.') {
    wait(notification);
    while (got != '.' && (REG(uart, 0x94) & 1u << 9) != 0) { /* USR1.RRDY */
      got = (char)REG(uart, 0x00);
      put(got);
    }
    invoke(handler, INFO(IRQ_ACK, 0, 0), 0);
  }
  REG(uart, 0x80) &= ~(1u << 9);
  print("\n");
}

void foreign_main(const struct bootinfo *given, const word_t *others);

void foreign_main(const struct bootinfo *given, const word_t *others) {
  word_t first; /* a notification for each device */

  start_runtime(given);
  if (map_console()) {
    print("a root task that nobody here wrote\n");
    look_at_image(others);
    look_at_bootinfo();
    look_at_tree();
    look_at_untypeds();
    first = retype(ram_untyped, OBJ_NOTIFICATION, 0, 3);
    use_epit(first);
    use_gpt(first + 1);
    use_receiver(first + 2);
    print(bad == 0 ? "all is as it should be\n" : "something is BAD\n");
  }
  regs[0] = uart == 0 || bad != 0;
  trap(regs, (word_t)SYS_HALT);
}
