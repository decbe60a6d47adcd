/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors of Retype, and their order: of two mistakes the earlier row counts. */
#include "arena.h"
#include "device.h"
#include "groups.h"
#include "report.h"
#include "sel4/sel4.h"

#define BAD_TYPE 11u
#define SLOTS (1u << ROOT_CNODE_BITS)

static cptr_t untyped;
static cptr_t slot;

/* Retype into the root CNode, named directly. */
#define RETYPE(type, bits, offset, count)                                      \
  REQUEST(untyped, UNTYPED_RETYPE, CAPS(ROOT),                                 \
          WORDS(type, bits, 0, 0, offset, count))

static void message_errors(void) {
  EXPECT("another label is illegal", REQUEST(untyped, TCB_SUSPEND),
         ERR_ILLEGAL_OPERATION);
  EXPECT("five words are too few",
         REQUEST(untyped, UNTYPED_RETYPE, CAPS(ROOT),
                 WORDS(BAD_TYPE, 0, 0, 0, slot)),
         ERR_TRUNCATED_MESSAGE);
  EXPECT("a root for the destination must be there",
         REQUEST(untyped, UNTYPED_RETYPE, WORDS(BAD_TYPE, 0, 0, 0, slot, 1)),
         ERR_TRUNCATED_MESSAGE);
}

static void size_errors(void) {
  EXPECT("an unknown type is argument 0", RETYPE(BAD_TYPE, 99, slot, 0),
         ERR_INVALID_ARGUMENT, WORDS(0));
  EXPECT("size bits above 31 are out of range, even if not used",
         RETYPE(OBJECT_TCB, 32, SLOTS, 0), ERR_RANGE, WORDS(0, 29));
  EXPECT("an object above 2^29 is out of range",
         RETYPE(OBJECT_UNTYPED, 30, SLOTS, 0), ERR_RANGE, WORDS(0, 29));
  EXPECT("a CNode of 2^30 bytes is out of range",
         RETYPE(OBJECT_CNODE, 26, SLOTS, 0), ERR_RANGE, WORDS(0, 29));
  EXPECT("a CNode of one slot is argument 1", RETYPE(OBJECT_CNODE, 0, SLOTS, 0),
         ERR_INVALID_ARGUMENT, WORDS(1));
  EXPECT("an untyped below 2^4 is argument 1",
         RETYPE(OBJECT_UNTYPED, 3, SLOTS, 0), ERR_INVALID_ARGUMENT, WORDS(1));
}

static void destination_errors(void) {
  EXPECT("a root that is no CNode can not be looked up in",
         REQUEST(untyped, UNTYPED_RETYPE, CAPS(untyped),
                 WORDS(OBJECT_TCB, 0, 0, 32, SLOTS, 0)),
         ERR_FAILED_LOOKUP, WORDS(0, LOOKUP_INVALID_ROOT));
  EXPECT("a depth above 32 is out of range",
         REQUEST(untyped, UNTYPED_RETYPE, CAPS(ROOT),
                 WORDS(OBJECT_TCB, 0, 0, 33, SLOTS, 0)),
         ERR_RANGE, WORDS(1, 32));
  EXPECT("a destination that is no CNode is missing",
         REQUEST(untyped, UNTYPED_RETYPE, CAPS(ROOT),
                 WORDS(OBJECT_TCB, 0, untyped, ROOT_DEPTH, SLOTS, 0)),
         ERR_FAILED_LOOKUP, WORDS(0, LOOKUP_MISSING_CAPABILITY, 32));
  EXPECT("a destination root that is no CNode, at depth 0, is missing",
         REQUEST(untyped, UNTYPED_RETYPE, CAPS(untyped),
                 WORDS(OBJECT_TCB, 0, 0, 0, SLOTS, 0)),
         ERR_FAILED_LOOKUP, WORDS(0, LOOKUP_MISSING_CAPABILITY, 0));
  EXPECT("the CNode can be named by address and depth",
         REQUEST(untyped, UNTYPED_RETYPE, CAPS(ROOT),
                 WORDS(OBJECT_TCB, 0, ROOT, ROOT_DEPTH, arena_slot(), 1)),
         ERR_NONE);
}

static void range_errors(void) {
  EXPECT("an offset behind the CNode is out of range",
         RETYPE(OBJECT_TCB, 0, SLOTS, 0), ERR_RANGE, WORDS(0, SLOTS - 1));
  EXPECT("no object at all is out of range",
         RETYPE(OBJECT_TCB, 0, SLOTS - 1, 0), ERR_RANGE, WORDS(1, 256));
  EXPECT("257 objects are out of range", RETYPE(OBJECT_TCB, 0, SLOTS - 1, 257),
         ERR_RANGE, WORDS(1, 256));
  EXPECT("objects beyond the last slot are out of range",
         RETYPE(OBJECT_TCB, 0, SLOTS - 1, 2), ERR_RANGE, WORDS(1, 1));
  EXPECT("an occupied slot must be deleted first",
         RETYPE(OBJECT_SECTION, 0, untyped, 1), ERR_DELETE_FIRST);
  EXPECT("an occupied slot in the middle, too",
         RETYPE(OBJECT_SECTION, 0, untyped - 1, 2), ERR_DELETE_FIRST);
  EXPECT("what does not fit is too much", RETYPE(OBJECT_SECTION, 0, slot, 1),
         ERR_NOT_ENOUGH_MEMORY, WORDS(0xfc00));
}

static void device_errors(void) {
  cptr_t device = device_untyped();
  EXPECT("a kernel object can not be made of device memory",
         REQUEST(device, UNTYPED_RETYPE, CAPS(ROOT),
                 WORDS(OBJECT_ENDPOINT, 0, 0, 0, slot, 1)),
         ERR_INVALID_ARGUMENT, WORDS(1));
  EXPECT("a page table neither",
         REQUEST(device, UNTYPED_RETYPE, CAPS(ROOT),
                 WORDS(OBJECT_PAGE_TABLE, 0, 0, 0, slot, 1)),
         ERR_INVALID_ARGUMENT, WORDS(1));
  CHECK(cap_kind(slot) == KIND_NULL, "a refused Retype fills no slot");
}

void test_retype(void) {
  slot = arena_slot();
  untyped = arena_make(OBJECT_UNTYPED, 16);
  message_errors();
  size_errors();
  destination_errors();
  range_errors();
  device_errors();
}
