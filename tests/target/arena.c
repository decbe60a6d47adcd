/* SPDX-License-Identifier: BSD-2-Clause */
/* Objects of a group of checks. */
#include "arena.h"

#include "root/check.h"
#include "sel4/sel4.h"

static cptr_t arena;

void arena_start(void) {
  arena = memory_untyped(ARENA_BITS);
}

void arena_clear(void) {
  arena_revoke(arena);
}

cptr_t arena_untyped(void) {
  return arena;
}

cptr_t arena_make(enum object_type type, word_t size_bits) {
  return memory_objects(arena, type, size_bits, 1);
}

cptr_t arena_slot(void) {
  return memory_slots(1);
}

cptr_t arena_space(void) {
  cptr_t pd = arena_make(OBJECT_PAGE_DIRECTORY, 0);
  check(seL4_ARM_ASIDPool_Assign(ROOT_SLOT_ASID_POOL, pd), "assigning an ASID");
  return pd;
}

word_t cap_kind(cptr_t cap) {
  return seL4_DebugCapIdentify(cap);
}

void arena_delete(cptr_t slot) {
  check(seL4_CNode_Delete(ROOT, slot, ROOT_DEPTH), "deleting");
}

void arena_revoke(cptr_t slot) {
  check(seL4_CNode_Revoke(ROOT, slot, ROOT_DEPTH), "revoking");
}
