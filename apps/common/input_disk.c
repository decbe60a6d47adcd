/* SPDX-License-Identifier: BSD-2-Clause */
/* Input from the RAM disk, a page at a time through the block driver. */
#include "app/input.h"

#include "driver/block.h"
#include "rt/start.h"
#include "sel4/sel4.h"

#define PIECE 4096u

static seL4_Word offset; /* of the next piece */

static int disk_next(const uint8_t **bytes) {
  const struct rt_connection *disk = rt_connect(RT_SERVICE_BLOCK);
  seL4_Word given = offset;
  seL4_Word wanted = PIECE;
  seL4_MessageInfo_t reply = seL4_CallWithMRs(
      disk->endpoint, seL4_MessageInfo_new(BLOCK_READ, 0, 0, 2), &given,
      &wanted, NULL, NULL);
  if (seL4_MessageInfo_get_label(reply) != ERR_NONE || given > PIECE) {
    return -1;
  }
  offset += given;
  *bytes = (const uint8_t *)(uintptr_t)disk->shared;
  return (int)given;
}

static void disk_rewind(void) {
  offset = 0;
}

const struct input input_disk = {.next = disk_next, .rewind = disk_rewind};
