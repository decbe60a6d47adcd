/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device-visible image: bytes that all agree on are written there once,
 * and bytes that devices have written there are read once, for all. By pages,
 * since neither a caller's buffer nor a block may cross one.
 */
#include "kernel/image.h"
#include "abi/memory.h"
#include "kernel/arch.h"
#include "kernel/hooks.h"
#include "rcoe/track.h"
#include "shim/caller.h"
#include "shim/device.h"
#include "shim/transfer.h"

#define PAGE_SIZE 4096u

static void write_out(paddr_t paddr, word_t bytes) {
  struct device_request request = {.kind = DEVICE_WRITE_BLOCK,
                                   .device = paddr,
                                   .count = bytes,
                                   .buffer = arch_ptr(paddr)};
  struct arch_sums sums = transfer_check(request.buffer, bytes);
  request.check_lo = sums.sum;
  request.check_hi = sums.sum_of_sums;
  device_operate(&request);
}

/*
 * A device may go on writing next to these bytes, or even to them: so nobody
 * but the primary looks at them, and all take what it has seen.
 */
static void read_in(paddr_t paddr, word_t bytes) {
  const struct device_request request = {.kind = DEVICE_READ_BLOCK,
                                         .device = paddr,
                                         .count = bytes,
                                         .buffer = arch_ptr(paddr)};
  track_written(paddr);
  device_operate(&request);
}

static void by_pages(paddr_t paddr, word_t bytes,
                     void (*move)(paddr_t paddr, word_t bytes)) {
  while (bytes > 0) {
    word_t left = PAGE_SIZE - paddr % PAGE_SIZE;
    word_t part = bytes < left ? bytes : left;
    move(paddr, part);
    paddr += part;
    bytes -= part;
  }
}

void hook_image_write(paddr_t paddr, word_t bytes) {
  by_pages(paddr, bytes, write_out);
}

void hook_image_read(paddr_t paddr, word_t bytes) {
  by_pages(paddr, bytes, read_in);
}

/* ---- shim calls ---------------------------------------------------------- */

bool image_call(word_t number, struct context *context) {
  bool write = (int32_t)number == SHIM_INVALIDATE;
  vaddr_t va = context->reg[CONTEXT_R2];
  word_t bytes = context->reg[CONTEXT_R3];
  if (!write && (int32_t)number != SHIM_CLEAN)
    return false;
  if (bytes == 0 || bytes > SHIM_BLOCK_MAX) {
    caller_refuse(context, DEVICE_ARGUMENT_COUNT);
    return true;
  }
  paddr_t paddr =
      device_request_crosses_page(va, bytes) ? 0 : caller_memory(va, write);
  if (paddr == 0) {
    caller_refuse(context, DEVICE_ARGUMENT_BUFFER);
    return true;
  }
  if (write)
    image_invalidate(paddr, bytes);
  else
    image_clean(paddr, bytes);
  caller_answer(context, ERR_NONE, 0);
  return true;
}
