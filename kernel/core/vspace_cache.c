/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cache maintenance that user level asks for, on a frame or through a page
 * directory. Must never touch memory outside the frame that was checked.
 */
#include "kernel/vspace_cache.h"
#include "kernel/arch.h"
#include "kernel/asid.h"
#include "kernel/vspace.h"
#include "kernel/vspace_table.h"

enum cache_operation { CACHE_CLEAN, CACHE_CLEAN_INVALIDATE, CACHE_UNIFY };

/*
 * Plain RAM is private to this replica, and what a bare invalidation leaves
 * behind depends on the cache's history, which differs between replicas: so
 * "invalidate" also cleans. Devices are not cached by the kernel.
 */
static enum cache_operation cache_operation_of(word_t label) {
  switch (label) {
  case INVOCATION_PAGE_CLEAN_DATA:
  case INVOCATION_PD_CLEAN_DATA:
    return CACHE_CLEAN;
  case INVOCATION_PAGE_UNIFY_INSTRUCTION:
  case INVOCATION_PD_UNIFY_INSTRUCTION:
    return CACHE_UNIFY;
  default:
    return CACHE_CLEAN_INVALIDATE;
  }
}

static void cache_do(enum cache_operation operation, paddr_t paddr,
                     word_t bytes) {
  if (!vspace_is_ram(paddr)) {
    return;
  }
  void *start = arch_ptr(paddr);
  switch (operation) {
  case CACHE_CLEAN:
    arch_cache_clean(start, bytes);
    break;
  case CACHE_CLEAN_INVALIDATE:
    arch_cache_clean_invalidate(start, bytes);
    break;
  case CACHE_UNIFY:
    arch_cache_unify_instruction(start, bytes);
    break;
  }
}

enum err vspace_cache_frame(struct request *request) {
  struct vspace space;
  enum err err = invocation_require(request, 2, 0);
  if (err != ERR_NONE) {
    return err;
  }
  if (cap_frame_asid(&request->cap) == 0) {
    return ERR_ILLEGAL_OPERATION;
  }
  bool entered = vspace_frame_is_entered(&request->cap, &space);
  if (space.pd == 0) {
    return asid_bad(request);
  }
  word_t start = invocation_word(request, 0);
  word_t end = invocation_word(request, 1);
  if (end <= start) {
    return invocation_bad_argument(request, 1);
  }
  if (!entered) {
    return invocation_bad_cap(request, 0);
  }
  word_t bytes = 1u << frame_size_bits(cap_frame_size(&request->cap));
  if (start >= bytes || end > bytes) {
    return invocation_bad_argument(request, 0);
  }
  cache_do(cache_operation_of(request->label),
           cap_frame_paddr(&request->cap) + start, end - start);
  return ERR_NONE;
}

static enum err directory_cache_check(struct request *request,
                                      struct vspace *space) {
  enum err err = invocation_require(request, 2, 0);
  if (err != ERR_NONE) {
    return err;
  }
  vaddr_t start = invocation_word(request, 0);
  vaddr_t end = invocation_word(request, 1);
  if (end <= start) {
    return invocation_bad_argument(request, 1);
  }
  if (start >= USER_TOP || end > USER_TOP) {
    return ERR_ILLEGAL_OPERATION;
  }
  space->pd = cap_page_directory_paddr(&request->cap);
  space->asid = cap_page_directory_asid(&request->cap);
  if (space->asid == 0) {
    return invocation_bad_cap(request, 0);
  }
  return asid_check(request, space->asid, space->pd, 0);
}

enum err vspace_invoke_page_directory(struct request *request) {
  struct vspace space = {0};
  struct vspace_place place;
  if (request->label < INVOCATION_PD_CLEAN_DATA ||
      request->label > INVOCATION_PD_UNIFY_INSTRUCTION) {
    return ERR_ILLEGAL_OPERATION;
  }
  enum err err = directory_cache_check(request, &space);
  vaddr_t start = invocation_word(request, 0);
  if (err != ERR_NONE || !vspace_table_find(space.pd, start, &place)) {
    return err;
  }
  vaddr_t last = place.vaddr + (1u << frame_size_bits(place.size)) - 1;
  if (invocation_word(request, 1) - 1 > last) {
    return invocation_bad_range(request, start, last);
  }
  paddr_t frame = vspace_canonical(pte_address(place.entry, place.size));
  cache_do(cache_operation_of(request->label), frame + (start - place.vaddr),
           invocation_word(request, 1) - start);
  return ERR_NONE;
}
