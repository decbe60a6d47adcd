/* SPDX-License-Identifier: BSD-2-Clause */
/* shim/mech/access.c: what a flip in the primary's data area or log may do. */
#include "abi/memory.h"
#include "harness/check.h"
#include "harness/fake_arch.h"
#include "kernel/arch.h"
#include "rcoe/replica.h"
#include "rcoe/verdict.h"
#include "shim/access.h"

#include <stdlib.h>
#include <string.h>

#define REGISTER 0x100u
#define STEPS 3u
#define NUMBER 0x12345u
#define BLOCK 64u
#define VALUES_OFFSET 544u /* of the data area: shim/mech/access.c */

struct replica replica;

NORETURN void verdict_failed(uint32_t detector) {
  (void)detector;
  abort();
}

static uint8_t *data_area(void) {
  return (uint8_t *)(uintptr_t)arch_shared_block(0) + SHARED_DATA_OFFSET;
}

static volatile uint32_t *device_word(void) {
  return (volatile uint32_t *)arch_device_ptr(REGISTER);
}

static const struct replica primary = {.cycle = {.live = 7, .primary = 0},
                                       .operation = {.number = NUMBER}};
static struct device_access steps[STEPS];
static const struct device_request batch = {
    .kind = DEVICE_BATCH, .count = STEPS, .accesses = steps};

/* A store, and two loads of it. @return What the primary logs. */
static struct operation perform_batch(void) {
  struct operation done = {.stage = OPERATION_DONE};
  replica = primary;
  for (uint32_t i = 0; i < STEPS; i++)
    steps[i] = (struct device_access){.device = REGISTER, .width = 4};
  steps[0].write = true;
  steps[0].value = 0x1234u;
  access_begin(0);
  access_perform(&batch, 0, &done);
  return done;
}

static void test_a_batch_is_done_and_taken(void) {
  struct operation log = perform_batch();
  CHECK(*device_word() == 0x1234u, "the store is done");
  CHECK(access_progress(0, NUMBER) == STEPS, "all steps are noted");
  CHECK(access_progress(0, NUMBER + 1) == ACCESS_NOT_BEGUN,
        "and are none of the next operation");
  CHECK(access_take(&batch, &log), "what it brought fits the log");
  CHECK(steps[1].value == 0x1234u && steps[2].value == 0x1234u,
        "loads have what the register held");
}

static void test_a_flip_does_not_change_what_is_stored(void) {
  struct operation log = perform_batch();
  replica.self = 1; /* as a backup sees it */
  for (uint32_t i = 0; i < STEPS; i++)
    data_area()[VALUES_OFFSET + i * sizeof(word_t)] ^= 4;
  CHECK(!access_take(&batch, &log), "the flip is seen");
  CHECK(steps[0].value == 0x1234u,
        "the next try stores what was voted on, not what was shown");
}

static void test_a_log_of_another_length_is_not_taken(void) {
  uint8_t private[2 * BLOCK];
  struct device_request request = {.kind = DEVICE_READ_BLOCK,
                                   .device = REGISTER,
                                   .count = BLOCK,
                                   .buffer = private};
  struct operation log = {.stage = OPERATION_DONE};
  replica = primary;
  memset(private, 0xee, sizeof(private));
  access_begin(0);
  access_perform(&request, 0, &log);
  CHECK(access_take(&request, &log), "the block is taken");
  memset(private, 0xee, sizeof(private));
  log.bytes = 2 * BLOCK;
  CHECK(!access_take(&request, &log), "a flipped length is bad data");
  CHECK(private[0] == 0xee && private[2 * BLOCK - 1] == 0xee,
        "and nothing is copied by it");
}

static void test_a_successor_has_what_its_predecessor_loaded(void) {
  struct operation log = {.stage = OPERATION_DONE};
  perform_batch();
  memset(data_area() + VALUES_OFFSET + 2 * sizeof(word_t), 0, sizeof(word_t));
  *device_word() = 0x77u;
  access_inherit(&batch, 0, 2);
  access_begin(2);
  access_perform(&batch, 2, &log);
  CHECK(access_take(&batch, &log), "the whole fits one check");
  CHECK(steps[1].value == 0x1234u && steps[2].value == 0x77u,
        "old loads are kept, the last is new");
}

int main(void) {
  test_a_batch_is_done_and_taken();
  test_a_flip_does_not_change_what_is_stored();
  test_a_log_of_another_length_is_not_taken();
  test_a_successor_has_what_its_predecessor_loaded();
  return check_report("access");
}
