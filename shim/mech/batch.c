/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SHIM_BATCH: many accesses, one vote. All of them are checked before the
 * first is done. Accesses mostly follow each other in one page, whose mapping
 * is looked up once.
 */
#include "kernel/arch.h"
#include "shim/caller.h"
#include "shim/device.h"

#define PAGE_SIZE 4096u

/* Equal in all replicas; valid during a call. */
static struct device_access accesses[SHIM_BATCH_MAX];

/* The page of the last access, if it is known. */
struct place {
  vaddr_t page;
  paddr_t paddr;
  bool known;
  bool write; /* may be written */
};

static bool find(struct place *place, vaddr_t va,
                 struct device_access *access) {
  vaddr_t page = va & ~(PAGE_SIZE - 1);
  bool same = place->known && place->page == page;
  if (!same || (access->write && !place->write)) {
    *place = (struct place){.page = page, .write = access->write};
    place->known = caller_device(page, access->write, &place->paddr);
  }
  access->device = place->paddr + (va - page);
  return place->known;
}

/* @return The argument that is wrong, or DEVICE_ARGUMENTS_GOOD. */
static enum device_argument read_accesses(const struct shim_access *asked,
                                          word_t count) {
  struct place place = {0};
  for (word_t i = 0; i < count; i++) {
    struct device_access *access = &accesses[i];
    *access = (struct device_access){
        .width = asked[i].what & ~SHIM_ACCESS_WRITE,
        .value = asked[i].value,
        .write = (asked[i].what & SHIM_ACCESS_WRITE) != 0,
    };
    if (!device_request_width_fits(access->width, asked[i].device))
      return DEVICE_ARGUMENT_WIDTH;
    if (!find(&place, asked[i].device, access))
      return DEVICE_ARGUMENT_DEVICE;
  }
  return DEVICE_ARGUMENTS_GOOD;
}

static enum device_argument check(vaddr_t va, word_t count) {
  if (count == 0 || count > SHIM_BATCH_MAX)
    return DEVICE_ARGUMENT_COUNT;
  if (va % sizeof(word_t) != 0 ||
      device_request_crosses_page(va, count * sizeof(struct shim_access)))
    return DEVICE_ARGUMENT_BUFFER;
  return DEVICE_ARGUMENTS_GOOD;
}

static enum device_argument serve(vaddr_t va, word_t count) {
  enum device_argument wrong = check(va, count);
  if (wrong != DEVICE_ARGUMENTS_GOOD)
    return wrong;
  paddr_t memory = caller_memory(va, true);
  if (memory == 0)
    return DEVICE_ARGUMENT_BUFFER;
  struct shim_access *asked = arch_ptr(memory);
  wrong = read_accesses(asked, count);
  if (wrong != DEVICE_ARGUMENTS_GOOD)
    return wrong;
  device_operate(&(const struct device_request){
      .kind = DEVICE_BATCH, .count = count, .accesses = accesses});
  for (word_t i = 0; i < count; i++)
    asked[i].value = accesses[i].value;
  return DEVICE_ARGUMENTS_GOOD;
}

bool batch_call(word_t number, struct context *context) {
  if ((int32_t)number != SHIM_BATCH)
    return false;
  enum device_argument wrong =
      serve(context->reg[CONTEXT_R2], context->reg[CONTEXT_R3]);
  if (wrong == DEVICE_ARGUMENTS_GOOD)
    caller_answer(context, ERR_NONE, 0);
  else
    caller_refuse(context, wrong);
  return true;
}
