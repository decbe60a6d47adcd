/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bare-metal program for the tests of the emulator plug-in: core 0 writes
 * flight-recorder records as fast as it can, far more than a ring holds. The
 * layout is that of kernel/abi/abi/event.h.
 */
#include <stdint.h>

#define RING ((volatile uint32_t *)0x4e008000u)
#define RING_RECORDS 448u
#define RECORD_WORDS 16u
#define RECORDS 5000u
#define CHECK_START 0x544e5645u
#define CHECK_PRIME 0x01000193u
#define KIND_MARK 13u
#define VERSION 2u

void core_main(uint32_t core);

static void write_record(uint32_t sequence) {
  volatile uint32_t *record = &RING[sequence % RING_RECORDS * RECORD_WORDS];
  uint32_t check = CHECK_START;

  record[0] = 0;
  for (uint32_t i = 1; i < RECORD_WORDS; i++) {
    uint32_t word = i == 1 ? sequence : i == 2 ? KIND_MARK | VERSION << 24 : 0;
    record[i] = word;
    check = (check ^ word) * CHECK_PRIME;
  }
  record[0] = check;
}

void core_main(uint32_t core) {
  (void)core;
  for (uint32_t i = 0; i < RECORDS; i++) {
    write_record(i);
  }
  volatile uint32_t block[2] = {0x20026u, 42};
  register uint32_t r0 __asm__("r0") = 0x20;
  register volatile uint32_t *r1 __asm__("r1") = block;
  __asm__ volatile("svc 0x123456" : : "r"(r0), "r"(r1) : "memory");
}
