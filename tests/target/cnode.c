/* SPDX-License-Identifier: BSD-2-Clause */
/* Copy, Mint, Move, Mutate, Rotate, Delete, Revoke: effects and errors. */
#include "groups.h"
#include "report.h"
#include "sel4/sel4.h"
#include "worker.h"

#define AT(slot) (slot), ROOT_DEPTH
#define COPY(dest, src, rights)                                                \
  REQUEST(ROOT, CNODE_COPY, CAPS(ROOT), WORDS(AT(dest), AT(src), rights))
#define MINT(dest, src, rights, data)                                          \
  REQUEST(ROOT, CNODE_MINT, CAPS(ROOT), WORDS(AT(dest), AT(src), rights, data))
#define MOVE(dest, src)                                                        \
  REQUEST(ROOT, CNODE_MOVE, CAPS(ROOT), WORDS(AT(dest), AT(src)))
#define MUTATE(dest, src, data)                                                \
  REQUEST(ROOT, CNODE_MUTATE, CAPS(ROOT), WORDS(AT(dest), AT(src), data))
#define ROTATE(dest, data, pivot, pivot_data, src)                             \
  REQUEST(ROOT, CNODE_ROTATE, CAPS(ROOT, ROOT),                                \
          WORDS(AT(dest), data, AT(pivot), pivot_data, AT(src)))

/* Guard word of a CNode cap. */
#define GUARD(value, size) ((word_t)(value) << 8 | (word_t)(size) << 3)

/* The badge that a cap gives to a signal. */
static word_t badge_of(cptr_t cap, cptr_t event) {
  word_t badge = 0;
  seL4_Signal(cap);
  seL4_Poll(event, &badge);
  return badge;
}

static void copying(void) {
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  cptr_t copy = arena_slot();
  EXPECT("Copy copies", COPY(copy, event, RIGHTS_ALL), ERR_NONE);
  CHECK(cap_kind(copy) == KIND_NOTIFICATION && cap_kind(event) != KIND_NULL,
        "source and copy are there");
  EXPECT("the destination must be empty", COPY(copy, event, RIGHTS_ALL),
         ERR_DELETE_FIRST);
  cptr_t empty = arena_slot();
  EXPECT("the source must not be empty", COPY(arena_slot(), empty, RIGHTS_ALL),
         ERR_FAILED_LOOKUP, WORDS(1, LOOKUP_MISSING_CAPABILITY, 32));
  EXPECT("an occupied destination is found before an empty source",
         COPY(copy, empty, RIGHTS_ALL), ERR_DELETE_FIRST);
  EXPECT("Copy needs five words",
         REQUEST(ROOT, CNODE_COPY, CAPS(ROOT), WORDS(AT(empty), AT(event))),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("Copy needs the source's root",
         REQUEST(ROOT, CNODE_COPY, WORDS(AT(empty), AT(event), RIGHTS_ALL)),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("a label that no CNode knows is illegal", REQUEST(ROOT, PAGE_UNMAP),
         ERR_ILLEGAL_OPERATION);
}

static void rights(void) {
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  cptr_t reader = memory_mint(event, RIGHT_READ, 0);
  cptr_t again = memory_mint(reader, RIGHTS_ALL, 0);
  EXPECT("a cap without Write can not signal", REQUEST(reader, INVALID),
         ERR_INVALID_CAPABILITY, WORDS(0));
  EXPECT("a copy never gets back what its source lacks",
         REQUEST(again, INVALID), ERR_INVALID_CAPABILITY, WORDS(0));
  cptr_t moved = arena_slot();
  EXPECT("Move keeps the rights", MOVE(moved, reader), ERR_NONE);
  EXPECT("the moved cap still lacks Write", REQUEST(moved, INVALID),
         ERR_INVALID_CAPABILITY, WORDS(0));
}

static void badges(void) {
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  cptr_t badged = arena_slot();
  EXPECT("Mint gives a badge", MINT(badged, event, RIGHTS_ALL, 0xf1234567),
         ERR_NONE);
  CHECK(badge_of(badged, event) == 0x01234567, "28 bits of a badge are kept");
  EXPECT("a badge can not be changed",
         MINT(arena_slot(), badged, RIGHTS_ALL, 1), ERR_ILLEGAL_OPERATION);
  cptr_t copy = arena_slot();
  EXPECT("a badged cap can be copied", COPY(copy, badged, RIGHTS_ALL),
         ERR_NONE);
  CHECK(badge_of(copy, event) == 0x01234567, "the copy has the same badge");
  EXPECT("Mutate gives no badge", MUTATE(arena_slot(), event, 5),
         ERR_ILLEGAL_OPERATION);
  EXPECT("not even an empty one", MUTATE(arena_slot(), event, 0),
         ERR_ILLEGAL_OPERATION);
  CHECK(cap_kind(event) == KIND_NOTIFICATION,
        "after a refused Mutate the cap is where it was");
}

static void moving(void) {
  cptr_t tcb = arena_make(OBJECT_TCB, 0);
  cptr_t slot = arena_slot();
  EXPECT("Move moves", MOVE(slot, tcb), ERR_NONE);
  CHECK(cap_kind(tcb) == KIND_NULL && cap_kind(slot) == KIND_TCB,
        "the source is empty, the destination full");
  EXPECT("an empty slot can not be moved", MOVE(tcb, arena_slot()),
         ERR_FAILED_LOOKUP, WORDS(1, LOOKUP_MISSING_CAPABILITY, 32));
  EXPECT("a cap can not be moved onto itself", MOVE(slot, slot),
         ERR_DELETE_FIRST);
  EXPECT("Mutate of a TCB ignores the data", MUTATE(tcb, slot, 99), ERR_NONE);
  CHECK(cap_kind(tcb) == KIND_TCB && cap_kind(slot) == KIND_NULL,
        "Mutate moves");
}

static void guards(void) {
  cptr_t cnode = arena_make(OBJECT_CNODE, 4);
  cptr_t guarded = arena_slot();
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  EXPECT("a guard that leaves no room for the radix is illegal",
         MUTATE(arena_slot(), cnode, GUARD(0, 29)), ERR_ILLEGAL_OPERATION);
  EXPECT("Mutate sets a guard", MUTATE(guarded, cnode, GUARD(5, 4)), ERR_NONE);
  EXPECT("a slot behind the guard is reached with it",
         REQUEST(guarded, CNODE_COPY, CAPS(ROOT),
                 WORDS(0x53, 8, AT(event), RIGHTS_ALL)),
         ERR_NONE);
  EXPECT("and not with another one",
         REQUEST(guarded, CNODE_DELETE, WORDS(0x43, 8)), ERR_FAILED_LOOKUP,
         WORDS(0, LOOKUP_GUARD_MISMATCH, 8, 5, 4));
  cptr_t plain = arena_slot();
  EXPECT("Mint gives a copy another guard",
         MINT(plain, guarded, RIGHTS_ALL, GUARD(0, 1)), ERR_NONE);
  EXPECT("both lead to the same slots",
         REQUEST(plain, CNODE_COPY, CAPS(ROOT),
                 WORDS(3, 5, AT(event), RIGHTS_ALL)),
         ERR_DELETE_FIRST);
}

static void rotating(void) {
  cptr_t tcb = arena_make(OBJECT_TCB, 0);
  cptr_t table = arena_make(OBJECT_PAGE_TABLE, 0);
  cptr_t slot = arena_slot();
  EXPECT("Rotate moves two caps on", ROTATE(slot, 0, table, 0, tcb), ERR_NONE);
  CHECK(cap_kind(slot) == KIND_PAGE_TABLE && cap_kind(table) == KIND_TCB &&
            cap_kind(tcb) == KIND_NULL,
        "source to pivot, pivot to destination");
  EXPECT("Rotate swaps when destination and source are one",
         ROTATE(slot, 0, table, 0, slot), ERR_NONE);
  CHECK(cap_kind(slot) == KIND_TCB && cap_kind(table) == KIND_PAGE_TABLE,
        "both have changed places");
  EXPECT("the pivot can not be the source", ROTATE(tcb, 0, table, 0, table),
         ERR_ILLEGAL_OPERATION);
  EXPECT("the pivot can not be the destination",
         ROTATE(table, 0, table, 0, slot), ERR_ILLEGAL_OPERATION);
  EXPECT("the source must not be empty", ROTATE(arena_slot(), 0, table, 0, tcb),
         ERR_FAILED_LOOKUP, WORDS(1, LOOKUP_MISSING_CAPABILITY, 32));
  EXPECT("the pivot must not be empty", ROTATE(arena_slot(), 0, tcb, 0, slot),
         ERR_FAILED_LOOKUP, WORDS(0, LOOKUP_MISSING_CAPABILITY, 32));
}

static void deleting(void) {
  cptr_t tcb = arena_make(OBJECT_TCB, 0);
  EXPECT("Delete empties a slot", REQUEST(ROOT, CNODE_DELETE, WORDS(AT(tcb))),
         ERR_NONE);
  CHECK(cap_kind(tcb) == KIND_NULL, "the slot is empty");
  EXPECT("an empty slot can be deleted",
         REQUEST(ROOT, CNODE_DELETE, WORDS(AT(tcb))), ERR_NONE);
  EXPECT("an empty slot can be revoked",
         REQUEST(ROOT, CNODE_REVOKE, WORDS(AT(tcb))), ERR_NONE);
  EXPECT("Delete needs index and depth",
         REQUEST(ROOT, CNODE_DELETE, WORDS(tcb)), ERR_TRUNCATED_MESSAGE);
}

static void revoking(void) {
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  cptr_t copy = memory_mint(event, RIGHTS_ALL, 0);
  cptr_t badged = memory_mint(event, RIGHTS_ALL, 7);
  cptr_t of_badged = memory_mint(badged, RIGHTS_ALL, 0);
  arena_revoke(copy);
  CHECK(cap_kind(event) != KIND_NULL && cap_kind(badged) != KIND_NULL,
        "Revoke of a plain copy removes nothing");
  arena_revoke(badged);
  CHECK(cap_kind(of_badged) == KIND_NULL && cap_kind(badged) != KIND_NULL &&
            cap_kind(copy) != KIND_NULL,
        "Revoke of a badged cap removes its copies only");
  cptr_t other = arena_slot();
  MINT(other, event, RIGHTS_ALL, 8);
  arena_revoke(event);
  CHECK(cap_kind(copy) == KIND_NULL && cap_kind(badged) == KIND_NULL &&
            cap_kind(other) == KIND_NULL && cap_kind(event) != KIND_NULL,
        "Revoke of the original removes every other cap to the object");
}

static void adopting(void) {
  cptr_t event = arena_make(OBJECT_NOTIFICATION, 0);
  cptr_t badged = memory_mint(event, RIGHTS_ALL, 7);
  cptr_t of_badged = memory_mint(badged, RIGHTS_ALL, 0);
  arena_delete(badged);
  CHECK(cap_kind(of_badged) != KIND_NULL, "Delete leaves children alone");
  arena_revoke(event);
  CHECK(cap_kind(of_badged) == KIND_NULL,
        "they become children of the deleted cap's parent");
}

/* CNodes in their own slots, and in each other's. */
static void cycles(void) {
  cptr_t one = arena_make(OBJECT_CNODE, 4);
  cptr_t two = arena_make(OBJECT_CNODE, 4);
  cptr_t tcb = arena_make(OBJECT_TCB, 0);
  cptr_t spare = memory_mint(tcb, RIGHTS_ALL, 0);
  REQUEST(one, CNODE_COPY, CAPS(ROOT), WORDS(2, 4, AT(two), RIGHTS_ALL));
  REQUEST(two, CNODE_MOVE, CAPS(ROOT), WORDS(1, 4, AT(tcb)));
  REQUEST(two, CNODE_COPY, CAPS(ROOT), WORDS(2, 4, AT(one), RIGHTS_ALL));
  EXPECT("a CNode can hold itself",
         REQUEST(one, CNODE_MOVE, CAPS(ROOT), WORDS(3, 4, AT(one))), ERR_NONE);
  arena_delete(two);
  EXPECT("a CNode that only a cycle holds lives on",
         REQUEST(spare, TCB_SUSPEND), ERR_NONE);
  arena_clear();
  CHECK(cap_kind(spare) == KIND_NULL && cap_kind(one) == KIND_NULL &&
            cap_kind(two) == KIND_NULL,
        "Revoke of the memory untangles cycles of CNodes");
}

static void deleting_a_cnode(void) {
  cptr_t cnode = arena_make(OBJECT_CNODE, 8);
  cptr_t untyped = arena_make(OBJECT_UNTYPED, 14);
  REQUEST(untyped, UNTYPED_RETYPE, CAPS(cnode),
          WORDS(OBJECT_ENDPOINT, 0, 0, 0, 0, 256));
  EXPECT("the objects' memory is in use",
         REQUEST(untyped, UNTYPED_RETYPE, CAPS(ROOT),
                 WORDS(OBJECT_UNTYPED, 14, 0, 0, arena_slot(), 1)),
         ERR_NOT_ENOUGH_MEMORY, WORDS(0x3000));
  arena_delete(cnode);
  EXPECT("deleting a CNode deletes what it holds",
         REQUEST(untyped, UNTYPED_RETYPE, CAPS(ROOT),
                 WORDS(OBJECT_UNTYPED, 14, 0, 0, arena_slot(), 1)),
         ERR_NONE);
}

void test_cnode(void) {
  copying();
  rights();
  badges();
  moving();
  guards();
  rotating();
  deleting();
  revoking();
  adopting();
  deleting_a_cnode();
  cycles();
}
