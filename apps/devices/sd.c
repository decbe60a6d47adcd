/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The SD card: blocks at its start and its end are read, changed and read back,
 * a counter in the last one goes on from run to run, and what lies beyond is
 * refused. Without a card it says so.
 */
#include "parts.h"

#include "driver/block.h"
#include "driver/client.h"

#include <stdio.h>
#include <string.h>

#define SEVERAL (3 * BLOCK_BYTES)

static uint8_t *shared;

static enum err sd(enum block_label label, word_t offset, word_t count) {
  word_t words[2] = {offset, count};
  enum err error = client_call(RT_SERVICE_SD, label, words);
  return error == ERR_NONE && words[0] != count ? ERR_RANGE : error;
}

static bool blocks_come_back(word_t offset) {
  uint8_t wanted[16];
  bool right = true;
  for (word_t i = 0; i < SEVERAL; i++) {
    shared[i] = (uint8_t)(11 * i + i / BLOCK_BYTES);
  }
  memcpy(wanted, shared + BLOCK_BYTES, sizeof wanted);
  right = sd(BLOCK_WRITE, offset, SEVERAL) == ERR_NONE;
  memset(shared, 0, SEVERAL);
  right =
      right && sd(BLOCK_READ, offset + BLOCK_BYTES, BLOCK_BYTES) == ERR_NONE;
  return right && memcmp(shared, wanted, sizeof wanted) == 0;
}

static unsigned count_runs(word_t offset) {
  if (sd(BLOCK_READ, offset, BLOCK_BYTES) != ERR_NONE) {
    return 0;
  }
  uint8_t runs = ++shared[0];
  return sd(BLOCK_WRITE, offset, BLOCK_BYTES) == ERR_NONE ? runs : 0;
}

bool part_sd(void) {
  word_t size[2] = {0, 0};
  shared = client_shared(RT_SERVICE_SD);
  if (client_call(RT_SERVICE_SD, BLOCK_SIZE, size) != ERR_NONE) {
    return false;
  }
  if (size[0] == 0) {
    puts("sd: no card");
    return sd(BLOCK_READ, 0, BLOCK_BYTES) == ERR_RANGE;
  }
  unsigned runs = count_runs(size[0] - BLOCK_BYTES);
  printf("sd: %lu bytes, run %u on this card\n", (unsigned long)size[0], runs);
  return runs > 0 && blocks_come_back(0) &&
         blocks_come_back(size[0] - BLOCK_BYTES - SEVERAL) &&
         sd(BLOCK_READ, size[0], BLOCK_BYTES) == ERR_RANGE &&
         sd(BLOCK_WRITE, 1, BLOCK_BYTES) == ERR_ALIGNMENT &&
         sd(BLOCK_READ, 0, 9 * BLOCK_BYTES) == ERR_RANGE;
}
