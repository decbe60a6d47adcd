/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Something to count: `bench WHAT ROUNDS` makes ROUNDS equal operations and
 * prints one line of constant length. It measures nothing itself; host tools
 * count the instructions of two runs that differ only in ROUNDS and divide.
 *
 *   null      the least system call there is: SetTLSBase to the same value
 *   yield     Yield with nobody else ready
 *   ipc       Call and reply, no words, with a process of its own (partner.c)
 *   integer   the same, both sides without floating-point registers
 *   message   the same with a message of 16 words, through the IPC buffers
 *   nothing   an empty loop
 */
#include "app/arguments.h"
#include "app/console.h"
#include "partner.h"
#include "rt/start.h"
#include "sel4/sel4.h"

#include <stdio.h>
#include <string.h>

#define MESSAGE_WORDS 16 /* more than the fast path takes */

static void bench_nothing(uint32_t rounds) {
  for (uint32_t i = 0; i < rounds; i++) {
    __asm__ volatile("" ::: "memory"); /* keeps the loop */
  }
}

static void bench_null(uint32_t rounds) {
  seL4_Word base = (seL4_Word)(uintptr_t)rt_thread_self();
  for (uint32_t i = 0; i < rounds; i++) {
    seL4_SetTLSBase(base);
  }
}

static void bench_yield(uint32_t rounds) {
  for (uint32_t i = 0; i < rounds; i++) {
    seL4_Yield();
  }
}

static void bench_ipc(uint32_t rounds) {
  seL4_CPtr partner = rt_connect(RT_SERVICE_PARTNER)->endpoint;
  for (uint32_t i = 0; i < rounds; i++) {
    struct rt_trap trap = {.r0 = partner};
    rt_trap(SYSCALL_CALL, &trap);
  }
}

static void bench_integer(uint32_t rounds) {
  seL4_CPtr own = rt_start_page()->thread;
  struct rt_trap trap = {.r0 = rt_connect(RT_SERVICE_PARTNER)->endpoint,
                         .r1 = MESSAGE_INFO(PARTNER_INTEGER, 0, 0, 0)};
  rt_trap(SYSCALL_CALL, &trap);
  seL4_TCB_SetFlags(own, 0, NO_FLOATING_POINT);
  bench_ipc(rounds);
  seL4_TCB_SetFlags(own, NO_FLOATING_POINT, 0);
}

static void bench_message(uint32_t rounds) {
  seL4_CPtr partner = rt_connect(RT_SERVICE_PARTNER)->endpoint;
  seL4_MessageInfo_t info = seL4_MessageInfo_new(0, 0, 0, MESSAGE_WORDS);
  for (uint32_t i = 0; i < rounds; i++) {
    struct rt_trap trap = {.r0 = partner, .r1 = info.words[0]};
    rt_trap(SYSCALL_CALL, &trap);
  }
}

struct bench {
  const char *name;
  void (*run)(uint32_t rounds);
};

static const struct bench benches[] = {
    {"null", bench_null},       {"yield", bench_yield},
    {"ipc", bench_ipc},         {"message", bench_message},
    {"nothing", bench_nothing}, {"integer", bench_integer},
};

static const struct bench *bench_find(const char *name) {
  for (size_t i = 0; i < sizeof benches / sizeof benches[0]; i++) {
    if (strcmp(benches[i].name, name) == 0) {
      return &benches[i];
    }
  }
  return NULL;
}

int main(int argc, char **argv) {
  uint32_t rounds = 0;
  console_start();
  const struct bench *bench = argc == 3 ? bench_find(argv[1]) : NULL;
  if (bench == NULL || !argument_count(argv[2], &rounds)) {
    puts("usage: bench null|yield|ipc|integer|message|nothing ROUNDS");
    return EXIT_USAGE;
  }
  bench->run(rounds);
  puts("bench done");
  return 0;
}
