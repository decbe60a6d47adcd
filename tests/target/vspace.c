/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors of address-space invocations, and their order; ASIDs. */
#include "groups.h"
#include "report.h"
#include "sel4/sel4.h"
#include "worker.h"

#define PLACE 0x40000000u
#define SECTION_SIZE (1u << SECTION_BITS)
#define LARGE_SIZE (1u << LARGE_PAGE_BITS)
#define ALL (RIGHT_READ | RIGHT_WRITE)

#define MAP(frame, space, address)                                             \
  REQUEST(frame, PAGE_MAP, CAPS(space), WORDS(address, ALL, VM_DEFAULT))
#define MAP_TABLE(table, space, address)                                       \
  REQUEST(table, PAGE_TABLE_MAP, CAPS(space), WORDS(address, VM_DEFAULT))

static cptr_t space;

static void tables(void) {
  cptr_t table = arena_make(OBJECT_PAGE_TABLE, 0);
  cptr_t second = arena_make(OBJECT_PAGE_TABLE, 0);
  cptr_t unassigned = arena_make(OBJECT_PAGE_DIRECTORY, 0);
  EXPECT("mapping a table needs two words",
         REQUEST(table, PAGE_TABLE_MAP, CAPS(space), WORDS(PLACE)),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("and an address space",
         REQUEST(table, PAGE_TABLE_MAP, WORDS(PLACE, VM_DEFAULT)),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("which is a page directory", MAP_TABLE(table, ROOT, PLACE),
         ERR_INVALID_CAPABILITY, WORDS(1));
  EXPECT("with an ASID", MAP_TABLE(table, unassigned, PLACE),
         ERR_INVALID_CAPABILITY, WORDS(1));
  EXPECT("kernel addresses are argument 0", MAP_TABLE(table, space, USER_TOP),
         ERR_INVALID_ARGUMENT, WORDS(0));
  EXPECT("a table that is not mapped can not be copied",
         REQUEST(ROOT, CNODE_COPY, CAPS(ROOT),
                 WORDS(arena_slot(), ROOT_DEPTH, table, ROOT_DEPTH, ALL)),
         ERR_ILLEGAL_OPERATION);
  EXPECT("the lower bits of a table's address are ignored",
         MAP_TABLE(table, space, PLACE + 0x12345), ERR_NONE);
  EXPECT("a mapped table can not be mapped again",
         MAP_TABLE(table, space, PLACE + SECTION_SIZE), ERR_INVALID_CAPABILITY,
         WORDS(0));
  EXPECT("where a table is, none can be mapped",
         MAP_TABLE(second, space, PLACE), ERR_DELETE_FIRST);
  cptr_t copy = memory_mint(table, RIGHTS_ALL, 0);
  EXPECT("a table with two caps can not be unmapped",
         REQUEST(table, PAGE_TABLE_UNMAP), ERR_REVOKE_FIRST);
  arena_delete(copy);
  EXPECT("with one it can", REQUEST(table, PAGE_TABLE_UNMAP), ERR_NONE);
  EXPECT("again changes nothing", REQUEST(table, PAGE_TABLE_UNMAP), ERR_NONE);
  EXPECT("the place is free", MAP_TABLE(second, space, PLACE), ERR_NONE);
  EXPECT("a label that no table knows is illegal", REQUEST(table, PAGE_UNMAP),
         ERR_ILLEGAL_OPERATION);
}

static void frames(void) {
  cptr_t frame = arena_make(OBJECT_SMALL_PAGE, 0);
  cptr_t other = arena_space();
  EXPECT("mapping a page needs three words",
         REQUEST(frame, PAGE_MAP, CAPS(space), WORDS(PLACE, ALL)),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("the address space is a page directory", MAP(frame, ROOT, PLACE),
         ERR_INVALID_CAPABILITY, WORDS(1));
  EXPECT("kernel addresses are argument 0", MAP(frame, space, USER_TOP),
         ERR_INVALID_ARGUMENT, WORDS(0));
  EXPECT("the last byte counts", MAP(frame, space, USER_TOP - 0x800),
         ERR_INVALID_ARGUMENT, WORDS(0));
  EXPECT("addresses do not wrap", MAP(frame, space, 0xfffff800u),
         ERR_INVALID_ARGUMENT, WORDS(0));
  EXPECT("a page is aligned", MAP(frame, space, PLACE + 0x800), ERR_ALIGNMENT);
  EXPECT("alignment comes before tables",
         MAP(frame, space, PLACE + SECTION_SIZE + 4), ERR_ALIGNMENT);
  EXPECT("without table the lookup fails",
         MAP(frame, space, PLACE + SECTION_SIZE), ERR_FAILED_LOOKUP,
         WORDS(0, LOOKUP_MISSING_CAPABILITY, 20));
  EXPECT("with a table a page can be mapped", MAP(frame, space, PLACE),
         ERR_NONE);
  EXPECT("a mapped page stays in its address space", MAP(frame, other, PLACE),
         ERR_INVALID_CAPABILITY, WORDS(1));
  EXPECT("and at its address", MAP(frame, space, PLACE + 0x1000),
         ERR_INVALID_ARGUMENT, WORDS(0));
  EXPECT("at the same place it can be mapped again", MAP(frame, space, PLACE),
         ERR_NONE);
  EXPECT("it can be unmapped", REQUEST(frame, PAGE_UNMAP), ERR_NONE);
  EXPECT("again changes nothing", REQUEST(frame, PAGE_UNMAP), ERR_NONE);
  EXPECT("then it can go elsewhere", MAP(frame, space, PLACE + 0x1000),
         ERR_NONE);
}

static void sizes(void) {
  cptr_t small = arena_make(OBJECT_SMALL_PAGE, 0);
  cptr_t large = arena_make(OBJECT_LARGE_PAGE, 0);
  cptr_t section = arena_make(OBJECT_SECTION, 0);
  vaddr_t free = PLACE + 2 * SECTION_SIZE;
  EXPECT("a section is aligned to its size",
         MAP(section, space, free + LARGE_SIZE), ERR_ALIGNMENT);
  EXPECT("a section does not go over a table", MAP(section, space, PLACE),
         ERR_DELETE_FIRST);
  EXPECT("a section needs no table", MAP(section, space, free), ERR_NONE);
  EXPECT("a table does not go over a section",
         MAP_TABLE(arena_make(OBJECT_PAGE_TABLE, 0), space, free),
         ERR_DELETE_FIRST);
  EXPECT("in a section there is no place for pages", MAP(small, space, free),
         ERR_FAILED_LOOKUP, WORDS(0, LOOKUP_MISSING_CAPABILITY, 20));
  EXPECT("a large page does not go over small ones", MAP(large, space, PLACE),
         ERR_DELETE_FIRST);
  EXPECT("it goes beside them", MAP(large, space, PLACE + LARGE_SIZE),
         ERR_NONE);
  EXPECT("a small page does not go into a large one",
         MAP(small, space, PLACE + LARGE_SIZE + 0x3000), ERR_DELETE_FIRST);
}

#define CLEAN(frame, start, end)                                               \
  REQUEST(frame, PAGE_CLEAN_DATA, WORDS(start, end))

static void caches(void) {
  cptr_t frame = arena_make(OBJECT_SMALL_PAGE, 0);
  EXPECT("a page that is not mapped has no cache lines", CLEAN(frame, 0, 4096),
         ERR_ILLEGAL_OPERATION);
  MAP(frame, space, PLACE + 0x9000);
  EXPECT("a mapped one can be cleaned", CLEAN(frame, 0, 4096), ERR_NONE);
  EXPECT("the end lies behind the start", CLEAN(frame, 64, 64),
         ERR_INVALID_ARGUMENT, WORDS(1));
  EXPECT("the end lies in the page", CLEAN(frame, 0, 4097),
         ERR_INVALID_ARGUMENT, WORDS(0));
  EXPECT("through a directory one page can be cleaned",
         REQUEST(space, PD_CLEAN_DATA, WORDS(PLACE + 0x9000, PLACE + 0xa000)),
         ERR_NONE);
  EXPECT("but not two",
         REQUEST(space, PD_CLEAN_DATA, WORDS(PLACE + 0x9000, PLACE + 0xa001)),
         ERR_RANGE, WORDS(PLACE + 0x9000, PLACE + 0x9fff));
  EXPECT("kernel addresses can not be cleaned",
         REQUEST(space, PD_CLEAN_INVALIDATE_DATA,
                 WORDS(USER_TOP - 4096, USER_TOP + 4096)),
         ERR_ILLEGAL_OPERATION);
  EXPECT("nor a range that wraps",
         REQUEST(space, PD_INVALIDATE_DATA, WORDS(0xffffff00u, 0x100)),
         ERR_INVALID_ARGUMENT, WORDS(1));
}

/* ---- ASIDs --------------------------------------------------------------- */

#define ASSIGN(pool, pd) REQUEST(pool, ASID_POOL_ASSIGN, CAPS(pd))
#define MAKE_POOL(untyped, slot)                                               \
  REQUEST(ROOT_SLOT_ASID_CONTROL, ASID_CONTROL_MAKE_POOL, CAPS(untyped, ROOT), \
          WORDS(slot, ROOT_DEPTH))

static void asids(void) {
  cptr_t pool = arena_slot();
  cptr_t untyped = arena_make(OBJECT_UNTYPED, ASID_POOL_BITS);
  cptr_t pd = arena_make(OBJECT_PAGE_DIRECTORY, 0);
  EXPECT("a page directory gets one ASID", ASSIGN(ROOT_SLOT_ASID_POOL, space),
         ERR_INVALID_CAPABILITY, WORDS(1));
  EXPECT("only page directories get ASIDs", ASSIGN(ROOT_SLOT_ASID_POOL, ROOT),
         ERR_INVALID_CAPABILITY, WORDS(1));
  EXPECT("a pool is made of exactly 4 KiB",
         MAKE_POOL(arena_make(OBJECT_UNTYPED, ASID_POOL_BITS + 1), pool),
         ERR_INVALID_CAPABILITY, WORDS(1));
  EXPECT("its slot must be empty", MAKE_POOL(untyped, ROOT_SLOT_TCB),
         ERR_DELETE_FIRST);
  EXPECT("a pool can be made", MAKE_POOL(untyped, pool), ERR_NONE);
  EXPECT("its memory is used up", MAKE_POOL(untyped, arena_slot()),
         ERR_REVOKE_FIRST);
  EXPECT("it gives ASIDs", ASSIGN(pool, pd), ERR_NONE);
  EXPECT("then the directory is an address space",
         MAP_TABLE(arena_make(OBJECT_PAGE_TABLE, 0), pd, PLACE), ERR_NONE);
  arena_delete(pool);
  EXPECT("a destroyed pool takes its ASIDs back",
         MAP_TABLE(arena_make(OBJECT_PAGE_TABLE, 0), pd, PLACE + SECTION_SIZE),
         ERR_FAILED_LOOKUP, WORDS(0, LOOKUP_INVALID_ROOT));
}

/* Make pools until there are no numbers for them. @return How many. */
static word_t exhaust_pools(enum err *last) {
  word_t count = 0;
  for (;;) {
    cptr_t untyped = arena_make(OBJECT_UNTYPED, ASID_POOL_BITS);
    word_t info = MAKE_POOL(untyped, arena_slot());
    *last = (enum err)MESSAGE_LABEL(info);
    if (*last != ERR_NONE) {
      return count;
    }
    count++;
  }
}

static void pools(void) {
  enum err last = ERR_NONE;
  CHECK(exhaust_pools(&last) == ASID_POOL_COUNT - 1 && last == ERR_DELETE_FIRST,
        "there are 128 ASID pools, the first is the root task's");
  arena_clear();
  EXPECT("numbers of destroyed pools are free again",
         MAKE_POOL(arena_make(OBJECT_UNTYPED, ASID_POOL_BITS), arena_slot()),
         ERR_NONE);
}

static word_t nothing(word_t argument) {
  return argument;
}

static void without_asid(void) {
  cptr_t pool = arena_slot();
  cptr_t pd = arena_make(OBJECT_PAGE_DIRECTORY, 0);
  MAKE_POOL(arena_make(OBJECT_UNTYPED, ASID_POOL_BITS), pool);
  ASSIGN(pool, pd);
  worker_make_in(0, pd);
  arena_delete(pool);
  worker_run(0, nothing, 0);
  struct worker_event fault = worker_wait();
  CHECK(fault.label == FAULT_VM && fault.mr[0] == fault.mr[1] &&
            fault.mr[1] == (word_t)(uintptr_t)nothing && fault.mr[2] == 1,
        "a thread whose address space has lost its ASID faults at once");
  worker_make_in(1, ROOT_SLOT_VSPACE);
  cptr_t empty = arena_space();
  seL4_TCB_SetSpace(worker_tcb(1), worker_cap(1), ROOT, 0, empty, 0);
  arena_delete(empty);
  worker_run(1, nothing, 0);
  fault = worker_wait();
  CHECK(fault.worker == 1 && fault.label == FAULT_VM && fault.mr[2] == 1,
        "so does one in an empty address space");
}

void test_vspace(void) {
  workers_begin();
  space = arena_space();
  tables();
  frames();
  sizes();
  caches();
  asids();
  without_asid();
  pools();
}
