/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bare-metal program for the tests of the emulator plug-in: four cores count
 * without ever waiting, core 0 prints all counts and ends the run. It knows
 * nothing of the system proper and must stay free of it.
 */
#include <stdint.h>

#define UART2_DATA (*(volatile uint32_t *)0x021e8040u) /* i.MX6 UART UTXD */
#define UART2_UCR1 (*(volatile uint32_t *)0x021e8080u)
#define UART2_UCR2 (*(volatile uint32_t *)0x021e8084u)
#define SRC ((volatile uint32_t *)0x020d8000u) /* IMX6DQRM, SRC */
#define GLOBAL_TIMER_CONTROL (*(volatile uint32_t *)0x00a00208u)
#define ROUNDS 200000u

volatile uint32_t counts[4] = {0, 0, 0, 0};
volatile uint32_t target_value = 7;

void core_main(uint32_t core);
void secondary_entry(void);

__attribute__((noinline)) uint32_t probe_step(uint32_t value);
uint32_t probe_step(uint32_t value) {
  return value + 1;
}

static void put(char c) {
  UART2_DATA = (uint32_t)c;
}

static void put_number(uint32_t value) {
  char digits[11];
  int at = 0;

  do {
    digits[at++] = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  while (at > 0) {
    put(digits[--at]);
  }
  put(' ');
}

static void end_run(uint32_t status) {
  volatile uint32_t block[2] = {0x20026u, status};
  register uint32_t r0 __asm__("r0") = 0x20;
  register volatile uint32_t *r1 __asm__("r1") = block;

  __asm__ volatile("svc 0x123456" : : "r"(r0), "r"(r1) : "memory");
}

static void count(uint32_t core, uint32_t rounds) {
  uint32_t value = 0;

  for (uint32_t i = 0; i < rounds; i++) {
    value = probe_step(value);
    counts[core] = value;
  }
}

void core_main(uint32_t core) {
  if (core != 0) {
    count(core, UINT32_MAX);
  }
  UART2_UCR1 = 1;
  UART2_UCR2 = 0x4007;
  GLOBAL_TIMER_CONTROL = 1;
  for (uint32_t i = 1; i < 4; i++) {
    SRC[8 + 2 * i] = (uint32_t)&secondary_entry;
    SRC[9 + 2 * i] = i;
    SRC[0] |= 1u << (21 + i);
  }
  count(0, ROUNDS);
  for (uint32_t i = 0; i < 4; i++) {
    put_number(counts[i]);
  }
  put_number(target_value);
  put('\n');
  end_run(42);
}
