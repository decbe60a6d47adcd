/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device operations: agree, perform once, share the result.
 *
 *   meet          everybody wants the same operation (signature)
 *   perform       the primary alone touches the bus, between two entries of
 *                 its operation log (STARTED, DONE)
 *   meet          when this is passed, the primary's log says DONE; if the
 *                 primary was convicted meanwhile, its successor settles the
 *                 operation and all meet again
 *   take          everybody copies the result and folds it
 *
 * Exposed (executed once, after the vote): the instructions of `access_one`
 * and of the loops around it in this file, and the bytes in the primary's data
 * area until they are checked in `take_block`.
 */
#include "shim/device.h"

#include "abi/memory.h"
#include "kernel/arch.h"
#include "kernel/assert.h"
#include "kernel/event.h"
#include "rcoe/channel.h"
#include "rcoe/meet.h"
#include "rcoe/verdict.h"

static REPLICA_LOCAL uint32_t operations; /* performed or agreed so far */

static volatile uint8_t *data_area(uint32_t of) {
  return (volatile uint8_t *)arch_shared_block(of) + SHARED_DATA_OFFSET;
}

/* ---- the primary's access ------------------------------------------------ */

static word_t access_one(const struct request *request, word_t value) {
  volatile void *address = arch_device_ptr(request->device);
  bool read = request->kind == REQUEST_READ;
  switch (request->width) {
  case 1:
    return read ? *(volatile uint8_t *)address
                : (*(volatile uint8_t *)address = (uint8_t)value);
  case 2:
    return read ? *(volatile uint16_t *)address
                : (*(volatile uint16_t *)address = (uint16_t)value);
  default:
    return read ? *(volatile uint32_t *)address
                : (*(volatile uint32_t *)address = value);
  }
}

static void access_block(const struct request *request) {
  const volatile uint8_t *from = arch_device_ptr(request->device);
  volatile uint8_t *to = data_area(replica.self);
  struct signature check = SIGNATURE_INITIAL;
  uint8_t word[4];
  for (word_t i = 0; i < request->count; i += 4) {
    word_t bytes = request->count - i < 4 ? request->count - i : 4;
    for (word_t k = 0; k < bytes; k++)
      word[k] = to[i + k] = from[i + k];
    signature_fold_bytes(&check, word, bytes);
  }
  replica.operation.bytes = request->count;
  replica.operation.check_lo = check.lo;
  replica.operation.check_hi = check.hi;
}

static void access(const struct request *request) {
  arch_devices_open();
  if (request->kind == REQUEST_READ_BLOCK)
    access_block(request);
  else if (request->kind == REQUEST_WRITE_FIFO)
    for (word_t i = 0; i < request->count; i++)
      access_one(request, request->bytes[i]);
  else
    replica.operation.value = access_one(request, request->value);
  arch_devices_close();
}

static void perform(const struct request *request) {
  replica.operation =
      (struct operation){.number = operations, .stage = OPERATION_STARTED};
  channel_publish_operation();
  access(request);
  replica.operation.stage = OPERATION_DONE;
  channel_publish_operation();
}

/* The primary changed while the operation was in flight. */
static void settle(const struct request *request, uint32_t predecessor) {
  struct operation left;
  bool readable = channel_read_operation(predecessor, &left);
  switch (request_settle(request, operations, &left, readable)) {
  case SETTLE_ADOPT:
    replica.operation = left;
    break;
  case SETTLE_SKIP:
    replica.operation =
        (struct operation){.number = operations, .stage = OPERATION_DONE};
    break;
  case SETTLE_PERFORM:
  default:
    perform(request);
    return;
  }
  channel_publish_operation();
}

/* ---- everybody's share --------------------------------------------------- */

/*
 * The primary's log after a meeting. A flip in its slot heals when the primary
 * publishes again, which it does while it waits for us.
 */
static struct operation log_of_primary(void) {
  struct operation log;
  uint64_t end = arch_time() + replica.limits.deadline;
  while (!channel_read_operation(replica.cycle.primary, &log)) {
    if (arch_time() > end)
      verdict_failed();
    arch_wait_for_event();
  }
  return log;
}

static bool take_block(const struct operation *log, uint8_t *buffer) {
  const volatile uint8_t *from = data_area(replica.cycle.primary);
  struct signature check = SIGNATURE_INITIAL;
  for (uint32_t i = 0; i < log->bytes; i++)
    buffer[i] = from[i];
  signature_fold_bytes(&check, buffer, log->bytes);
  return check.lo == log->check_lo && check.hi == log->check_hi;
}

static void take(const struct request *request, const struct operation *log,
                 uint8_t *buffer) {
  replica_fold(log->value);
  if (request->kind != REQUEST_READ_BLOCK)
    return;
  kernel_assert(log->bytes == request->count);
  if (!take_block(log, buffer) && !take_block(log, buffer)) {
    event_write(EVENT_DETECT, (word_t[4]){DETECTOR_INPUT, 1u << replica.self},
                NULL);
    verdict_failed();
  }
  replica_fold(log->check_lo);
  replica_fold(log->check_hi);
}

word_t device_operate(const struct request *request, uint8_t *buffer) {
  struct operation log;
  uint32_t performer = replica.cycle.primary;
  operations++;
  request_fold(request, &replica.signature);
  meet(MEET_PLAIN);
  if (replica_is_primary() && performer == replica.self)
    perform(request);
  for (;;) {
    if (replica_is_primary() && performer != replica.self)
      settle(request, performer);
    performer = replica.cycle.primary;
    meet(MEET_PLAIN);
    log = log_of_primary();
    if (log.number == operations && log.stage == OPERATION_DONE)
      break;
  }
  take(request, &log, buffer);
  return request->kind == REQUEST_READ ? log.value : 0;
}
