/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device access of drivers: a const table of operations per world, and the
 * cutting of long transfers to what a shim call may carry.
 */
#include "shim_user/shim.h"

#include "direct.h"
#include "shim/calls.h"
#include "trapped.h"

#include <string.h>

#define PAGE_SIZE 4096u
#define BATCH_ALIGNMENT 1024u

struct ways {
  uint32_t (*read)(vaddr_t device, word_t width);
  void (*write)(vaddr_t device, word_t width, uint32_t value);
  uint32_t (*write_fifo)(vaddr_t device, const uint8_t *bytes, size_t count,
                         vaddr_t status);
  void (*read_block)(void *bytes, vaddr_t device, size_t count);
  void (*batch)(struct shim_access *accesses, size_t count);
  void (*clean)(vaddr_t start, size_t count);
  void (*invalidate)(vaddr_t start, size_t count);
};

static const struct ways direct = {
    .read = direct_read,
    .write = direct_write,
    .write_fifo = direct_write_fifo,
    .read_block = direct_read_block,
    .batch = direct_batch,
    .clean = direct_clean,
    .invalidate = direct_invalidate,
};

static const struct ways trapped = {
    .read = trapped_read,
    .write = trapped_write,
    .write_fifo = trapped_write_fifo,
    .read_block = trapped_read_block,
    .batch = trapped_batch,
    .clean = trapped_clean,
    .invalidate = trapped_invalidate,
};

static const struct ways *access;

/* A shim call's buffer may not cross a page: aligned to its size, ours can
 * not. */
static uint8_t fifo_buffer[SHIM_FIFO_MAX]
    __attribute__((aligned(SHIM_FIFO_MAX)));

void shim_start(const struct boot_arguments *arguments) {
  access = arguments->device_by_call != 0 ? &trapped : &direct;
}

uint32_t shim_read32(vaddr_t device) {
  return access->read(device, 4);
}

uint16_t shim_read16(vaddr_t device) {
  return (uint16_t)access->read(device, 2);
}

void shim_write32(vaddr_t device, uint32_t value) {
  access->write(device, 4, value);
}

void shim_write16(vaddr_t device, uint16_t value) {
  access->write(device, 2, value);
}

static size_t smaller(size_t a, size_t b) {
  return a < b ? a : b;
}

uint32_t shim_write_fifo(vaddr_t device, const uint8_t *bytes, size_t count,
                         vaddr_t status) {
  uint32_t value = 0;
  while (count > 0) {
    size_t part = smaller(count, SHIM_FIFO_MAX);
    memcpy(fifo_buffer, bytes, part);
    value = access->write_fifo(device, fifo_buffer, part,
                               part == count ? status : 0);
    bytes += part;
    count -= part;
  }
  return value;
}

/* Bytes from `address` to the end of its page. */
static size_t left_in_page(uintptr_t address) {
  return PAGE_SIZE - (address & (PAGE_SIZE - 1));
}

void shim_read_block(void *bytes, vaddr_t device, size_t count) {
  uint8_t *to = bytes;
  while (count > 0) {
    size_t part = smaller(left_in_page((uintptr_t)to), left_in_page(device));
    part = smaller(part, count);
    access->read_block(to, device, part);
    to += part;
    device += (vaddr_t)part;
    count -= part;
  }
}

/* Accesses of a shim call may not cross a page: aligned, these can not. */
static struct shim_access batch[SHIM_BATCH_MAX]
    __attribute__((aligned(BATCH_ALIGNMENT)));

_Static_assert(sizeof batch <= BATCH_ALIGNMENT, "a batch fits in a page");

void shim_batch(struct shim_access *accesses, size_t count) {
  while (count > 0) {
    size_t part = smaller(count, SHIM_BATCH_MAX);
    memcpy(batch, accesses, part * sizeof *batch);
    access->batch(batch, part);
    memcpy(accesses, batch, part * sizeof *batch);
    accesses += part;
    count -= part;
  }
}

/* Do `operation` with [start, start + count), page by page. */
static void by_pages(void (*operation)(vaddr_t start, size_t count),
                     vaddr_t start, size_t count) {
  while (count > 0) {
    size_t part = smaller(left_in_page(start), count);
    operation(start, part);
    start += (vaddr_t)part;
    count -= part;
  }
}

void shim_clean(const void *bytes, size_t count) {
  by_pages(access->clean, (vaddr_t)(uintptr_t)bytes, count);
}

void shim_invalidate(void *bytes, size_t count) {
  by_pages(access->invalidate, (vaddr_t)(uintptr_t)bytes, count);
}

bool shim_bring_back(const struct boot_arguments *arguments) {
  return arguments->device_by_call != 0 && trapped_bring_back();
}

struct shim_replicas shim_replicas(const struct boot_arguments *arguments) {
  return arguments->device_by_call != 0 ? trapped_replicas()
                                        : (struct shim_replicas){0};
}
