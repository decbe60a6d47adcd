/* SPDX-License-Identifier: BSD-2-Clause */
/* Cache operations on frames and through page directories: their arguments. */
#include "arena.h"
#include "groups.h"
#include "report.h"

#define AT 0x50000000u
#define PAGE 0x1000u

static cptr_t space;
static cptr_t page;

static void map(void) {
  space = arena_space();
  page = arena_make(OBJECT_SMALL_PAGE, 0);
  EXPECT("a table is mapped",
         REQUEST(arena_make(OBJECT_PAGE_TABLE, 0), PAGE_TABLE_MAP, CAPS(space),
                 WORDS(AT, VM_DEFAULT)),
         ERR_NONE);
  EXPECT("a page is mapped",
         REQUEST(page, PAGE_MAP, CAPS(space),
                 WORDS(AT, RIGHT_READ | RIGHT_WRITE, VM_DEFAULT)),
         ERR_NONE);
}

static void on_frames(void) {
  EXPECT("a page is cleaned", REQUEST(page, PAGE_CLEAN_DATA, WORDS(0, PAGE)),
         ERR_NONE);
  EXPECT("a page is invalidated",
         REQUEST(page, PAGE_INVALIDATE_DATA, WORDS(0, PAGE)), ERR_NONE);
  EXPECT("a page is cleaned and invalidated",
         REQUEST(page, PAGE_CLEAN_INVALIDATE_DATA, WORDS(1, 2)), ERR_NONE);
  EXPECT("a page is unified",
         REQUEST(page, PAGE_UNIFY_INSTRUCTION, WORDS(PAGE - 1, PAGE)),
         ERR_NONE);
  EXPECT("not beyond its end",
         REQUEST(page, PAGE_INVALIDATE_DATA, WORDS(0, PAGE + 1)),
         ERR_INVALID_ARGUMENT, WORDS(0));
  EXPECT("and not nothing", REQUEST(page, PAGE_UNIFY_INSTRUCTION, WORDS(5, 5)),
         ERR_INVALID_ARGUMENT, WORDS(1));
  EXPECT("two words are needed", REQUEST(page, PAGE_CLEAN_DATA, WORDS(0)),
         ERR_TRUNCATED_MESSAGE);
}

static void through_directories(void) {
  EXPECT("through a directory a page is cleaned",
         REQUEST(space, PD_CLEAN_DATA, WORDS(AT, AT + PAGE)), ERR_NONE);
  EXPECT("through a directory a page is invalidated",
         REQUEST(space, PD_INVALIDATE_DATA, WORDS(AT, AT + 4)), ERR_NONE);
  EXPECT("through a directory a page is cleaned and invalidated",
         REQUEST(space, PD_CLEAN_INVALIDATE_DATA, WORDS(AT, AT + 4)), ERR_NONE);
  EXPECT("through a directory a page is unified",
         REQUEST(space, PD_UNIFY_INSTRUCTION, WORDS(AT, AT + 4)), ERR_NONE);
  EXPECT("through a directory not beyond one page",
         REQUEST(space, PD_UNIFY_INSTRUCTION, WORDS(AT + 16, AT + PAGE + 1)),
         ERR_RANGE, WORDS(AT + 16, AT + PAGE - 1));
  EXPECT("where nothing is mapped nothing is done",
         REQUEST(space, PD_INVALIDATE_DATA, WORDS(AT + PAGE, AT + 2 * PAGE)),
         ERR_NONE);
  EXPECT("a directory without ASID is no address space",
         REQUEST(arena_make(OBJECT_PAGE_DIRECTORY, 0), PD_CLEAN_DATA,
                 WORDS(AT, AT + 4)),
         ERR_INVALID_CAPABILITY, WORDS(0));
}

void test_cache(void) {
  map();
  on_frames();
  through_directories();
}
