/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Supersections, of RAM and of a device: sixteen entries that stand for one
 * frame. Apart from the other groups, because small partitions have no 16 MiB
 * in one piece.
 */
#include "abi/memory.h"
#include "attempts.h"
#include "groups.h"
#include "report.h"
#include "sel4/sel4.h"
#include "space.h"
#include "worker.h"

#define SIZE (1u << SUPERSECTION_BITS)
#define MIB (1u << SECTION_BITS)
#define PLACE 0x50000000u
#define OURS 0x60000000u  /* the same frame in the test's own space */
#define SHOWN 0x70000000u /* and there as devices see it */
#define STATUS_KIND 0x40fu
#define TRANSLATION 0x5u /* Arm ARM DDI 0406C B3-23 */
#define PERMISSION 0xdu
#define ANYTHING 0x5ec7104eu

static cptr_t space;

/* Let worker 0 try. @return 0 if it succeeded, else the kind of fault. */
static word_t attempt(worker_entry *entry, vaddr_t address) {
  worker_run(0, entry, address);
  struct worker_event event = worker_wait();
  return event.label == WORKER_DONE ? 0 : event.mr[3] & STATUS_KIND;
}

/* @return In how many of the sixteen MiB an attempt ends like that. */
static word_t count(worker_entry *entry, word_t result) {
  word_t found = 0;
  for (word_t i = 0; i < SIZE / MIB; i++) {
    found += attempt(entry, PLACE + i * MIB + 4 * i) == result;
  }
  return found;
}

static volatile word_t *word_at(vaddr_t place, word_t i) {
  return (volatile word_t *)(place + i * MIB + 4 * i);
}

/* @return How many of the words that `count` has written are seen there. */
static word_t seen(vaddr_t place) {
  word_t found = 0;
  for (word_t i = 0; i < SIZE / MIB; i++) {
    found += *word_at(place, i) == PLACE + i * MIB + 4 * i;
  }
  return found;
}

static word_t zeros(vaddr_t place) {
  word_t found = 0;
  for (word_t i = 0; i < SIZE / MIB; i++) {
    found += *word_at(place, i) == 0;
  }
  return found;
}

#define MAP(frame, address, rights, attributes)                                \
  REQUEST(frame, PAGE_MAP, CAPS(space), WORDS(address, rights, attributes))
#define READ_WRITE (RIGHT_READ | RIGHT_WRITE)

static void errors(cptr_t frame) {
  cptr_t part = arena_make(OBJECT_SECTION, 0);
  EXPECT("a supersection is aligned to 16 MiB",
         MAP(frame, PLACE + MIB, READ_WRITE, VM_DEFAULT), ERR_ALIGNMENT);
  EXPECT("it ends below the kernel",
         MAP(frame, 0xe0000000u - SIZE + MIB, READ_WRITE, VM_DEFAULT),
         ERR_INVALID_ARGUMENT, WORDS(0));
  MAP(part, PLACE + 15 * MIB, READ_WRITE, VM_DEFAULT);
  EXPECT("it does not go over a section in its last entry",
         MAP(frame, PLACE, READ_WRITE, VM_DEFAULT), ERR_DELETE_FIRST);
  REQUEST(part, PAGE_UNMAP);
  MAP(frame, PLACE, READ_WRITE, VM_DEFAULT);
  EXPECT("a section does not go into it",
         MAP(part, PLACE + 7 * MIB, READ_WRITE, VM_DEFAULT), ERR_DELETE_FIRST);
  EXPECT("nor does a table",
         REQUEST(arena_make(OBJECT_PAGE_TABLE, 0), PAGE_TABLE_MAP, CAPS(space),
                 WORDS(PLACE + 15 * MIB, VM_DEFAULT)),
         ERR_DELETE_FIRST);
}

/* `frame` is mapped at PLACE. */
static void of_ram(cptr_t frame) {
  space_map(ROOT_SLOT_VSPACE, frame, OURS, SPACE_DATA);
  CHECK(zeros(OURS) == 16, "fresh, all of it is zero");
  CHECK(count(attempt_write, 0) == 16 &&
            attempt(attempt_write, PLACE + SIZE - 4) == 0,
        "it is there from first to last byte");
  CHECK(attempt(attempt_read, PLACE + SIZE) == TRANSLATION &&
            attempt(attempt_read, PLACE - 4) == TRANSLATION,
        "not before and not behind");
  CHECK(seen(OURS) == 16, "two address spaces see one frame");
  MAP(frame, PLACE, RIGHT_READ, VM_DEFAULT);
  CHECK(count(attempt_write, PERMISSION) == 16 && count(attempt_read, 0) == 16,
        "mapped again read-only, all sixteen entries are");
  MAP(frame, PLACE, READ_WRITE, VM_DEFAULT | VM_EXECUTE_NEVER);
  CHECK(count(attempt_jump, PERMISSION) == 16, "or execute-never");
}

static void caches(cptr_t frame) {
  cptr_t shown = space_map(ROOT_SLOT_VSPACE, frame, SHOWN, SPACE_DEVICE);
  CHECK(zeros(SHOWN) == 16, "devices see nothing of it");
  for (word_t i = 0; i < SIZE / MIB; i++) {
    word_t at = i * MIB + 4 * i;
    REQUEST(frame, PAGE_CLEAN_DATA, WORDS(at, at + 4));
  }
  CHECK(seen(SHOWN) == 16, "until it is cleaned");
  *word_at(SHOWN, 15) = ANYTHING;
  CHECK(*word_at(OURS, 15) != ANYTHING, "nor does it see what they write");
  EXPECT("invalidate reads its last MiB",
         REQUEST(frame, PAGE_INVALIDATE_DATA, WORDS(15 * MIB, SIZE)), ERR_NONE);
  CHECK(*word_at(OURS, 15) == ANYTHING, "back");
  EXPECT("not beyond its end",
         REQUEST(frame, PAGE_CLEAN_DATA, WORDS(SIZE - 4, SIZE + 1)),
         ERR_INVALID_ARGUMENT, WORDS(0));
  EXPECT(
      "through a directory a supersection is one page",
      REQUEST(space, PD_CLEAN_DATA, WORDS(PLACE + 3 * MIB, PLACE + SIZE + 1)),
      ERR_RANGE, WORDS(PLACE + 3 * MIB, PLACE + SIZE - 1));
  REQUEST(shown, PAGE_UNMAP);
}

static void of_a_device(void) {
  cptr_t frame = memory_device_frame(RAMDISK_BASE, SUPERSECTION_BITS);
  space_map(space, frame, PLACE, SPACE_DEVICE);
  space_map(ROOT_SLOT_VSPACE, frame, OURS, SPACE_DEVICE);
  CHECK(count(attempt_write, 0) == 16 && seen(OURS) == 16,
        "a device of 16 MiB is reached in each");
  CHECK(count(attempt_multiple, 0) == 16, "by loads of several words");
  CHECK(attempt(attempt_read, PLACE + SIZE) == TRANSLATION,
        "and not behind its end");
  arena_revoke(frame);
  arena_delete(frame);
  CHECK(count(attempt_read, TRANSLATION) == 16, "deleted, all is gone");
}

void test_supersection(void) {
  cptr_t memory = memory_untyped(SUPERSECTION_BITS);
  cptr_t frame = memory_objects(memory, OBJECT_SUPERSECTION, 0, 1);
  workers_begin();
  space = space_protected();
  worker_make_in(0, space);
  EXPECT("16 MiB hold one supersection",
         REQUEST(memory, UNTYPED_RETYPE, CAPS(ROOT),
                 WORDS(OBJECT_SUPERSECTION, 0, 0, 0, arena_slot(), 1)),
         ERR_NOT_ENOUGH_MEMORY, WORDS(0));
  errors(frame);
  of_ram(frame);
  caches(frame);
  REQUEST(frame, PAGE_UNMAP);
  CHECK(count(attempt_read, TRANSLATION) == 16, "unmapped, all is gone");
  arena_revoke(memory);
  of_a_device();
}
