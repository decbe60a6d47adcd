/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SPI NOR flash: a sector that is erased reads as ones, holds what is
 * programmed, keeps zeros until it is erased again, and its neighbour does not
 * change; what the driver can not do, it refuses.
 */
#include "parts.h"

#include "driver/client.h"
#include "driver/flash.h"

#include <stdio.h>
#include <string.h>

#define SECTOR 0x1ff000u /* the last one: nobody's records lie there */
#define COUNT 300u       /* more than a burst, not a multiple of one */

static enum err flash(enum flash_label label, word_t offset, word_t count) {
  word_t words[2] = {offset, count};
  enum err error = client_call(RT_SERVICE_FLASH, label, words);
  return error == ERR_NONE && words[0] < count ? ERR_RANGE : error;
}

static uint32_t sum_of(const uint8_t *bytes, word_t count) {
  uint32_t sum = 0;
  for (word_t i = 0; i < count; i++) {
    sum = sum * 31 + bytes[i];
  }
  return sum;
}

static bool erased(const uint8_t *bytes, word_t count) {
  word_t i = 0;
  while (i < count && bytes[i] == 0xff) {
    i++;
  }
  return i == count;
}

static bool program_reads_back(uint8_t *shared) {
  uint8_t wanted[COUNT];
  for (word_t i = 0; i < COUNT; i++) {
    wanted[i] = (uint8_t)(7 * i + i / 256);
  }
  memcpy(shared, wanted, COUNT);
  enum err error = flash(FLASH_PROGRAM, SECTOR + 2, COUNT);
  memset(shared, 0, COUNT);
  return error == ERR_NONE && flash(FLASH_READ, SECTOR, 2) == ERR_NONE &&
         erased(shared, 2) &&
         flash(FLASH_READ, SECTOR + 2, COUNT) == ERR_NONE &&
         memcmp(shared, wanted, COUNT) == 0;
}

static bool refuses_what_it_must(void) {
  return flash(FLASH_READ, 0x200000, 1) == ERR_RANGE &&
         flash(FLASH_READ, 0xffffffff, 2) == ERR_RANGE &&
         flash(FLASH_READ, 0, 4097) == ERR_RANGE &&
         flash(FLASH_PROGRAM, 1, 2) == ERR_ALIGNMENT &&
         flash(FLASH_ERASE, SECTOR + 4, 0) == ERR_ALIGNMENT &&
         flash((enum flash_label)77, 0, 0) == ERR_ILLEGAL_OPERATION;
}

bool part_flash(void) {
  uint8_t *shared = client_shared(RT_SERVICE_FLASH);
  word_t info[2] = {0, 0};
  client_call(RT_SERVICE_FLASH, FLASH_INFO, info);
  printf("flash: %lu bytes, sectors of %lu\n", (unsigned long)info[0],
         (unsigned long)info[1]);
  bool blank = flash(FLASH_ERASE, SECTOR, 4096) == ERR_NONE &&
               flash(FLASH_READ, SECTOR, 4096) == ERR_NONE &&
               erased(shared, 4096);
  bool holds = program_reads_back(shared);
  printf("flash: programmed %u, sum %08lx\n", COUNT,
         (unsigned long)sum_of(shared, COUNT));
  return blank && holds && refuses_what_it_must();
}
