/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In which order the kernel checks: each request is wrong in several ways, and
 * the error is that of the check that the ABI names first. Each comes with
 * what the next check would have said.
 */
#include "groups.h"
#include "report.h"
#include "sel4/sel4.h"
#include "worker.h"

#define PLACE 0x40000000u
#define NO_TABLE 0x48000000u
#define ALL (RIGHT_READ | RIGHT_WRITE)
#define TAKEN ROOT_SLOT_TCB /* an occupied slot of the root CNode */
#define TOO_DEEP 33u
#define NO_TYPE 99u

static cptr_t endpoint;
static cptr_t frame;
static cptr_t space;
static cptr_t lost; /* an address space whose ASID pool is gone */
static cptr_t bare; /* a page directory without ASID */

/* ---- memory -------------------------------------------------------------- */

#define RETYPE(root, ...)                                                      \
  REQUEST(arena_untyped(), UNTYPED_RETYPE, CAPS(root), WORDS(__VA_ARGS__))

static void retype(void) {
  cptr_t four = arena_make(OBJECT_CNODE, 2);
  RETYPE(four, OBJECT_ENDPOINT, 0, 0, 0, 3, 1);
  EXPECT("length before type", RETYPE(frame, NO_TYPE, 40, 0, 0, 9),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("type before size", RETYPE(frame, NO_TYPE, 40, 0, 0, 9, 0),
         ERR_INVALID_ARGUMENT, WORDS(0));
  EXPECT("size before destination", RETYPE(frame, OBJECT_TCB, 32, 0, 0, 9, 0),
         ERR_RANGE, WORDS(0, UNTYPED_MAX_BITS));
  EXPECT("too small before destination",
         RETYPE(frame, OBJECT_CNODE, 0, 0, 0, 9, 0), ERR_INVALID_ARGUMENT,
         WORDS(1));
  EXPECT("root before depth", RETYPE(frame, OBJECT_TCB, 0, 0, TOO_DEEP, 9, 0),
         ERR_FAILED_LOOKUP, WORDS(0, LOOKUP_INVALID_ROOT));
  EXPECT("depth before window", RETYPE(four, OBJECT_TCB, 0, 0, TOO_DEEP, 9, 0),
         ERR_RANGE, WORDS(1, WORD_BITS));
  EXPECT("destination before window", RETYPE(frame, OBJECT_TCB, 0, 0, 0, 9, 0),
         ERR_FAILED_LOOKUP, WORDS(0, LOOKUP_MISSING_CAPABILITY, 0));
  EXPECT("offset before count", RETYPE(four, OBJECT_TCB, 0, 0, 0, 4, 0),
         ERR_RANGE, WORDS(0, 3));
  EXPECT("count before room for it", RETYPE(four, OBJECT_TCB, 0, 0, 0, 3, 257),
         ERR_RANGE, WORDS(1, 256));
  EXPECT("room before occupied slots", RETYPE(four, OBJECT_TCB, 0, 0, 0, 3, 2),
         ERR_RANGE, WORDS(1, 1));
  EXPECT("occupied slots before memory",
         RETYPE(four, OBJECT_UNTYPED, UNTYPED_MAX_BITS, 0, 0, 3, 1),
         ERR_DELETE_FIRST);
}

/* ---- CNodes -------------------------------------------------------------- */

static void cnodes(void) {
  cptr_t empty = arena_slot();
  EXPECT("destination before the other words",
         REQUEST(ROOT, CNODE_COPY, WORDS(empty, TOO_DEEP)), ERR_RANGE,
         WORDS(1, WORD_BITS));
  EXPECT("length before an occupied destination",
         REQUEST(ROOT, CNODE_COPY, CAPS(ROOT), WORDS(TAKEN, 32, empty)),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("occupied destination before source",
         REQUEST(ROOT, CNODE_COPY, CAPS(frame), WORDS(TAKEN, 32, empty, 32)),
         ERR_DELETE_FIRST);
  EXPECT("source before the operation's own words",
         REQUEST(ROOT, CNODE_COPY, CAPS(frame), WORDS(empty, 32, empty, 32)),
         ERR_FAILED_LOOKUP, WORDS(1, LOOKUP_INVALID_ROOT));
  EXPECT("empty source before the operation's own words",
         REQUEST(ROOT, CNODE_MINT, CAPS(ROOT), WORDS(empty, 32, empty, 32, 15)),
         ERR_FAILED_LOOKUP, WORDS(1, LOOKUP_MISSING_CAPABILITY, 32));
  EXPECT("the operation's own words before what can not be copied",
         REQUEST(ROOT, CNODE_MINT, CAPS(ROOT),
                 WORDS(empty, 32, arena_untyped(), 32, 15)),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("data before what can not be copied",
         REQUEST(ROOT, CNODE_MUTATE, CAPS(ROOT),
                 WORDS(empty, 32, endpoint, 32, 5)),
         ERR_ILLEGAL_OPERATION);
}

#define ROTATE(pivot_root, source_root, ...)                                   \
  REQUEST(ROOT, CNODE_ROTATE, CAPS(pivot_root, source_root), WORDS(__VA_ARGS__))

static void rotation(void) {
  cptr_t empty = arena_slot();
  cptr_t other = arena_slot();
  EXPECT("length before lookups",
         ROTATE(frame, frame, empty, 32, 0, endpoint, TOO_DEEP, 0, frame),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("source before pivot",
         ROTATE(ROOT, frame, empty, 32, 0, endpoint, TOO_DEEP, 0, frame, 32),
         ERR_FAILED_LOOKUP, WORDS(1, LOOKUP_INVALID_ROOT));
  EXPECT("pivot before an occupied destination",
         ROTATE(ROOT, ROOT, TAKEN, 32, 0, endpoint, TOO_DEEP, 0, frame, 32),
         ERR_RANGE, WORDS(1, WORD_BITS));
  EXPECT("one slot twice before an occupied destination",
         ROTATE(ROOT, ROOT, TAKEN, 32, 0, empty, 32, 0, empty, 32),
         ERR_ILLEGAL_OPERATION);
  EXPECT("occupied destination before an empty source",
         ROTATE(ROOT, ROOT, TAKEN, 32, 0, other, 32, 0, empty, 32),
         ERR_DELETE_FIRST);
  EXPECT("empty source before empty pivot",
         ROTATE(ROOT, ROOT, arena_slot(), 32, 0, other, 32, 0, empty, 32),
         ERR_FAILED_LOOKUP, WORDS(1, LOOKUP_MISSING_CAPABILITY, 32));
  EXPECT("empty pivot before data",
         ROTATE(ROOT, ROOT, empty, 32, 0, other, 32, 1, endpoint, 32),
         ERR_FAILED_LOOKUP, WORDS(0, LOOKUP_MISSING_CAPABILITY, 32));
}

/* ---- threads ------------------------------------------------------------- */

#define CONFIGURE(tcb, cspace, vspace, buffer, address)                        \
  REQUEST(tcb, TCB_CONFIGURE, CAPS(cspace, vspace, buffer),                    \
          WORDS(0, 0, 0, address))

static void threads(void) {
  cptr_t tcb = arena_make(OBJECT_TCB, 0);
  cptr_t cnode = arena_make(OBJECT_CNODE, 2);
  EXPECT("CSpace before VSpace",
         CONFIGURE(tcb, arena_untyped(), frame, frame, 0), ERR_REVOKE_FIRST);
  EXPECT("and that is illegal, not the VSpace's error",
         CONFIGURE(tcb, frame, arena_untyped(), frame, 0),
         ERR_ILLEGAL_OPERATION);
  seL4_TCB_SetSpace(tcb, 0, cnode, 0, space, 0);
  arena_delete(cnode);
  EXPECT("buffer before what would destroy a CNode",
         CONFIGURE(tcb, ROOT, space, frame, 0x10100), ERR_ALIGNMENT);
  EXPECT("what would destroy a CNode before the new CSpace",
         CONFIGURE(tcb, arena_untyped(), space, frame, 0),
         ERR_ILLEGAL_OPERATION);
  EXPECT("words of WriteRegisters before the thread itself",
         REQUEST(ROOT_SLOT_TCB, TCB_WRITE_REGISTERS, WORDS(0, 1)),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("words of CopyRegisters before the source",
         REQUEST(tcb, TCB_COPY_REGISTERS, CAPS(ROOT)), ERR_TRUNCATED_MESSAGE);
  EXPECT("authority before priority",
         REQUEST(tcb, TCB_SET_PRIORITY, CAPS(ROOT), WORDS(256)),
         ERR_INVALID_CAPABILITY, WORDS(1));
  EXPECT("words of SetSchedParams before the authority",
         REQUEST(tcb, TCB_SET_SCHED_PARAMS, CAPS(ROOT), WORDS(256)),
         ERR_TRUNCATED_MESSAGE);
}

/* ---- address spaces ------------------------------------------------------ */

#define MAP(what, where, address)                                              \
  REQUEST(what, PAGE_MAP, CAPS(where), WORDS(address, ALL, VM_DEFAULT))
#define MAP_TABLE(what, where, address)                                        \
  REQUEST(what, PAGE_TABLE_MAP, CAPS(where), WORDS(address, VM_DEFAULT))

static void mappings(void) {
  cptr_t fresh = arena_make(OBJECT_SMALL_PAGE, 0);
  EXPECT("words before the address space",
         REQUEST(fresh, PAGE_MAP, CAPS(ROOT), WORDS(USER_TOP, ALL)),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("address space before address", MAP(fresh, bare, USER_TOP),
         ERR_INVALID_CAPABILITY, WORDS(1));
  EXPECT("of a mapped page the space before the address",
         MAP(frame, lost, USER_TOP), ERR_INVALID_CAPABILITY, WORDS(1));
  EXPECT("and the address before its alignment",
         MAP(frame, space, PLACE + 0x1004), ERR_INVALID_ARGUMENT, WORDS(0));
  EXPECT("address before a lost ASID", MAP(fresh, lost, USER_TOP),
         ERR_INVALID_ARGUMENT, WORDS(0));
  EXPECT("lost ASID before alignment", MAP(fresh, lost, PLACE + 4),
         ERR_FAILED_LOOKUP, WORDS(0, LOOKUP_INVALID_ROOT));
  EXPECT("alignment before a missing table", MAP(fresh, space, NO_TABLE + 4),
         ERR_ALIGNMENT);
}

static void tables(cptr_t mapped) {
  cptr_t fresh = arena_make(OBJECT_PAGE_TABLE, 0);
  EXPECT("a mapped table before the address space",
         MAP_TABLE(mapped, bare, USER_TOP), ERR_INVALID_CAPABILITY, WORDS(0));
  EXPECT("address space before a table's address",
         MAP_TABLE(fresh, bare, USER_TOP), ERR_INVALID_CAPABILITY, WORDS(1));
  EXPECT("a table's address before a lost ASID",
         MAP_TABLE(fresh, lost, USER_TOP), ERR_INVALID_ARGUMENT, WORDS(0));
  EXPECT("a lost ASID before a table in place", MAP_TABLE(fresh, lost, PLACE),
         ERR_FAILED_LOOKUP, WORDS(0, LOOKUP_INVALID_ROOT));
}

#define CLEAN(what, ...) REQUEST(what, PAGE_CLEAN_DATA, WORDS(__VA_ARGS__))

static void caches(cptr_t in_lost) {
  cptr_t over = arena_make(OBJECT_SMALL_PAGE, 0);
  cptr_t under = arena_make(OBJECT_SMALL_PAGE, 0);
  MAP(under, space, PLACE + 0x1000);
  EXPECT("words before being mapped", CLEAN(over, 9), ERR_TRUNCATED_MESSAGE);
  EXPECT("being mapped before the range", CLEAN(over, 9, 9),
         ERR_ILLEGAL_OPERATION);
  MAP(over, space, PLACE + 0x1000);
  EXPECT("a lost ASID before the range", CLEAN(in_lost, 9, 9),
         ERR_FAILED_LOOKUP, WORDS(0, LOOKUP_INVALID_ROOT));
  EXPECT("an empty range before a mapping that was replaced",
         CLEAN(under, 9, 9), ERR_INVALID_ARGUMENT, WORDS(1));
  EXPECT("a mapping that was replaced before the page's end",
         CLEAN(under, 0, 4097), ERR_INVALID_CAPABILITY, WORDS(0));
  EXPECT("through a directory: an empty range before the kernel's addresses",
         REQUEST(bare, PD_CLEAN_DATA, WORDS(USER_TOP, USER_TOP)),
         ERR_INVALID_ARGUMENT, WORDS(1));
  EXPECT("the kernel's addresses before a missing ASID",
         REQUEST(bare, PD_CLEAN_DATA, WORDS(USER_TOP, USER_TOP + 4)),
         ERR_ILLEGAL_OPERATION);
  EXPECT("a missing ASID before what is mapped",
         REQUEST(bare, PD_CLEAN_DATA, WORDS(0, 4)), ERR_INVALID_CAPABILITY,
         WORDS(0));
  EXPECT("a lost ASID before what is mapped",
         REQUEST(lost, PD_CLEAN_DATA, WORDS(PLACE, PLACE + 4)),
         ERR_FAILED_LOOKUP, WORDS(0, LOOKUP_INVALID_ROOT));
}

#define MAKE_POOL(untyped, root, ...)                                          \
  REQUEST(ROOT_SLOT_ASID_CONTROL, ASID_CONTROL_MAKE_POOL, CAPS(untyped, root), \
          WORDS(__VA_ARGS__))

static void pools(void) {
  cptr_t parent = arena_make(OBJECT_UNTYPED, ASID_POOL_BITS);
  REQUEST(parent, UNTYPED_RETYPE, CAPS(ROOT),
          WORDS(OBJECT_ENDPOINT, 0, 0, 0, arena_slot(), 1));
  EXPECT("words before the untyped", MAKE_POOL(frame, frame, TAKEN),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("untyped before the destination",
         MAKE_POOL(frame, frame, TAKEN, TOO_DEEP), ERR_INVALID_CAPABILITY,
         WORDS(1));
  EXPECT("its children before the destination",
         MAKE_POOL(parent, frame, TAKEN, TOO_DEEP), ERR_REVOKE_FIRST);
}

/* ---- interrupts ---------------------------------------------------------- */

#define ISSUE(root, ...)                                                       \
  REQUEST(ROOT_SLOT_IRQ_CONTROL, IRQ_ISSUE_HANDLER, CAPS(root),                \
          WORDS(__VA_ARGS__))
#define SGI(root, ...)                                                         \
  REQUEST(ROOT_SLOT_IRQ_CONTROL, IRQ_ISSUE_SGI_SIGNAL, CAPS(root),             \
          WORDS(__VA_ARGS__))

static void interrupts(void) {
  EXPECT("words before the line", ISSUE(frame, 160, TAKEN),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("line before destination", ISSUE(frame, 160, TAKEN, TOO_DEEP),
         ERR_RANGE, WORDS(0, 159));
  EXPECT("who has the line before destination",
         ISSUE(frame, 29, TAKEN, TOO_DEEP), ERR_REVOKE_FIRST);
  EXPECT("destination's root before its depth",
         ISSUE(frame, 100, TAKEN, TOO_DEEP), ERR_FAILED_LOOKUP,
         WORDS(0, LOOKUP_INVALID_ROOT));
  EXPECT("depth before what is in the slot", ISSUE(ROOT, 100, TAKEN, TOO_DEEP),
         ERR_RANGE, WORDS(1, WORD_BITS));
  EXPECT("signal before target", SGI(frame, 16, 8, TAKEN, TOO_DEEP), ERR_RANGE,
         WORDS(0, 15));
  EXPECT("target before destination", SGI(frame, 15, 8, TAKEN, TOO_DEEP),
         ERR_INVALID_ARGUMENT, WORDS(1));
}

/* An address space that loses its ASID, with a page. @return The page. */
static cptr_t make_lost(void) {
  cptr_t pool = arena_slot();
  cptr_t page = arena_make(OBJECT_SMALL_PAGE, 0);
  lost = arena_make(OBJECT_PAGE_DIRECTORY, 0);
  MAKE_POOL(arena_make(OBJECT_UNTYPED, ASID_POOL_BITS), ROOT, pool, ROOT_DEPTH);
  REQUEST(pool, ASID_POOL_ASSIGN, CAPS(lost));
  MAP_TABLE(arena_make(OBJECT_PAGE_TABLE, 0), lost, PLACE);
  MAP(page, lost, PLACE);
  arena_delete(pool);
  return page;
}

void test_order(void) {
  cptr_t table = arena_make(OBJECT_PAGE_TABLE, 0);
  cptr_t in_lost = make_lost();
  endpoint = memory_mint(arena_make(OBJECT_ENDPOINT, 0), RIGHTS_ALL, 7);
  frame = arena_make(OBJECT_SMALL_PAGE, 0);
  bare = arena_make(OBJECT_PAGE_DIRECTORY, 0);
  space = arena_space();
  MAP_TABLE(table, space, PLACE);
  MAP(frame, space, PLACE);
  retype();
  cnodes();
  rotation();
  threads();
  mappings();
  tables(table);
  caches(in_lost);
  pools();
  interrupts();
}
