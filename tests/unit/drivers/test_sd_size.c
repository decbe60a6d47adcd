/* SPDX-License-Identifier: BSD-2-Clause */
/* drivers/sd/sd_size.c: sizes of both kinds of card. */
#include "sd_card.h"

#include "harness/check.h"

/* Put `count` bits at bit `from` of a CSD whose words begin at bit 8. */
static void set(uint32_t csd[4], uint32_t from, uint32_t count,
                uint32_t value) {
  for (uint32_t i = 0; i < count; i++) {
    uint32_t at = from - 8 + i;
    csd[at / 32] |= (value >> i & 1) << at % 32;
  }
}

static uint32_t standard(uint32_t size, uint32_t multiplier, uint32_t length) {
  uint32_t csd[4] = {0};
  set(csd, 62, 12, size);
  set(csd, 47, 3, multiplier);
  set(csd, 80, 4, length);
  return card_size(csd);
}

static uint32_t large(uint32_t size) {
  uint32_t csd[4] = {0};
  set(csd, 126, 2, 1);
  set(csd, 48, 22, size);
  return card_size(csd);
}

int main(void) {
  CHECK(standard(0, 0, 9) == 4, "the smallest");
  CHECK(standard(2047, 0, 9) == 8192, "4 MiB");
  CHECK(standard(4095, 7, 10) == 4096u * 1024, "2 GiB, blocks of 1 KiB");
  CHECK(standard(1, 1, 8) == 0 && standard(1, 1, 12) == 0,
        "blocks of a size that no card has");
  CHECK(large(0) == 1024, "512 KiB");
  CHECK(large(7579) == 7761920, "a card of 4 GB");
  return check_report("sd_size");
}
