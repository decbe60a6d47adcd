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
 *   take          everybody copies the result and folds it; blocks are
 *                 checked, all meet once more, and a bad one is read again
 *
 * Exposed (executed once, after the vote): the instructions of `access` and
 * what it calls in this file. Blocks are read twice and checked on both sides,
 * so a single flip among them costs a repetition, not the input.
 */
#include "shim/device.h"

#include "abi/memory.h"
#include "kernel/arch.h"
#include "kernel/assert.h"
#include "kernel/event.h"
#include "rcoe/channel.h"
#include "rcoe/meet.h"
#include "rcoe/verdict.h"
#include "shim/transfer.h"

#define BLOCK_TRIES 3u
#define LOG_UNREADABLE 0x10bad10bu /* in the signature */

static uint32_t operations; /* agreed so far; equal in all replicas */

/* Written and read by functions of other files only: no access is elided. */
static uint8_t *data_area(uint32_t of) {
  return (uint8_t *)(uintptr_t)arch_shared_block(of) + SHARED_DATA_OFFSET;
}

/* ---- the primary's access ------------------------------------------------ */

static word_t read_one(const volatile void *address, word_t width) {
  switch (width) {
  case 1:
    return *(const volatile uint8_t *)address;
  case 2:
    return *(const volatile uint16_t *)address;
  default:
    return *(const volatile uint32_t *)address;
  }
}

static void write_one(volatile void *address, word_t width, word_t value) {
  switch (width) {
  case 1:
    *(volatile uint8_t *)address = (uint8_t)value;
    break;
  case 2:
    *(volatile uint16_t *)address = (uint16_t)value;
    break;
  default:
    *(volatile uint32_t *)address = value;
  }
}

/*
 * Read the block twice, the second time only to check: a flip in a register
 * of the copying loop would otherwise be wrong input for everybody.
 */
static void read_block(const struct device_request *request,
                       const void *address, struct operation *done) {
  struct arch_sums copied;
  struct arch_sums again;
  word_t tries = 0;
  do {
    copied = transfer_copy(data_area(replica.self), address, request->count);
    again = transfer_check(address, request->count);
  } while (!transfer_equal(copied, again) && ++tries < BLOCK_TRIES);
  done->bytes = request->count;
  done->check_lo = copied.sum;
  done->check_hi = copied.sum_of_sums;
}

/*
 * How many accesses of a write have been done, in the own data area, which
 * serves reads otherwise. Between a store to the device and the one here is
 * the only moment at which a successor can not tell.
 */
static volatile uint32_t *progress(uint32_t of) {
  return (volatile uint32_t *)(void *)data_area(of);
}

static void note_progress(volatile uint32_t *progress, word_t done) {
  arch_memory_barrier(); /* the device has it before anybody reads so */
  *progress = done;
}

/* `from`: accesses of a write that a predecessor has done. */
static OUT_OF_LINE void write_fifo(const struct device_request *request,
                                   volatile void *address, word_t from) {
  volatile uint32_t *done = progress(replica.self);
  const uint8_t *bytes = request->buffer;
  word_t width = request->width;
  word_t count = request->count;
  for (word_t i = from; i < count; i++) {
    write_one(address, width, bytes[i]);
    note_progress(done, i + 1);
  }
}

static void access(const struct device_request *request, word_t from,
                   struct operation *done) {
  volatile void *address = arch_device_ptr(request->device);
  arch_devices_open();
  switch (request->kind) {
  case DEVICE_READ:
    done->value = read_one(address, request->width);
    break;
  case DEVICE_WRITE:
    write_one(address, request->width, request->value);
    note_progress(progress(replica.self), 1);
    break;
  case DEVICE_WRITE_FIFO:
    write_fifo(request, address, from);
    if (request->status)
      done->value = read_one(arch_device_ptr(request->status), 4);
    break;
  case DEVICE_READ_BLOCK:
    read_block(request, (const void *)(uintptr_t)address, done);
    break;
  }
  arch_devices_close();
}

/* The private log changes only just before it is published: whoever dies in
   between leaves a legible one. */
static void perform(const struct device_request *request, word_t from) {
  struct operation done = {.number = operations, .stage = OPERATION_DONE};
  replica.operation =
      (struct operation){.number = operations, .stage = OPERATION_STARTED};
  *progress(replica.self) = from;
  channel_publish_operation();
  access(request, from, &done);
  replica.operation = done;
  channel_publish_operation();
}

/* Do what is left of a write of which `done` accesses have been done. */
static void resume(const struct device_request *request, word_t done) {
  if (done < device_request_accesses(request) || request->status)
    perform(request, done);
  else
    replica.operation =
        (struct operation){.number = operations, .stage = OPERATION_DONE};
}

/* The primary changed while the operation was in flight. */
static void settle(const struct device_request *request, uint32_t predecessor) {
  struct operation left;
  bool readable = channel_read_operation(predecessor, &left);
  switch (device_request_settle(request, operations, &left, readable)) {
  case SETTLE_ADOPT:
    replica.operation = left;
    break;
  case SETTLE_RESUME:
    resume(request, *progress(predecessor));
    break;
  case SETTLE_PERFORM:
  default:
    perform(request, 0);
    return;
  }
  channel_publish_operation();
}

/* ---- everybody's share --------------------------------------------------- */

/*
 * The primary's log after a meeting. A flip in its slot heals when the primary
 * publishes again, which it does while it waits for us.
 * @return False if it stays illegible, or is not about this operation.
 */
static bool read_log(struct operation *log) {
  uint64_t end = arch_time() + replica.limits.deadline;
  while (!channel_read_operation(replica.cycle.primary, log)) {
    if (arch_time() > end)
      return false;
    arch_wait_for_event();
  }
  return log->number == operations && log->stage == OPERATION_DONE;
}

static bool take_block(const struct operation *log, uint8_t *buffer) {
  const struct arch_sums expected = {log->check_lo, log->check_hi};
  return transfer_equal(
      expected,
      transfer_copy(buffer, data_area(replica.cycle.primary), log->bytes));
}

/* Meet until nobody who was to do the operation is lost before that. */
static void meet_when_done(const struct device_request *request) {
  uint32_t performer;
  do {
    performer = replica.cycle.primary;
    meet(MEET_PLAIN);
    if (replica_is_primary() && performer != replica.self)
      settle(request, performer);
  } while (performer != replica.cycle.primary);
}

/*
 * Have the operation done. Whether it is done is decided by what all know
 * alike: the primary that was to do it is still primary after the meeting.
 * (The log itself would not do: a slower replica may already read in it what
 * the next primary has done since.)
 */
static void have_performed(const struct device_request *request) {
  uint32_t performer = replica.cycle.primary;
  operations++;
  replica_fold(operations);
  replica_fold(replica.cycle.primary << 8 ^ replica.cycle.live);
  meet(MEET_PLAIN);
  if (replica_is_primary() && performer == replica.self)
    perform(request, 0);
  else if (replica_is_primary())
    settle(request, performer);
  meet_when_done(request);
}

/*
 * The primary has met as if the operation were done, but its log can not be
 * read. Say so in the signature: the next meeting finds out whether it is the
 * primary or this replica that is odd. Then a new primary does again what
 * may be done again.
 */
static void distrust_log(const struct device_request *request) {
  uint32_t performer = replica.cycle.primary;
  replica_fold(LOG_UNREADABLE);
  meet(MEET_PLAIN);
  if (performer == replica.cycle.primary)
    verdict_failed(DETECTOR_SLOT);
  if (replica_is_primary() && device_request_writes(request)) {
    resume(request, device_request_accesses(request));
    channel_publish_operation();
  } else if (replica_is_primary()) {
    perform(request, 0);
  }
  meet_when_done(request);
}

static struct operation operate_once(const struct device_request *request) {
  struct operation log;
  have_performed(request);
  while (!read_log(&log))
    distrust_log(request);
  replica_fold(log.value);
  return log;
}

/* One try. @return Whether somebody's bytes do not fit the log's check. */
static bool block_is_bad(const struct device_request *request, bool last) {
  uint8_t *buffer = request->buffer;
  struct operation log = operate_once(request);
  kernel_assert(log.bytes == request->count);
  replica.repeat = !take_block(&log, buffer) && !take_block(&log, buffer);
  if (last)
    replica_fold(replica.repeat);
  meet(MEET_PLAIN);
  replica.repeat = false;
  if (!meet_repeat())
    return false;
  event_write(EVENT_DETECT,
              (word_t[4]){DETECTOR_INPUT, 0, replica.cycle.primary}, NULL);
  return true;
}

/*
 * If anybody's copy does not fit its check, all have the block read again: a
 * flip in the data area says nothing about who reads it. At the last try the
 * vote decides: who alone can not read it is odd, and if nobody can, it is the
 * primary that does not get another one. If that vote has taken the primary
 * away, its successor has had no try yet.
 */
static void operate_block(const struct device_request *request) {
  uint32_t performer = replica.cycle.primary;
  for (word_t tries = 1; block_is_bad(request, tries == BLOCK_TRIES); tries++) {
    if (tries < BLOCK_TRIES)
      continue;
    if (performer == replica.cycle.primary)
      meet_accusing(1u << performer, DETECTOR_INPUT);
    performer = replica.cycle.primary;
    tries = 0;
  }
}

word_t device_operate(const struct device_request *request) {
  device_request_fold(request, &replica.signature);
  if (request->kind == DEVICE_READ_BLOCK) {
    operate_block(request);
    return 0;
  }
  return operate_once(request).value;
}
