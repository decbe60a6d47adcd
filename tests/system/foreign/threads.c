/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Another root task as somebody writes one for seL4: a C library with floating
 * point, threads that the timer takes turns with, a handler of faults, a
 * process in an address space of its own, a server that a device's interrupt
 * wakes amid its clients' calls. Its console must be the same whatever
 * protects it.
 */
#include "library.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define EPIT2 0x020d4000u /* i.MX 6Dual/6Quad RM, 24.6 */
#define IRQ_EPIT2 89u
#define GPIO1 0x0209c000u /* 28.5 */
#define REG(page, offset) (*(volatile word_t *)((page) + (offset)))
#define PLACE 0x90000000u   /* where memory is mapped */
#define LAZY 0x90400000u    /* where the handler maps it when it is missing */
#define DEVICES 0x90800000u /* where devices are */
#define PROCESS 0x00400000u /* in the process's own space */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define THREADS 3u
#define ROUNDS 20000u

enum {
  TCB_WRITE = 3,
  TCB_CONFIGURE = 5,
  TCB_PRIORITY = 6,
  TCB_SUSPEND = 11,
  TCB_RESUME = 12,
  TCB_BIND = 13,
  CNODE_REVOKE = 17,
  ASID_ASSIGN = 47,
  OBJ_TCB = 1,
  OBJ_ENDPOINT = 2,
  OBJ_CNODE = 4,
  OBJ_PD = 5,
  OBJ_LARGE = 7,
  OBJ_SECTION = 8,
  CAP_ASID_POOL = 6,
  FAULT_SYSCALL = 2,
  FAULT_USER = 3,
  FAULT_VM = 5,
};
enum { SYS_REPLY_RECV = -2, SYS_SEND = -3, SYS_REPLY = -6 };

void thread_entry(void);

static word_t next_place = PLACE;
static word_t handler_ep, server_ep, done;

struct thread {
  word_t tls[4]; /* the first two are the ABI's */
  void (*run)(struct thread *self);
  struct ipc_buffer *buffer;
  word_t tcb, number;
  double sum;
  word_t result;
  uint64_t stack[1024];
};

static struct thread threads[8];

/* ---- threads ------------------------------------------------------------- */

/* The first thing that a thread executes; r0 is its own structure. */
void thread_main(struct thread *self) {
  word_t regs[6] = {(word_t)self->tls};
  trap(regs, (word_t)SYS_SET_TLS_BASE);
  self->run(self);
  word_t end[6] = {done, INFO(0x42, 0, 1), self->number};
  trap(end, (word_t)SYS_SEND);
  word_t stop[6] = {self->tcb, INFO(TCB_SUSPEND, 0, 0)};
  for (;;)
    trap(stop, (word_t)SYS_CALL);
}

static struct thread *start(word_t number, word_t priority,
                            void (*run)(struct thread *)) {
  struct thread *self = &threads[number];
  word_t frame = make(ram, OBJ_PAGE, 0), place = next_place;
  const word_t spaces[] = {mint(handler_ep, 15, 100 + number), 0, 0, place};
  word_t registers[2 + 19] = {1, 19};

  next_place += 0x1000;
  map_in(CAP_PD, frame, place, 3);
  *self = (struct thread){.run = run,
                          .number = number,
                          .buffer = (struct ipc_buffer *)place,
                          .tcb = make(ram, OBJ_TCB, 0)};
  buffer->caps[0] = CAP_CNODE;
  buffer->caps[1] = CAP_PD;
  buffer->caps[2] = frame;
  word_t error = invoke(self->tcb, INFO(TCB_CONFIGURE, 3, 4), spaces);
  buffer->caps[0] = CAP_TCB;
  error |= invoke(self->tcb, INFO(TCB_PRIORITY, 1, 1), &priority);
  registers[2] = (word_t)thread_entry;
  registers[3] = (word_t)(self->stack + COUNT(self->stack));
  registers[5] = (word_t)self; /* r0 */
  error |= invoke(self->tcb, INFO(TCB_WRITE, 0, 21), registers);
  if (error != 0)
    printf("thread %lu: error %lu\n", (unsigned long)number,
           (unsigned long)error);
  return self;
}

/* Wait for the end of that many threads. */
static void join(word_t count) {
  for (word_t i = 0; i < count; i++) {
    word_t regs[6] = {done};
    trap(regs, (word_t)SYS_RECV);
  }
}

/* ---- floating point, by threads that the tick takes turns with ----------- */

static void compute(struct thread *self) {
  double sum = 0;
  for (word_t i = 1; i <= ROUNDS; i++)
    sum += sqrt((double)i) * (double)(self->number + 1);
  self->sum = sum;
}

static void look_at_floats(void) {
  for (word_t i = 0; i < THREADS; i++)
    start(i, 100, compute);
  join(THREADS);
  double alone = threads[0].sum;
  check(threads[1].sum / alone > 1.999999 && threads[2].sum / alone < 3.000001,
        "threads compute side by side");
  printf("     sum of %u roots: %.6f\n", ROUNDS, alone);
}

/* ---- faults -------------------------------------------------------------- */

static void faulty(struct thread *self) {
  word_t regs[6] = {11, 22, 33, 44, 55, 66};
  *(volatile word_t *)(LAZY + 0x123000) = 7; /* nothing is there */
  self->result = *(volatile word_t *)(LAZY + 0x123000);
  __asm__ volatile(".arm\n udf #7"); /* nobody's instruction */
  trap(regs, 1234);                  /* nobody's system call */
  self->result += regs[0];
}

static void look_at_faults(void) {
  word_t seen[3] = {0}, at = 0;
  start(0, 100, faulty);
  word_t regs[6] = {handler_ep};
  trap(regs, (word_t)SYS_RECV);
  for (word_t i = 0; i < 3; i++) {
    word_t label = regs[1] >> 12, answer[12] = {0};
    seen[i] = label;
    if (label == FAULT_VM) {
      at = regs[3];
      map_in(CAP_PD, make(ram, OBJ_PAGE, 0), at & ~0xfffu, 3);
    } else if (label == FAULT_USER) {
      answer[0] = regs[2] + 4;
    } else {
      answer[0] = 4321; /* r0; the others as they were */
      for (word_t n = 1; n < 12; n++)
        answer[n] = n < 4 ? regs[2 + n] : buffer->mr[n];
      answer[8] += 4; /* behind the svc */
    }
    word_t length = label == FAULT_VM ? 0 : label == FAULT_USER ? 1 : 12;
    regs[0] = handler_ep;
    regs[1] = INFO(0, 0, length);
    for (word_t n = 0; n < 12; n++) {
      if (n < 4)
        regs[2 + n] = answer[n];
      else
        buffer->mr[n] = answer[n];
    }
    trap(regs, i < 2 ? (word_t)SYS_REPLY_RECV : (word_t)SYS_REPLY);
  }
  join(1);
  check(seen[0] == FAULT_VM && seen[1] == FAULT_USER &&
            seen[2] == FAULT_SYSCALL,
        "three kinds of fault come as messages");
  check(at == LAZY + 0x123000 && threads[0].result == 7 + 4321,
        "and what is answered counts");
}

/* ---- a server, woken by clients and by a device -------------------------- */

#define TICK_BADGE 0x100u
static word_t epit, ticks_served, calls_served;

static void serve(struct thread *self) {
  word_t regs[6] = {server_ep};
  trap(regs, (word_t)SYS_RECV);
  while (calls_served < 20 || ticks_served < 4) {
    if (regs[0] == TICK_BADGE) {
      REG(epit, 0x04) = 1;
      ticks_served++;
      word_t ack[6] = {self->result, INFO(IRQ_ACK, 0, 0)};
      trap(ack, (word_t)SYS_CALL);
      regs[0] = server_ep;
      trap(regs, (word_t)SYS_RECV);
      continue;
    }
    calls_served++;
    regs[1] = INFO(0, 0, 2);
    regs[2] = regs[2] * regs[2] + regs[0]; /* badge */
    regs[3] = self->number;
    regs[0] = server_ep;
    trap(regs, (word_t)SYS_REPLY_RECV);
  }
}

static void ask(struct thread *self) {
  word_t cap = self->tls[3];
  for (word_t i = 0; i < 10; i++) {
    word_t regs[6] = {cap, INFO(0, 0, 1), i};
    trap(regs, (word_t)SYS_CALL);
    self->result += regs[2];
  }
}

static word_t device_page(word_t paddr) {
  for (word_t i = 0; i < info->untyped.end - info->untyped.start; i++) {
    struct untyped u = info->list[i];
    word_t cap = info->untyped.start + i;
    if (!u.device || paddr - u.paddr >= 1u << u.bits)
      continue;
    while (u.bits > 12) { /* the other halves are lost: nobody wants them */
      u.bits--;
      word_t low = make(cap, OBJ_UNTYPED, u.bits);
      word_t high = make(cap, OBJ_UNTYPED, u.bits);
      cap = paddr - u.paddr < 1u << u.bits ? low : high;
      u.paddr += cap == high ? 1u << u.bits : 0;
    }
    return make(cap, OBJ_PAGE, 0);
  }
  return 0;
}

static void look_at_server(void) {
  const word_t irq[] = {IRQ_EPIT2, next_slot, 32};
  word_t handler = next_slot++, event = make(ram, 3, 0);
  map_in(CAP_PD, device_page(EPIT2), DEVICES, 0);
  epit = DEVICES;
  buffer->caps[0] = CAP_CNODE;
  word_t error = invoke(CAP_IRQ, INFO(IRQ_ISSUE, 1, 3), irq);
  buffer->caps[0] = mint(event, 1, TICK_BADGE);
  error |= invoke(handler, INFO(IRQ_SET, 1, 0), 0);
  struct thread *server = start(0, 150, serve);
  server->result = handler;
  buffer->caps[0] = event;
  error |= invoke(server->tcb, INFO(TCB_BIND, 1, 0), 0);
  check(error == 0, "an interrupt is bound to a server");
  for (word_t i = 1; i <= 2; i++)
    start(i, 100, ask)->tls[3] = mint(server_ep, 9, 1000 * i);
  REG(epit, 0x08) = 3000;
  REG(epit, 0x00) = 1u << 24 | 1u << 3 | 1u << 2 | 1u << 1 | 1u;
  join(3);
  REG(epit, 0x00) = 0;
  check(threads[1].result == 285 + 10000 && threads[2].result == 285 + 20000,
        "each client gets its answers");
  check(calls_served == 20 && ticks_served >= 4, "amid the ticks of a device");
}

/* ---- a process ----------------------------------------------------------- */

static const word_t program[] = {
    0xe3a04000, /*     mov r4, #0                          */
    0xe2844001, /* 1:  add r4, r4, #1                      */
    0xe3540064, /*     cmp r4, #100                        */
    0x1afffffc, /*     bne 1b                              */
    0xe3a00001, /*     mov r0, #1     its only capability  */
    0xe3a01001, /*     mov r1, #1     a message of a word  */
    0xe1a02004, /*     mov r2, r4                          */
    0xe3e07002, /*     mvn r7, #2     Send                 */
    0xef000000, /*     svc #0                              */
    0xe7f000f0, /*     udf #0                              */
};

static void look_at_process(void) {
  word_t pd = make(ram, OBJ_PD, 0), cnode = make(ram, OBJ_CNODE, 2);
  word_t frame = make(ram, OBJ_PAGE, 0), tcb = make(ram, OBJ_TCB, 0);
  const word_t give[] = {1, 2, done, 32, 15, 77};
  const word_t spaces[] = {1, 30u << 3, 0, 0};
  word_t registers[2 + 1] = {1, 1, PROCESS}, priority = 90;

  buffer->caps[0] = pd;
  word_t error = invoke(CAP_ASID_POOL, INFO(ASID_ASSIGN, 1, 0), 0);
  buffer->caps[0] = CAP_CNODE;
  error |= invoke(cnode, INFO(CNODE_MINT, 1, 6), give);
  error |= map_in(CAP_PD, frame, next_place, 3);
  memcpy((void *)next_place, program, sizeof(program));
  const word_t all[] = {0, sizeof(program)};
  error |= invoke(frame, INFO(44, 0, 2), all); /* Unify_Instruction */
  error |= map_in(pd, mint(frame, 2, 0), PROCESS, 3);
  buffer->caps[0] = cnode;
  buffer->caps[1] = pd;
  buffer->caps[2] = frame; /* present, as it must be; no buffer */
  error |= invoke(tcb, INFO(TCB_CONFIGURE, 3, 4), spaces);
  buffer->caps[0] = CAP_TCB;
  error |= invoke(tcb, INFO(TCB_PRIORITY, 1, 1), &priority);
  error |= invoke(tcb, INFO(TCB_WRITE, 0, 3), registers);
  word_t regs[6] = {done};
  trap(regs, (word_t)SYS_RECV);
  check(error == 0 && regs[0] == 77 && regs[2] == 100,
        "a process sends from its own address space");
  regs[0] = done; /* its capability is also its fault handler */
  trap(regs, (word_t)SYS_RECV);
  check(regs[0] == 77 && regs[1] >> 12 == FAULT_USER && regs[2] == PROCESS + 36,
        "and its fault comes the same way");
}

/* ---- memory -------------------------------------------------------------- */

static void look_at_memory(void) {
  word_t piece = make(ram, OBJ_UNTYPED, 21), large = make(piece, OBJ_LARGE, 0);
  word_t section = make(piece, OBJ_SECTION, 0);
  const word_t slot[] = {piece, 32};
  volatile word_t *a = (word_t *)0xa0010000, *b = (word_t *)0xa0100000;

  check(map_in(CAP_PD, large, 0xa0010000, 3) == 0 &&
            map_in(CAP_PD, section, 0xa0100000, 3) == 0,
        "large frames are mapped");
  word_t old = a[0] | a[16383] | b[0] | b[262143];
  a[16383] = b[262143] = 5;
  check(old == 0 && a[16383] + b[262143] == 10, "from first to last word");
  check(invoke(CAP_CNODE, INFO(CNODE_REVOKE, 0, 2), slot) == 0,
        "revoked, their memory comes back");
  section = make(piece, OBJ_SECTION, 0);
  map_in(CAP_PD, section, 0xa0100000, 3);
  check(b[262143] == 0, "as zeros");
}

static void look_at_pins(void) {
  word_t page = DEVICES + 0x1000;
  map_in(CAP_PD, device_page(GPIO1), page, 0);
  REG(page, 0x04) |= 0x00ff0000; /* GDIR: these pins are outputs */
  REG(page, 0x00) = 0x00a50000;  /* DR */
  check((REG(page, 0x00) & 0x00ff0000) == 0x00a50000, "pins are driven");
}

void foreign_main(const struct bootinfo *given, const word_t *others);

void foreign_main(const struct bootinfo *given, const word_t *others) {
  (void)others;
  info = given;
  buffer = given->buffer;
  next_slot = given->empty.start;
  for (word_t i = 0; i < given->untyped.end - given->untyped.start; i++)
    if (!given->list[i].device && given->list[i].bits >= 23)
      ram = given->untyped.start + i;
  setvbuf(stdout, 0, _IOLBF, 256);
  printf("threads of a stranger, pi is %.9f\n", acos(-1.0));
  handler_ep = make(ram, OBJ_ENDPOINT, 0);
  server_ep = make(ram, OBJ_ENDPOINT, 0);
  done = make(ram, OBJ_ENDPOINT, 0);
  look_at_floats();
  look_at_faults();
  look_at_server();
  look_at_process();
  look_at_memory();
  look_at_pins();
  printf("the end\n");
  check(0, 0);
}
