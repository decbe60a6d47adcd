/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the primary alone executes: everything between the vote and the bus.
 * A flip in here is seen by nobody else, so there is as little of it as can
 * be, and what can be checked is: blocks are moved and then looked at again.
 *
 * The primary's data area holds, for operations in steps, a progress word and
 * from VALUES_OFFSET on what loads have brought; for others, a block. They lie
 * farther inside than a slot is long: the data area is one flipped bit of a
 * pointer away from it.
 */
#include "shim/access.h"

#include "abi/memory.h"
#include "kernel/arch.h"
#include "rcoe/channel.h"
#include "rcoe/verdict.h"
#include "shim/transfer.h"

#define BLOCK_TRIES 3u
#define PROGRESS_OFFSET 512u
#define VALUES_OFFSET (PROGRESS_OFFSET + ARCH_LINE_BYTES)
#define PROGRESS_BITS 8u /* for the steps; above them the number */

_Static_assert(SHIM_FIFO_MAX < 1u << PROGRESS_BITS &&
                   SHIM_BATCH_MAX < 1u << PROGRESS_BITS,
               "the steps of an operation have room");

/* What the last batch has brought, as it was loaded or taken. */
static REPLICA_LOCAL struct {
  word_t value[SHIM_BATCH_MAX];
  struct arch_sums check;
} kept;

/* Written and read by functions of other files only: no access is elided. */
static uint8_t *data_area(uint32_t of) {
  return (uint8_t *)(uintptr_t)arch_shared_block(of) + SHARED_DATA_OFFSET;
}

static uint8_t *values(uint32_t of) {
  return data_area(of) + VALUES_OFFSET;
}

/* ---- where it is --------------------------------------------------------- */

/* Everybody has voted on the address; that the window leads there, too, only
   the primary can tell. */
static OUT_OF_LINE volatile void *reach(paddr_t device) {
  volatile void *address = arch_device_ptr(device);
  if (!arch_device_is_at(address, device)) {
    arch_devices_close();
    verdict_failed(DETECTOR_EXPOSED);
  }
  return address;
}

/* ---- single accesses ----------------------------------------------------- */

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

/* ---- progress ------------------------------------------------------------ */

/*
 * How many steps of which operation have been done, in the own data area.
 * Between an access to the device and the store here is the only moment at
 * which a successor can not tell.
 */
static volatile uint32_t *progress(uint32_t of) {
  return (volatile uint32_t *)(void *)(data_area(of) + PROGRESS_OFFSET);
}

static uint32_t progress_of(uint32_t number, word_t done) {
  return number << PROGRESS_BITS | done;
}

static void note_progress(volatile uint32_t *progress, word_t done) {
  arch_memory_barrier(); /* the device has it before anybody reads so */
  *progress = progress_of(replica.operation.number, done);
}

word_t access_progress(uint32_t of, uint32_t number) {
  uint32_t found = *progress(of);
  word_t done = found & ((1u << PROGRESS_BITS) - 1);
  return found == progress_of(number, done) ? done : ACCESS_NOT_BEGUN;
}

void access_begin(word_t done) {
  *progress(replica.self) = progress_of(replica.operation.number, done);
}

void access_inherit(const struct device_request *request, uint32_t predecessor,
                    word_t done) {
  word_t bytes = done * sizeof(word_t);
  if (request->kind != DEVICE_BATCH)
    return;
  kept.check = transfer_copy(kept.value, values(predecessor), bytes);
  transfer_copy(values(replica.self), kept.value, bytes);
}

/* ---- operations in steps ------------------------------------------------- */

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

/* Every value is kept twice, until one check has seen the other. */
static OUT_OF_LINE void run_batch(const struct device_request *request,
                                  word_t from) {
  volatile uint32_t *done = progress(replica.self);
  volatile word_t *shown = (volatile word_t *)(void *)values(replica.self);
  for (word_t i = from; i < request->count; i++) {
    const struct device_access *step = &request->accesses[i];
    volatile void *address = reach(step->device);
    word_t value = step->value;
    if (step->write)
      write_one(address, step->width, value);
    else
      value = read_one(address, step->width);
    kept.value[i] = value;
    shown[i] = value;
    note_progress(done, i + 1);
  }
  kept.check = transfer_check(kept.value, request->count * sizeof(word_t));
}

static OUT_OF_LINE void show_batch(const struct device_request *request) {
  transfer_copy(values(replica.self), kept.value,
                request->count * sizeof(word_t));
}

/* ---- blocks -------------------------------------------------------------- */

static void note_check(struct operation *done, word_t bytes,
                       struct arch_sums sums) {
  done->bytes = bytes;
  done->check_lo = sums.sum;
  done->check_hi = sums.sum_of_sums;
}

/*
 * Read the block twice, the second time only to check: a flip in a register
 * of the copying loop would otherwise be wrong input for everybody. A device
 * that writes meanwhile makes them differ, too: then the last copy counts. But
 * if the block stands still, it is the copying that is broken: then the sums of
 * the block are logged, which nobody will find in the copy.
 */
static OUT_OF_LINE void read_block(const struct device_request *request,
                                   const void *address,
                                   struct operation *done) {
  struct arch_sums copied;
  struct arch_sums again;
  word_t tries = 0;
  do {
    copied = transfer_copy(data_area(replica.self), address, request->count);
    again = transfer_check(address, request->count);
  } while (!transfer_equal(copied, again) && ++tries < BLOCK_TRIES);
  if (!transfer_equal(copied, again) &&
      transfer_equal(again, transfer_check(address, request->count)))
    copied = again;
  note_check(done, request->count, copied);
}

/*
 * What was read must be what was voted on; if it is not, this replica's memory
 * has changed since. What has landed is looked at, too, unless a device writes
 * to the same bytes, which is the driver's affair.
 */
static OUT_OF_LINE void write_block(const struct device_request *request,
                                    void *address) {
  const struct arch_sums voted = {request->check_lo, request->check_hi};
  struct arch_sums copied;
  struct arch_sums landed;
  word_t tries = 0;
  do {
    copied = transfer_copy(address, request->buffer, request->count);
    landed = transfer_check(address, request->count);
  } while (!(transfer_equal(copied, voted) && transfer_equal(landed, voted)) &&
           ++tries < BLOCK_TRIES);
  if (!transfer_equal(copied, voted))
    verdict_failed(DETECTOR_INPUT);
}

/* ---- all of them --------------------------------------------------------- */

static bool is_batch(enum device_kind kind) {
  return kind == DEVICE_BATCH || kind == DEVICE_SHOW;
}

/* Blocks and batches. */
static OUT_OF_LINE void perform_other(const struct device_request *request,
                                      word_t from, struct operation *done) {
  if (is_batch(request->kind)) {
    if (request->kind == DEVICE_BATCH)
      run_batch(request, from);
    else
      show_batch(request);
    note_check(done, request->count, kept.check);
    return;
  }
  volatile void *address = reach(request->device);
  if (request->kind == DEVICE_READ_BLOCK)
    read_block(request, (const void *)(uintptr_t)address, done);
  else
    write_block(request, (void *)(uintptr_t)address);
}

void access_perform(const struct device_request *request, word_t from,
                    struct operation *done) {
  if (!device_request_is_plain(request)) {
    perform_other(request, from, done);
    return;
  }
  volatile void *address = reach(request->device);
  if (request->kind == DEVICE_READ) {
    done->value = read_one(address, request->width);
  } else if (request->kind == DEVICE_WRITE) {
    write_one(address, request->width, request->value);
    note_progress(progress(replica.self), 1);
  } else {
    write_fifo(request, address, from);
    if (request->status)
      done->value = read_one(reach(request->status), 4);
  }
}

/* ---- everybody's share --------------------------------------------------- */

/* The primary has kept its own: what others see of it may have flipped. */
static bool take_batch(const struct device_request *request,
                       struct arch_sums expected) {
  word_t bytes = request->count * sizeof(word_t);
  struct arch_sums found =
      replica_is_primary()
          ? transfer_check(kept.value, bytes)
          : transfer_copy(kept.value, values(replica.cycle.primary), bytes);
  kept.check = expected;
  for (word_t i = 0; i < request->count; i++)
    if (!request->accesses[i].write) /* what is stored was voted on */
      request->accesses[i].value = kept.value[i];
  return transfer_equal(expected, found);
}

bool access_take(const struct device_request *request,
                 const struct operation *log) {
  const struct arch_sums expected = {log->check_lo, log->check_hi};
  if (log->bytes != request->count)
    return false;
  if (request->kind != DEVICE_READ_BLOCK)
    return take_batch(request, expected);
  return transfer_equal(
      expected, transfer_copy(request->buffer, data_area(replica.cycle.primary),
                              log->bytes));
}
