/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shim/core/region.c: every address has one region, rights are those of the
 * list, and what a request does is counted where it does it.
 */
#include "harness/check.h"
#include "shim/region.h"

#include <string.h>

#define UART2 0x021e8000u
#define WDOG1 0x020bc000u
#define WDOG2 0x020c0000u
#define OCOTP 0x021bc000u
#define IMAGE 0x10001000u /* of RAM */
#define LAST_PERIPHERAL 0x021fc000u
#define BOTH (REGION_RIGHT_READ | REGION_RIGHT_WRITE)

static struct region_count counts[REGION_COUNT];

static const struct region_count *of(paddr_t paddr) {
  return &counts[region_of(paddr)];
}

static void every_address_has_one_region(void) {
  for (word_t i = 0; i < REGION_MEMORY; i++) {
    CHECK(region_of(region_start(i)) == i, "a region starts in itself");
    CHECK(region_of(region_start(i) + 0x3fff) == i, "and is 16 KiB long");
  }
  CHECK(region_of(LAST_PERIPHERAL) == REGION_PERIPHERALS - 1, "the last one");
  CHECK(region_of(0x01ffffff) == REGION_MEMORY &&
            region_of(0x02200000) == REGION_MEMORY &&
            region_of(IMAGE) == REGION_MEMORY && region_of(0) == REGION_MEMORY,
        "all else is memory");
  CHECK(region_of(0x00a01100) == REGION_CORES &&
            region_of(0x00a04000) == REGION_MEMORY,
        "but for the distributor's");
  CHECK(region_start(REGION_MEMORY) == 0, "which has no start");
}

static void two_peripherals_are_only_read(void) {
  word_t denied = 0;
  for (word_t i = 0; i < REGION_PERIPHERALS; i++) {
    CHECK(region_rights(i) & REGION_RIGHT_READ, "all may be read");
    denied += region_rights(i) != BOTH;
  }
  CHECK(denied == 2, "two may not be written");
  CHECK(region_rights(REGION_CORES) == 0, "the distributor is the kernel's");
  CHECK(region_rights(REGION_MEMORY) == BOTH, "memory is for all");
  CHECK(region_rights(region_of(WDOG1)) == REGION_RIGHT_READ,
        "the kernel's watchdog");
  CHECK(region_rights(region_of(OCOTP)) == REGION_RIGHT_READ, "the fuses");
  CHECK(region_rights(region_of(WDOG2)) == BOTH, "the programs' watchdog may");
}

static void requests_are_counted_where_they_act(void) {
  struct device_access accesses[] = {
      {.device = WDOG2, .width = 2, .write = true},
      {.device = IMAGE, .width = 4},
      {.device = UART2, .width = 4},
  };
  const struct device_request requests[] = {
      {.kind = DEVICE_READ, .device = UART2, .width = 4},
      {.kind = DEVICE_WRITE, .device = WDOG2, .width = 2},
      {.kind = DEVICE_WRITE_FIFO, .device = UART2, .count = 20},
      {.kind = DEVICE_WRITE_FIFO,
       .device = UART2,
       .count = 3,
       .status = UART2 + 0x98},
      {.kind = DEVICE_READ_BLOCK, .device = IMAGE, .count = 4096},
      {.kind = DEVICE_WRITE_BLOCK, .device = IMAGE, .count = 60},
      {.kind = DEVICE_BATCH, .count = 3, .accesses = accesses},
      {.kind = DEVICE_SHOW, .count = 3, .accesses = accesses},
  };
  memset(counts, 0, sizeof counts);
  for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
    region_account(counts, &requests[i]);
  CHECK(of(UART2)->loads == 3 && of(UART2)->stores == 23, "a FIFO's bytes");
  CHECK(of(WDOG2)->loads == 0 && of(WDOG2)->stores == 2, "a store of a batch");
  CHECK(of(IMAGE)->loads == 1 && of(IMAGE)->block_bytes == 4156, "blocks");
  word_t used = 0;
  for (word_t i = 0; i < REGION_COUNT; i++)
    used += counts[i].loads + counts[i].stores + counts[i].block_bytes != 0;
  CHECK(used == 3, "and nowhere else");
}

int main(void) {
  every_address_has_one_region();
  two_peripherals_are_only_read();
  requests_are_counted_where_they_act();
  return check_report("region");
}
