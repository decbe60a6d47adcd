/* SPDX-License-Identifier: BSD-2-Clause */
/* Device access by shim call; registers as shim/calls.h lays them out. */
#include "trapped.h"

#include "abi/error.h"
#include "rt/print.h"
#include "sel4/syscalls.h"
#include "shim/calls.h"

/* One shim call: r0-r4 in, error and value out. Returns r1. */
static word_t call(enum shim_call number, const word_t arguments[5]) {
  struct rt_trap trap = {arguments[0],
                         arguments[1],
                         {arguments[2], arguments[3], arguments[4], 0}};
  rt_trap((enum syscall)number, &trap);
  if (trap.r0 != ERR_NONE) {
    rt_panic("shim call refused");
  }
  return trap.r1;
}

uint32_t trapped_read(vaddr_t device, word_t width) {
  return call(SHIM_READ, (const word_t[]){device, width, 0, 0, 0});
}

void trapped_write(vaddr_t device, word_t width, uint32_t value) {
  call(SHIM_WRITE, (const word_t[]){device, width, value, 0, 0});
}

uint32_t trapped_write_fifo(vaddr_t device, const uint8_t *bytes, size_t count,
                            vaddr_t status) {
  return call(SHIM_WRITE_FIFO,
              (const word_t[]){device, 4, (vaddr_t)(uintptr_t)bytes,
                               (word_t)count, status});
}

void trapped_read_block(void *bytes, vaddr_t device, size_t count) {
  call(SHIM_READ_BLOCK, (const word_t[]){device, 0, (vaddr_t)(uintptr_t)bytes,
                                         (word_t)count, 0});
}

void trapped_batch(struct shim_access *accesses, size_t count) {
  call(SHIM_BATCH,
       (const word_t[]){0, 0, (vaddr_t)(uintptr_t)accesses, (word_t)count, 0});
}

void trapped_clean(vaddr_t start, size_t count) {
  call(SHIM_CLEAN, (const word_t[]){0, 0, start, (word_t)count, 0});
}

void trapped_invalidate(vaddr_t start, size_t count) {
  call(SHIM_INVALIDATE, (const word_t[]){0, 0, start, (word_t)count, 0});
}

bool trapped_bring_back(void) {
  struct rt_trap trap = {0};
  rt_trap((enum syscall)SHIM_BRING_BACK, &trap);
  return trap.r0 == ERR_NONE;
}

struct shim_replicas trapped_replicas(void) {
  struct rt_trap trap = {0};
  rt_trap((enum syscall)SHIM_REPLICAS, &trap);
  return (struct shim_replicas){
      .live = trap.r1 & SHIM_REPLICAS_LIVE,
      .primary = trap.r1 >> SHIM_REPLICAS_PRIMARY_SHIFT,
      .downgrades = trap.mr[0],
      .returns = trap.mr[1],
      .mended = trap.mr[2],
  };
}
