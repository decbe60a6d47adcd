/* SPDX-License-Identifier: BSD-2-Clause */
/* What Retype makes of memory: objects, order, zeroes, room, re-use. */
#include "groups.h"
#include "report.h"
#include "sel4/sel4.h"
#include "worker.h"

#define PLACE 0x40000000u /* where frames are looked at */
#define PAGE_WORDS 1024

static word_t retype(cptr_t untyped, word_t type, word_t bits, word_t count) {
  cptr_t first = memory_slots(count);
  return REQUEST(untyped, UNTYPED_RETYPE, CAPS(ROOT),
                 WORDS(type, bits, 0, 0, first, count));
}

static word_t address_of(cptr_t frame) {
  return seL4_ARM_Page_GetAddress(frame).paddr;
}

static void makes_every_type(void) {
  static const struct {
    enum object_type type;
    word_t bits;
    word_t kind;
  } rows[] = {
      {OBJECT_UNTYPED, 12, KIND_UNTYPED},
      {OBJECT_TCB, 0, KIND_TCB},
      {OBJECT_ENDPOINT, 0, KIND_ENDPOINT},
      {OBJECT_NOTIFICATION, 0, KIND_NOTIFICATION},
      {OBJECT_CNODE, 4, KIND_CNODE},
      {OBJECT_PAGE_DIRECTORY, 0, KIND_PAGE_DIRECTORY},
      {OBJECT_SMALL_PAGE, 0, KIND_SMALL_FRAME},
      {OBJECT_LARGE_PAGE, 0, KIND_FRAME},
      {OBJECT_SECTION, 0, KIND_FRAME},
      {OBJECT_PAGE_TABLE, 0, KIND_PAGE_TABLE},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    CHECK(cap_kind(arena_make(rows[i].type, rows[i].bits)) == rows[i].kind,
          "Retype makes the object that was asked for");
  }
  arena_clear();
}

static void objects_are_aligned(void) {
  cptr_t untyped = arena_make(OBJECT_UNTYPED, 16);
  memory_objects(untyped, OBJECT_ENDPOINT, 0, 3);
  cptr_t frames = memory_objects(untyped, OBJECT_SMALL_PAGE, 0, 2);
  word_t first = address_of(frames);
  CHECK((first & 0xffff) == 0x1000,
        "the first frame begins at the next multiple of its size");
  CHECK(address_of(frames + 1) == first + 0x1000,
        "objects of one Retype lie one behind the other");
}

static void room_is_counted(void) {
  cptr_t untyped = arena_make(OBJECT_UNTYPED, 12);
  EXPECT("an untyped of 4 KiB holds no 5 KiB",
         retype(untyped, OBJECT_TCB, 0, 5), ERR_NOT_ENOUGH_MEMORY,
         WORDS(0x1000));
  EXPECT("it holds three TCBs", retype(untyped, OBJECT_TCB, 0, 3), ERR_NONE);
  EXPECT("and then has room for no page",
         retype(untyped, OBJECT_SMALL_PAGE, 0, 1), ERR_NOT_ENOUGH_MEMORY,
         WORDS(0x400));
  EXPECT("it holds 64 endpoints more", retype(untyped, OBJECT_ENDPOINT, 0, 64),
         ERR_NONE);
  EXPECT("and then nothing", retype(untyped, OBJECT_ENDPOINT, 0, 1),
         ERR_NOT_ENOUGH_MEMORY, WORDS(0));
}

static void room_comes_back(void) {
  cptr_t untyped = arena_make(OBJECT_UNTYPED, 12);
  cptr_t tcbs = memory_objects(untyped, OBJECT_TCB, 0, 4);
  for (word_t i = 0; i < 3; i++) {
    arena_delete(tcbs + i);
  }
  EXPECT("room does not come back while a child remains",
         retype(untyped, OBJECT_TCB, 0, 1), ERR_NOT_ENOUGH_MEMORY, WORDS(0));
  arena_delete(tcbs + 3);
  cptr_t again = memory_objects(untyped, OBJECT_TCB, 0, 4);
  CHECK(cap_kind(again + 3) == KIND_TCB,
        "room comes back when the last child is deleted");
  arena_revoke(untyped);
  CHECK(cap_kind(again) == KIND_NULL && cap_kind(again + 3) == KIND_NULL,
        "Revoke of an untyped removes all objects");
  EXPECT("room comes back with Revoke", retype(untyped, OBJECT_TCB, 0, 4),
         ERR_NONE);
}

/* Map a frame of the arena's memory; the table is there. */
static volatile word_t *look_at(cptr_t frame) {
  seL4_ARM_Page_Map(frame, ROOT_SLOT_VSPACE, PLACE, seL4_ReadWrite,
                    VM_DEFAULT | VM_EXECUTE_NEVER);
  return (volatile word_t *)PLACE;
}

static bool all_zero(const volatile word_t *words) {
  word_t all = 0;
  for (word_t i = 0; i < PAGE_WORDS; i++) {
    all |= words[i];
  }
  return all == 0;
}

static void memory_is_zeroed(void) {
  cptr_t untyped = arena_make(OBJECT_UNTYPED, 12);
  cptr_t table = arena_make(OBJECT_PAGE_TABLE, 0);
  seL4_ARM_PageTable_Map(table, ROOT_SLOT_VSPACE, PLACE, VM_DEFAULT);
  volatile word_t *words =
      look_at(memory_objects(untyped, OBJECT_SMALL_PAGE, 0, 1));
  CHECK(all_zero(words), "a new frame is zero");
  for (word_t i = 0; i < PAGE_WORDS; i++) {
    words[i] = ~i;
  }
  arena_revoke(untyped);
  words = look_at(memory_objects(untyped, OBJECT_SMALL_PAGE, 0, 1));
  CHECK(all_zero(words), "a frame made of used memory is zero again");
}

static void untypeds_nest(void) {
  cptr_t outer = arena_make(OBJECT_UNTYPED, 16);
  cptr_t inner = memory_objects(outer, OBJECT_UNTYPED, 14, 1);
  cptr_t innermost = memory_objects(inner, OBJECT_UNTYPED, 13, 1);
  cptr_t frame = memory_objects(innermost, OBJECT_SMALL_PAGE, 0, 1);
  word_t paddr = address_of(frame);
  arena_revoke(outer);
  CHECK(cap_kind(inner) == KIND_NULL && cap_kind(innermost) == KIND_NULL &&
            cap_kind(frame) == KIND_NULL,
        "Revoke reaches the objects of untypeds in untypeds");
  CHECK(address_of(memory_objects(outer, OBJECT_SMALL_PAGE, 0, 1)) == paddr,
        "the same memory is given out again");
}

static void copies(void) {
  cptr_t untyped = arena_make(OBJECT_UNTYPED, 12);
  cptr_t copy = memory_mint(untyped, RIGHTS_ALL, 0);
  EXPECT("copying an untyped marks it as full",
         retype(untyped, OBJECT_ENDPOINT, 0, 1), ERR_NOT_ENOUGH_MEMORY,
         WORDS(0));
  memory_objects(copy, OBJECT_ENDPOINT, 0, 1);
  EXPECT("an untyped with children can not be copied",
         REQUEST(ROOT, CNODE_COPY, CAPS(ROOT),
                 WORDS(arena_slot(), ROOT_DEPTH, copy, ROOT_DEPTH, RIGHTS_ALL)),
         ERR_REVOKE_FIRST);
}

void test_untyped(void) {
  workers_begin();
  makes_every_type();
  objects_are_aligned();
  room_is_counted();
  room_comes_back();
  memory_is_zeroed();
  untypeds_nest();
  copies();
}
