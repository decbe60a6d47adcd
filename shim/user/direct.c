/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device access by loads and stores. Every access has exactly the width that
 * was asked for and is aligned to it: device memory takes no other
 * (Arm ARM DDI 0406C A3.2.1).
 */
#include "direct.h"

#include "abi/error.h"
#include "rt/print.h"
#include "rt/start.h"
#include "sel4/invocations.h"

#include <string.h>

static volatile void *device_pointer(vaddr_t device) {
  return (volatile void *)(uintptr_t)device;
}

uint32_t direct_read(vaddr_t device, word_t width) {
  switch (width) {
  case 1:
    return *(volatile uint8_t *)device_pointer(device);
  case 2:
    return *(volatile uint16_t *)device_pointer(device);
  default:
    return *(volatile uint32_t *)device_pointer(device);
  }
}

void direct_write(vaddr_t device, word_t width, uint32_t value) {
  switch (width) {
  case 1:
    *(volatile uint8_t *)device_pointer(device) = (uint8_t)value;
    break;
  case 2:
    *(volatile uint16_t *)device_pointer(device) = (uint16_t)value;
    break;
  default:
    *(volatile uint32_t *)device_pointer(device) = value;
    break;
  }
}

uint32_t direct_write_fifo(vaddr_t device, const uint8_t *bytes, size_t count,
                           vaddr_t status) {
  for (size_t i = 0; i < count; i++) {
    direct_write(device, 4, bytes[i]);
  }
  return status != 0 ? direct_read(status, 4) : 0;
}

static bool is_word_aligned(uintptr_t address) {
  return (address & (sizeof(uint32_t) - 1)) == 0;
}

void direct_read_block(void *bytes, vaddr_t device, size_t count) {
  uint8_t *to = bytes;
  size_t done = 0;
  if (is_word_aligned((uintptr_t)to) && is_word_aligned(device)) {
    for (; done + sizeof(uint32_t) <= count; done += sizeof(uint32_t)) {
      uint32_t word = direct_read(device + (vaddr_t)done, 4);
      memcpy(&to[done], &word, sizeof word);
    }
  }
  for (; done < count; done++) {
    to[done] = (uint8_t)direct_read(device + (vaddr_t)done, 1);
  }
}

void direct_batch(struct shim_access *accesses, size_t count) {
  for (struct shim_access *a = accesses; a < accesses + count; a++) {
    word_t width = a->what & ~SHIM_ACCESS_WRITE;
    if ((a->what & SHIM_ACCESS_WRITE) != 0) {
      direct_write(a->device, width, a->value);
    } else {
      a->value = direct_read(a->device, width);
    }
  }
}

static void require(seL4_Error error) {
  if (error != ERR_NONE) {
    rt_panic("DMA memory can not be cleaned or invalidated");
  }
}

void direct_clean(vaddr_t start, size_t count) {
  cptr_t space = rt_start_page()->server.space;
  require(
      seL4_ARM_PageDirectory_Clean_Data(space, start, start + (vaddr_t)count));
}

void direct_invalidate(vaddr_t start, size_t count) {
  cptr_t space = rt_start_page()->server.space;
  require(seL4_ARM_PageDirectory_Invalidate_Data(space, start,
                                                 start + (vaddr_t)count));
}
