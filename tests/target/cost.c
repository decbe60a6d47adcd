/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Something to count: each way to a device, often and alike, for host tools
 * that tell paths apart by their system call (`./trireme bench shim`).
 */
#include "arena.h"
#include "device.h"
#include "groups.h"
#include "report.h"
#include "sel4/sel4.h"
#include "shim_user/shim.h"
#include "space.h"

#define MEMORY 0x41000000u
#define SHARED 0x41001000u /* the same frame, not cached */
#define PAGE 0x1000u
#define ROUNDS 200u
#define FIFO_BYTES 32u
#define BATCH_ACCESSES 16u
#define FRAME_BYTES 1536u /* of Ethernet, in whole lines */

static void single(void) {
  for (word_t i = 0; i < ROUNDS; i++) {
    shim_write32(SHARED, i);
    shim_read32(SHARED);
    *(volatile word_t *)(SHARED + 4) = i; /* trapped */
  }
}

static void many(void) {
  static struct shim_access accesses[BATCH_ACCESSES];
  static const uint8_t bytes[FIFO_BYTES];
  for (word_t k = 0; k < BATCH_ACCESSES; k++) {
    accesses[k] = shim_load32(SHARED + 4 * k);
  }
  for (word_t i = 0; i < ROUNDS; i++) {
    shim_batch(accesses, BATCH_ACCESSES);
    shim_write_fifo(SHARED, bytes, FIFO_BYTES, SHARED);
    shim_read_block((void *)MEMORY, SHARED, PAGE);
  }
}

static void dma(void) {
  for (word_t i = 0; i < ROUNDS; i++) {
    shim_clean((const void *)MEMORY, FRAME_BYTES);
    shim_invalidate((void *)MEMORY, FRAME_BYTES);
  }
}

void test_cost(void) {
  cptr_t frame = arena_make(OBJECT_SMALL_PAGE, 0);
  space_map(ROOT_SLOT_VSPACE, frame, MEMORY, SPACE_DATA);
  space_map(ROOT_SLOT_VSPACE, frame, SHARED, SPACE_DEVICE);
  CHECK(device_by_call(), "there is something to count");
  single();
  many();
  dma();
}
