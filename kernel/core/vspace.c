/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Address spaces as capabilities: what may be mapped where, and which address
 * space runs. Every invocation checks everything first, in the order that the
 * ABI fixes, and then can not fail. Must never enter anything at or above
 * USER_TOP.
 */
#include "kernel/vspace.h"
#include "abi/memory.h"
#include "kernel/arch.h"
#include "kernel/cspace.h"
#include "kernel/hooks.h"
#include "kernel/image.h"
#include "kernel/running.h"
#include "kernel/tcb.h"
#include "kernel/vspace_cache.h"
#include "kernel/vspace_table.h"

#define ASID_UNKNOWN 0xffffffffu

/* ---- common checks ------------------------------------------------------- */

/* The page directory in extra capability 0; without ASID it is refused. */
static enum err directory_argument(struct request *request,
                                   struct vspace *space) {
  struct cap pd = slot_cap(request->extra[0]);
  if (pd.type != CAP_PAGE_DIRECTORY || cap_page_directory_asid(&pd) == 0) {
    return invocation_bad_cap(request, 1);
  }
  space->pd = cap_page_directory_paddr(&pd);
  space->asid = cap_page_directory_asid(&pd);
  return ERR_NONE;
}

/* ---- page tables --------------------------------------------------------- */

static enum err table_map_check(struct request *request, struct vspace *space) {
  enum err err = invocation_require(request, 2, 1);
  if (err != ERR_NONE) {
    return err;
  }
  if (cap_page_table_asid(&request->cap) != 0) {
    return invocation_bad_cap(request, 0);
  }
  err = directory_argument(request, space);
  if (err != ERR_NONE) {
    return err;
  }
  vaddr_t vaddr = invocation_word(request, 0);
  if (vaddr >= USER_TOP) {
    return invocation_bad_argument(request, 0);
  }
  err = asid_check(request, space->asid, space->pd, 1);
  if (err != ERR_NONE) {
    return err;
  }
  return vspace_table_is_free(space->pd, vaddr) ? ERR_NONE : ERR_DELETE_FIRST;
}

static enum err table_map(struct request *request) {
  struct vspace space;
  enum err err = table_map_check(request, &space);
  if (err != ERR_NONE) {
    return err;
  }
  vaddr_t vaddr = invocation_word(request, 0);
  struct cap table = request->cap;
  cap_page_table_set_mapping(&table, vaddr, space.asid);
  slot_set_cap(request->slot, table);
  vspace_table_enter(&space, vaddr, cap_page_table_paddr(&table));
  return ERR_NONE;
}

/* Take a table out of the address space that it is entered in, if any. */
static void table_leave(const struct cap *table) {
  struct vspace space = {.asid = cap_page_table_asid(table)};
  space.pd = asid_page_directory(space.asid);
  if (space.pd != 0) {
    vspace_table_remove(&space, cap_page_table_vaddr(table),
                        cap_page_table_paddr(table));
  }
}

static enum err table_unmap(struct request *request) {
  if (!slot_is_last(request->slot)) {
    return ERR_REVOKE_FIRST;
  }
  struct cap table = request->cap;
  if (cap_page_table_asid(&table) != 0) {
    paddr_t paddr = cap_page_table_paddr(&table);
    table_leave(&table);
    vspace_table_end(OBJECT_PAGE_TABLE, paddr);
    vspace_table_begin(OBJECT_PAGE_TABLE, paddr);
    cap_page_table_set_mapping(&table, 0, 0);
    slot_set_cap(request->slot, table);
  }
  return ERR_NONE;
}

enum err vspace_invoke_page_table(struct request *request) {
  switch (request->label) {
  case INVOCATION_PAGE_TABLE_MAP:
    return table_map(request);
  case INVOCATION_PAGE_TABLE_UNMAP:
    return table_unmap(request);
  default:
    return ERR_ILLEGAL_OPERATION;
  }
}

/* ---- frames -------------------------------------------------------------- */

/* A mapped frame may only be mapped again at its place, with other rights. */
static enum err frame_place_check(struct request *request,
                                  const struct vspace *space, vaddr_t vaddr) {
  const struct cap *frame = &request->cap;
  if (cap_frame_asid(frame) != 0) {
    if (cap_frame_asid(frame) != space->asid) {
      return invocation_bad_cap(request, 1);
    }
    return cap_frame_vaddr(frame) == vaddr
               ? ERR_NONE
               : invocation_bad_argument(request, 0);
  }
  word_t last = (1u << frame_size_bits(cap_frame_size(frame))) - 1;
  if (vaddr >= USER_TOP || last >= USER_TOP - vaddr) {
    return invocation_bad_argument(request, 0);
  }
  return ERR_NONE;
}

static enum err frame_map_check(struct request *request, struct vspace *space) {
  enum err err = invocation_require(request, 3, 1);
  if (err == ERR_NONE) {
    err = directory_argument(request, space);
  }
  vaddr_t vaddr = invocation_word(request, 0);
  if (err == ERR_NONE) {
    err = frame_place_check(request, space, vaddr);
  }
  if (err == ERR_NONE) {
    err = asid_check(request, space->asid, space->pd, 1);
  }
  if (err != ERR_NONE) {
    return err;
  }
  enum frame_size size = cap_frame_size(&request->cap);
  if ((vaddr & ((1u << frame_size_bits(size)) - 1)) != 0) {
    return ERR_ALIGNMENT;
  }
  struct lookup_fault fault;
  err = vspace_table_check(space, vaddr, size, &fault);
  return err == ERR_FAILED_LOOKUP
             ? invocation_bad_lookup(request, false, &fault)
             : err;
}

static enum err frame_map(struct request *request) {
  struct vspace space;
  enum err err = frame_map_check(request, &space);
  if (err != ERR_NONE) {
    return err;
  }
  struct cap frame = request->cap;
  vaddr_t vaddr = invocation_word(request, 0);
  cap_frame_set_mapping(&frame, vaddr, space.asid);
  slot_set_cap(request->slot, frame);
  vspace_map_frame(
      &space, &frame,
      frame_rights_mask(cap_frame_rights(&frame), invocation_word(request, 1)),
      invocation_word(request, 2));
  return ERR_NONE;
}

/*
 * What is device memory or not cacheable is shared with devices: such a
 * mapping leads to where they see it, the canonical address.
 */
void vspace_map_frame(const struct vspace *space, const struct cap *frame,
                      enum frame_rights rights, word_t attributes) {
  paddr_t paddr = cap_frame_paddr(frame);
  bool shared = cap_frame_device(frame) || (attributes & VM_CACHEABLE) == 0;
  struct pte_mapping mapping = {
      .size = cap_frame_size(frame),
      .rights = rights,
      .address = shared ? paddr : vspace_real(paddr),
      .attributes = attributes,
      .withheld = shared && !hook_user_device_access(),
  };
  if (shared) {
    image_used(paddr, 1u << frame_size_bits(mapping.size));
  }
  vspace_table_map(space, cap_frame_vaddr(frame), &mapping);
}

bool vspace_frame_is_entered(const struct cap *frame, struct vspace *space) {
  space->asid = cap_frame_asid(frame);
  space->pd = asid_page_directory(space->asid);
  return space->pd != 0 &&
         vspace_table_holds(space->pd, cap_frame_vaddr(frame),
                            cap_frame_paddr(frame), cap_frame_size(frame));
}

static void frame_leave(const struct cap *frame) {
  struct vspace space;
  if (vspace_frame_is_entered(frame, &space)) {
    vspace_table_unmap(&space, cap_frame_vaddr(frame), cap_frame_size(frame));
  }
}

static enum err frame_unmap(struct request *request) {
  struct cap frame = request->cap;
  frame_leave(&frame);
  cap_frame_set_mapping(&frame, 0, 0);
  slot_set_cap(request->slot, frame);
  return ERR_NONE;
}

enum err vspace_invoke_frame(struct request *request) {
  switch (request->label) {
  case INVOCATION_PAGE_MAP:
    return frame_map(request);
  case INVOCATION_PAGE_UNMAP:
    return frame_unmap(request);
  case INVOCATION_PAGE_GET_ADDRESS:
    invocation_result(request, cap_frame_paddr(&request->cap));
    return ERR_NONE;
  case INVOCATION_PAGE_CLEAN_DATA:
  case INVOCATION_PAGE_INVALIDATE_DATA:
  case INVOCATION_PAGE_CLEAN_INVALIDATE_DATA:
  case INVOCATION_PAGE_UNIFY_INSTRUCTION:
    return vspace_cache_frame(request);
  default:
    return ERR_ILLEGAL_OPERATION;
  }
}

/* ---- life of the objects ------------------------------------------------- */

enum err vspace_derive(struct cap *cap) {
  if (cap->type == CAP_FRAME) {
    cap_frame_set_mapping(cap, 0, 0);
  }
  bool unused =
      (cap->type == CAP_PAGE_TABLE && cap_page_table_asid(cap) == 0) ||
      (cap->type == CAP_PAGE_DIRECTORY && cap_page_directory_asid(cap) == 0);
  return unused ? ERR_ILLEGAL_OPERATION : ERR_NONE;
}

void vspace_object_init(enum object_type type, paddr_t paddr) {
  vspace_table_begin(type, paddr);
}

static void reload(void) {
  if (running.pd == 0)
    arch_vspace_leave();
  else
    arch_vspace_switch(running.pd, running.hardware);
}

static void switch_to(paddr_t pd, word_t hardware) {
  running.asid = ASID_UNKNOWN;
  if (pd != running.pd || hardware != running.hardware) {
    running.pd = pd;
    running.hardware = hardware;
    reload();
  }
}

/* The hardware must not walk a directory while it is cleared. */
static void directory_destroy(const struct cap *cap) {
  paddr_t pd = cap_page_directory_paddr(cap);
  if (pd == running.pd) {
    switch_to(0, HARDWARE_ASID_KERNEL);
  }
  if (asid_page_directory(cap_page_directory_asid(cap)) == pd) {
    asid_free(cap_page_directory_asid(cap));
  }
  vspace_table_end(OBJECT_PAGE_DIRECTORY, pd);
}

void vspace_cap_deleted(const struct cap *cap, bool is_last) {
  if (cap->type == CAP_FRAME) {
    frame_leave(cap);
  }
  if (!is_last) {
    return;
  }
  if (cap->type == CAP_PAGE_TABLE) {
    table_leave(cap);
    vspace_table_end(OBJECT_PAGE_TABLE, cap_page_table_paddr(cap));
  } else if (cap->type == CAP_PAGE_DIRECTORY) {
    directory_destroy(cap);
  } else if (cap->type == CAP_ASID_POOL) {
    asid_pool_destroy(cap);
  }
}

/* ---- what runs ----------------------------------------------------------- */

/* Page directory of a thread, 0 if it has none that counts. */
static paddr_t directory_of(const struct tcb *tcb, word_t *asid) {
  struct cap cap = slot_cap(&tcb->slots[TCB_SLOT_VSPACE]);
  if (cap.type != CAP_PAGE_DIRECTORY) {
    return 0;
  }
  *asid = cap_page_directory_asid(&cap);
  paddr_t pd = cap_page_directory_paddr(&cap);
  return asid_page_directory(*asid) == pd ? pd : 0;
}

void vspace_activate(paddr_t pd, word_t asid) {
  word_t hardware = pd == 0 ? HARDWARE_ASID_NONE : asid_hardware_take(asid, pd);
  if (hardware == HARDWARE_ASID_NONE) {
    switch_to(0, HARDWARE_ASID_KERNEL);
  } else {
    switch_to(pd, hardware);
    running.asid = asid;
  }
}

void vspace_asid_changed(void) {
  running.asid = ASID_UNKNOWN;
}

paddr_t vspace_current(void) {
  return running.pd;
}

void vspace_reload(void) {
  reload();
}

struct ipc_buffer *vspace_ipc_buffer(const struct tcb *tcb, bool for_receive) {
  struct cap frame = slot_cap(&tcb->slots[TCB_SLOT_BUFFER]);
  if (frame.type != CAP_FRAME || cap_frame_device(&frame)) {
    return NULL;
  }
  enum frame_rights rights = cap_frame_rights(&frame);
  if (rights != FRAME_READ_WRITE &&
      (for_receive || rights != FRAME_READ_ONLY)) {
    return NULL;
  }
  word_t mask = (1u << frame_size_bits(cap_frame_size(&frame))) - 1;
  paddr_t paddr = cap_frame_paddr(&frame) + (tcb->ipc_buffer & mask);
  if (for_receive) {
    hook_user_write(paddr);
  }
  return arch_ptr(paddr);
}

bool vspace_translate(const struct tcb *tcb, vaddr_t vaddr, bool write,
                      struct vspace_translation *out) {
  struct vspace_place place;
  word_t asid = 0;
  paddr_t pd = directory_of(tcb, &asid);
  if (pd == 0 || vaddr >= USER_TOP || !vspace_table_find(pd, vaddr, &place)) {
    return false;
  }
  paddr_t real = pte_address(place.entry, place.size);
  paddr_t frame = vspace_canonical(real);
  out->device = !vspace_is_private(real);
  bool withheld = out->device && !hook_user_device_access();
  enum frame_rights rights = pte_rights(place.entry, place.size, withheld);
  word_t distance = vaddr - place.vaddr;
  out->paddr = frame + distance;
  out->bytes_left = (1u << frame_size_bits(place.size)) - distance;
  return rights == FRAME_READ_WRITE || (rights == FRAME_READ_ONLY && !write);
}
