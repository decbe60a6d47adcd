/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cache maintenance that user level asks for, on a frame or through a page
 * directory: what is cached is private, so it is written to the device-visible
 * image or read from there (kernel/image.h). Must never touch memory outside
 * the frame that was checked.
 */
#include "kernel/vspace_cache.h"
#include "kernel/arch.h"
#include "kernel/asid.h"
#include "kernel/image.h"
#include "kernel/vspace.h"
#include "kernel/vspace_table.h"

/*
 * Do what `label` says with `bytes` bytes of a frame that is entered at
 * `place`, from its byte `start` on. Nothing of a mapping that is shared with
 * devices is cached; Unify is between this core's own caches.
 */
static void cache_do(word_t label, const struct vspace_place *place,
                     word_t start, word_t bytes) {
  paddr_t real = pte_address(place->entry, place->size);
  paddr_t paddr = vspace_canonical(real) + start;
  if (!vspace_is_private(real)) {
    return;
  }
  switch (label) {
  case INVOCATION_PAGE_UNIFY_INSTRUCTION:
  case INVOCATION_PD_UNIFY_INSTRUCTION:
    arch_cache_unify_instruction(arch_ptr(paddr), bytes);
    break;
  case INVOCATION_PAGE_CLEAN_DATA:
  case INVOCATION_PD_CLEAN_DATA:
    image_clean(paddr, bytes);
    break;
  case INVOCATION_PAGE_INVALIDATE_DATA:
  case INVOCATION_PD_INVALIDATE_DATA:
    image_invalidate(paddr, bytes);
    break;
  default:
    image_clean(paddr, bytes);
    image_invalidate(paddr, bytes);
    break;
  }
}

enum err vspace_cache_frame(struct request *request) {
  struct vspace space;
  struct vspace_place place;
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
  if (vspace_table_find(space.pd, cap_frame_vaddr(&request->cap), &place)) {
    cache_do(request->label, &place, start, end - start);
  }
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
  cache_do(request->label, &place, start - place.vaddr,
           invocation_word(request, 1) - start);
  return ERR_NONE;
}
