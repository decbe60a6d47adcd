/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/core/untyped.c, zero.c: order of checks, placement, zeroing. */
#include "kernel/untyped.h"

#include "harness/check.h"
#include "harness/fake_arch.h"
#include "harness/system.h"
#include "kernel/arch.h"

#define SIZE (1u << SYSTEM_UNTYPED_BITS)
#define PAGE 4096u

struct arguments {
  word_t type, size_bits, index, depth, offset, count;
};

static enum err retype(cptr_t untyped, struct arguments a, cptr_t root) {
  return INVOKE(.to = untyped, .label = INVOCATION_UNTYPED_RETYPE, .length = 6,
                .words = {a.type, a.size_bits, a.index, a.depth, a.offset,
                          a.count},
                .cap_count = 1, .caps = {root});
}

static bool replied(word_t first, word_t second) {
  return system_word(sched_current, 0) == first &&
         system_word(sched_current, 1) == second;
}

static void start(void) {
  system_start();
  system_wake(system_thread(100));
}

/* Every case also has all the mistakes that are checked for later. */
static void mistakes_are_found_in_order(void) {
  enum err err;

  start();
  err = INVOKE(.to = SLOT_UNTYPED, .label = INVOCATION_CNODE_COPY);
  CHECK(err == ERR_ILLEGAL_OPERATION, "first the label");
  err =
      INVOKE(.to = SLOT_UNTYPED, .label = INVOCATION_UNTYPED_RETYPE,
             .length = 5, .words = {99}, .cap_count = 1, .caps = {SLOT_CNODE});
  CHECK(err == ERR_TRUNCATED_MESSAGE, "then the length");
  err = INVOKE(.to = SLOT_UNTYPED, .label = INVOCATION_UNTYPED_RETYPE,
               .length = 6, .words = {99});
  CHECK(err == ERR_TRUNCATED_MESSAGE, "and the capability");
  err = retype(SLOT_UNTYPED, (struct arguments){11, 99, 0, 99, 999, 0},
               SLOT_DOMAIN);
  CHECK(err == ERR_INVALID_ARGUMENT && system_word(sched_current, 0) == 0,
        "then the type");
  err = retype(SLOT_UNTYPED, (struct arguments){OBJECT_TCB, 32, 0, 99, 999, 0},
               SLOT_DOMAIN);
  CHECK(err == ERR_RANGE && replied(0, 29), "then the size");
  err =
      retype(SLOT_UNTYPED, (struct arguments){OBJECT_CNODE, 26, 0, 99, 999, 0},
             SLOT_DOMAIN);
  CHECK(err == ERR_RANGE && replied(0, 29), "of a CNode in bytes");
  err = retype(SLOT_UNTYPED, (struct arguments){OBJECT_CNODE, 0, 0, 99, 999, 0},
               SLOT_DOMAIN);
  CHECK(err == ERR_INVALID_ARGUMENT && system_word(sched_current, 0) == 1,
        "then the smallest CNode");
  err =
      retype(SLOT_UNTYPED, (struct arguments){OBJECT_UNTYPED, 3, 0, 99, 999, 0},
             SLOT_DOMAIN);
  CHECK(err == ERR_INVALID_ARGUMENT && system_word(sched_current, 0) == 1,
        "and the smallest untyped");
}

static void destination_mistakes_follow(void) {
  enum err err;

  start();
  err = retype(SLOT_UNTYPED, (struct arguments){OBJECT_TCB, 0, 0, 99, 999, 0},
               SLOT_DOMAIN);
  CHECK(err == ERR_FAILED_LOOKUP && replied(0, LOOKUP_INVALID_ROOT),
        "then the root of the lookup");
  err = retype(SLOT_UNTYPED, (struct arguments){OBJECT_TCB, 0, 0, 33, 999, 0},
               SLOT_CNODE);
  CHECK(err == ERR_RANGE && replied(1, 32), "its depth");
  err = retype(SLOT_UNTYPED,
               (struct arguments){OBJECT_TCB, 0, SLOT_DOMAIN, 32, 999, 0},
               SLOT_CNODE);
  CHECK(err == ERR_FAILED_LOOKUP && replied(0, LOOKUP_MISSING_CAPABILITY) &&
            system_word(sched_current, 2) == 32,
        "then what is found there");
  err = retype(SLOT_UNTYPED, (struct arguments){OBJECT_TCB, 0, 0, 0, 256, 0},
               SLOT_CNODE);
  CHECK(err == ERR_RANGE && replied(0, 255), "then the offset");
  err = retype(SLOT_UNTYPED, (struct arguments){OBJECT_TCB, 0, 0, 0, 250, 0},
               SLOT_CNODE);
  CHECK(err == ERR_RANGE && replied(1, 256), "then the count");
  err = retype(SLOT_UNTYPED, (struct arguments){OBJECT_TCB, 0, 0, 0, 250, 7},
               SLOT_CNODE);
  CHECK(err == ERR_RANGE && replied(1, 6), "then the window's end");
  err = retype(SLOT_UNTYPED,
               (struct arguments){OBJECT_SECTION, 0, 0, 0, SLOT_DOMAIN, 200},
               SLOT_CNODE);
  CHECK(err == ERR_DELETE_FIRST, "then the slots");
  err = retype(SLOT_UNTYPED,
               (struct arguments){OBJECT_SECTION, 0, 0, 0, SLOT_FREE, 5},
               SLOT_CNODE);
  CHECK(err == ERR_NOT_ENOUGH_MEMORY && system_word(sched_current, 0) == SIZE,
        "then the memory");
  err =
      retype(SLOT_DEVICE, (struct arguments){OBJECT_TCB, 0, 0, 0, SLOT_FREE, 1},
             SLOT_CNODE);
  CHECK(err == ERR_INVALID_ARGUMENT && system_word(sched_current, 0) == 1,
        "and last what devices may become");
}

static void objects_are_aligned_and_ascend(void) {
  struct cap small;
  struct cap first;
  struct cap second;
  struct cap untyped;

  start();
  CHECK(system_retype(OBJECT_ENDPOINT, 0, SLOT_FREE, 1) == ERR_NONE, "one");
  CHECK(system_retype(OBJECT_TCB, 0, SLOT_FREE + 1, 2) == ERR_NONE, "two more");
  small = system_cap(SLOT_FREE);
  first = system_cap(SLOT_FREE + 1);
  second = system_cap(SLOT_FREE + 2);
  untyped = system_cap(SLOT_UNTYPED);
  CHECK(cap_object_paddr(&small) == SYSTEM_UNTYPED, "at the start of memory");
  CHECK(cap_rights(&small) == RIGHTS_ALL && cap_badge(&small) == 0,
        "with all rights and no badge");
  CHECK(cap_tcb_paddr(&first) == SYSTEM_UNTYPED + 1024, "aligned to its size");
  CHECK(cap_tcb_paddr(&second) == SYSTEM_UNTYPED + 2048, "one after the other");
  CHECK(cap_untyped_watermark(&untyped) == 3072, "the watermark is their end");
  CHECK(system_lists_are_sound(), "the derivation list is sound");
}

static void memory_runs_out_exactly(void) {
  start();
  CHECK(system_retype(OBJECT_SECTION, 0, SLOT_FREE, 3) == ERR_NONE,
        "three sections of four fit");
  CHECK(system_retype(OBJECT_SECTION, 0, SLOT_FREE + 3, 2) ==
                ERR_NOT_ENOUGH_MEMORY &&
            system_word(sched_current, 0) == 1u << 20,
        "two more do not, and the rest is told");
  CHECK(system_retype(OBJECT_SECTION, 0, SLOT_FREE + 3, 1) == ERR_NONE,
        "the last one does");
  CHECK(system_retype(OBJECT_ENDPOINT, 0, SLOT_FREE + 4, 1) ==
                ERR_NOT_ENOUGH_MEMORY &&
            system_word(sched_current, 0) == 0,
        "then nothing is left");
  CHECK(system_delete(SLOT_FREE) == ERR_NONE, "one goes");
  CHECK(system_retype(OBJECT_SECTION, 0, SLOT_FREE, 1) == ERR_NOT_ENOUGH_MEMORY,
        "the watermark does not move back while a child remains");
  CHECK(system_revoke(SLOT_UNTYPED) == ERR_NONE, "all go");
  CHECK(system_retype(OBJECT_SECTION, 0, SLOT_FREE, 4) == ERR_NONE,
        "then all of it is free again");
}

static void reused_memory_is_zero(void) {
  word_t *dirt;

  start();
  CHECK(system_retype(OBJECT_SMALL_PAGE, 0, SLOT_FREE, 64) == ERR_NONE,
        "some frames");
  dirt = arch_ptr(SYSTEM_UNTYPED);
  for (word_t i = 0; i < 64 * PAGE / 4; i++)
    dirt[i] = 0xdeadbeefu;
  CHECK(system_revoke(SLOT_UNTYPED) == ERR_NONE, "they go");
  CHECK(system_retype(OBJECT_CNODE, 10, SLOT_FREE, 1) == ERR_NONE,
        "something else comes");
  CHECK(fake_ram_is_zero(SYSTEM_UNTYPED, 64 * PAGE), "all of it was cleared");
  CHECK(untyped_is_dirty(SYSTEM_UNTYPED), "what is used again is marked");
  CHECK(!untyped_is_dirty(SYSTEM_UNTYPED + 32 * PAGE),
        "what is not used is known to be zero");
}

static void clean_pages_are_not_cleared_again(void) {
  word_t *secret;

  start();
  secret = arch_ptr(SYSTEM_UNTYPED + SIZE - 64);
  *secret = 1; /* nobody told the kernel */
  CHECK(system_retype(OBJECT_ENDPOINT, 0, SLOT_FREE, 1) == ERR_NONE, "retype");
  CHECK(*secret == 1, "a page that is zero since boot is not touched");
  CHECK(system_revoke(SLOT_UNTYPED) == ERR_NONE, "back");
  untyped_mark_dirty(SYSTEM_UNTYPED + SIZE - PAGE, SYSTEM_UNTYPED + SIZE);
  CHECK(system_retype(OBJECT_SECTION, 0, SLOT_FREE, 4) == ERR_NONE, "all");
  CHECK(system_revoke(SLOT_UNTYPED) == ERR_NONE, "back");
  CHECK(system_retype(OBJECT_ENDPOINT, 0, SLOT_FREE, 1) == ERR_NONE, "retype");
  CHECK(*secret == 0, "a page that was used is");
}

/* Four untypeds share a page; one of them is used again and again. */
static void a_shared_page_is_never_called_clean(void) {
  static const struct arguments endpoint = {OBJECT_ENDPOINT, 0, 0, 0,
                                            SLOT_FREE + 4,   1};
  word_t *word = arch_ptr(SYSTEM_UNTYPED);

  start();
  CHECK(system_retype(OBJECT_UNTYPED, 10, SLOT_FREE, 4) == ERR_NONE, "parts");
  for (word_t i = 0; i < 2; i++) {
    CHECK(retype(SLOT_FREE, endpoint, SLOT_CNODE) == ERR_NONE, "use it");
    *word = 7;
    CHECK(system_revoke(SLOT_FREE) == ERR_NONE, "let it go");
    CHECK(untyped_is_dirty(SYSTEM_UNTYPED), "its neighbours may be in use");
  }
  CHECK(retype(SLOT_FREE,
               (struct arguments){OBJECT_UNTYPED, 4, 0, 0, SLOT_FREE + 4, 1},
               SLOT_CNODE) == ERR_NONE &&
            *word == 0,
        "it is cleared each time");
  CHECK(untyped_is_dirty(SYSTEM_UNTYPED), "which says nothing of the others");
}

static void clearing_stops_for_interrupts_and_goes_on(void) {
  word_t before;

  start();
  untyped_mark_dirty(SYSTEM_UNTYPED, SYSTEM_UNTYPED + SIZE);
  *(word_t *)arch_ptr(SYSTEM_UNTYPED) = 7;
  fake_hooks.preempt_after = 3;
  before = fake_hooks.entries;
  CHECK(system_retype(OBJECT_TCB, 0, SLOT_FREE, 1) == ERR_NONE, "it is done");
  CHECK(fake_hooks.preemptions == 1, "it was stopped once");
  CHECK(fake_hooks.entries == before + 2, "and entered the kernel again");
  CHECK(fake_ram_is_zero(SYSTEM_UNTYPED, 64), "the memory is zero");
}

static void a_preempted_clearing_keeps_what_it_did(void) {
  struct cap cap;

  start();
  untyped_mark_dirty(SYSTEM_UNTYPED, SYSTEM_UNTYPED + SIZE);
  fake_hooks.preempt_after = 1;
  system_send(SYSCALL_CALL,
              &(struct message){.to = SLOT_UNTYPED,
                                .label = INVOCATION_UNTYPED_RETYPE,
                                .length = 6,
                                .words = {OBJECT_TCB, 0, 0, 0, SLOT_FREE, 1},
                                .cap_count = 1,
                                .caps = {SLOT_CNODE}});
  cap = system_cap(SLOT_UNTYPED);
  CHECK(fake_hooks.preemptions == 1, "it stopped");
  CHECK(cap_untyped_watermark(&cap) < SIZE, "the watermark has sunk");
  CHECK(slot_is_empty(system_slot(SLOT_FREE)), "nothing is made yet");
  CHECK(sched_current->context.reg[CONTEXT_PC] ==
            sched_current->context.reg[CONTEXT_FAULT_IP],
        "the thread will execute its call again");
}

static void devices_keep_their_contents_and_kind(void) {
  struct cap cap;

  start();
  CHECK(retype(SLOT_DEVICE,
               (struct arguments){OBJECT_UNTYPED, 16, 0, 0, SLOT_FREE, 2},
               SLOT_CNODE) == ERR_NONE,
        "a device is split");
  cap = system_cap(SLOT_FREE + 1);
  CHECK(cap_untyped_device(&cap) &&
            cap_untyped_paddr(&cap) == SYSTEM_DEVICE + (1u << 16),
        "the parts are devices");
  CHECK(retype(SLOT_FREE,
               (struct arguments){OBJECT_SMALL_PAGE, 0, 0, 0, SLOT_FREE + 2, 1},
               SLOT_CNODE) == ERR_NONE,
        "a device becomes a frame");
  cap = system_cap(SLOT_FREE + 2);
  CHECK(cap_frame_device(&cap), "of a device");
}

static void copies_share_what_is_free(void) {
  struct cap cap;

  start();
  CHECK(system_retype(OBJECT_UNTYPED, 12, SLOT_FREE, 1) == ERR_NONE, "4 KiB");
  CHECK(system_copy(SLOT_FREE + 1, SLOT_FREE, RIGHTS_ALL) == ERR_NONE, "copy");
  cap = system_cap(SLOT_FREE);
  CHECK(cap_untyped_watermark(&cap) == PAGE, "the source is full now");
  cap = system_cap(SLOT_FREE + 1);
  CHECK(cap_untyped_watermark(&cap) == 0, "the copy is free");
  CHECK(system_copy(SLOT_FREE + 2, SLOT_FREE, RIGHTS_ALL) == ERR_REVOKE_FIRST,
        "no second copy while the first one lives");
}

static void a_destination_may_be_looked_up(void) {
  struct cap inner;

  start();
  CHECK(system_retype(OBJECT_CNODE, 4, SLOT_FREE, 1) == ERR_NONE, "a CNode");
  inner = system_cap(SLOT_FREE);
  CHECK(retype(SLOT_UNTYPED,
               (struct arguments){OBJECT_TCB, 0, SLOT_FREE, 32, 3, 2},
               SLOT_CNODE) == ERR_NONE,
        "objects go to a CNode found in a CNode");
  CHECK(slot_type(slot_of_cnode(&inner, 4)) == CAP_TCB, "and are there");
}

/* Less than what is cleared in one step, and less than a page. */
static void small_blocks_are_cleared_too(void) {
  start();
  CHECK(system_retype(OBJECT_UNTYPED, 5, SLOT_FREE, 2) == ERR_NONE,
        "two blocks of 32 bytes");
  for (word_t i = 0; i < 3; i++)
    CHECK(retype(SLOT_FREE + 1,
                 (struct arguments){OBJECT_ENDPOINT, 0, 0, 0, SLOT_FREE + 2, 2},
                 SLOT_CNODE) == ERR_NONE &&
              system_revoke(SLOT_FREE + 1) == ERR_NONE,
          "are used again and again");
  CHECK(system_retype(OBJECT_UNTYPED, 16, SLOT_FREE + 4, 2) == ERR_NONE &&
            retype(SLOT_FREE + 5,
                   (struct arguments){OBJECT_LARGE_PAGE, 0, 0, 0, SLOT_FREE + 6,
                                      1},
                   SLOT_CNODE) == ERR_NONE,
        "so is a block that ends where a word of the bitmap does");
}

/* As long as nobody writes, a large block is cleared by looking at a bitmap. */
static void a_window_has_a_begin_and_an_end(void) {
  start();
  CHECK(retype(SLOT_UNTYPED,
               (struct arguments){OBJECT_ENDPOINT, 0, 0, 0, SLOT_FREE, 0},
               SLOT_CNODE) == ERR_RANGE &&
            replied(1, 256),
        "at least one object");
  CHECK(retype(SLOT_UNTYPED,
               (struct arguments){OBJECT_ENDPOINT, 0, 0, 0, SLOT_FREE, 257},
               SLOT_CNODE) == ERR_RANGE &&
            replied(1, 256),
        "at most 256");
}

static void clean_memory_is_passed_over_by_words(void) {
  start();
  for (word_t i = 0; i < 3; i++)
    CHECK(system_retype(OBJECT_UNTYPED, SYSTEM_UNTYPED_BITS - 1, SLOT_FREE,
                        1) == ERR_NONE &&
              system_delete(SLOT_FREE) == ERR_NONE,
          "as often as it likes");
  CHECK(system_retype(OBJECT_SMALL_PAGE, 0, SLOT_FREE, 40) == ERR_NONE &&
            system_revoke(SLOT_UNTYPED) == ERR_NONE &&
            system_retype(OBJECT_UNTYPED, SYSTEM_UNTYPED_BITS, SLOT_FREE, 1) ==
                ERR_NONE,
        "with used pages in between, too");
  CHECK(fake_ram_is_zero(SYSTEM_UNTYPED, SIZE), "it is zero");
}

/* 16 MiB in one piece are more than the test's RAM: only a device has them. */
static void a_supersection_comes_from_a_device(void) {
  struct cap cap;

  start();
  slot_insert_root(system_slot(SLOT_FREE), cap_untyped(0x0c000000u, 24, true));
  CHECK(
      retype(SLOT_FREE,
             (struct arguments){OBJECT_SUPERSECTION, 0, 0, 0, SLOT_FREE + 1, 1},
             SLOT_CNODE) == ERR_NONE,
      "sixteen sections in one");
  cap = system_cap(SLOT_FREE + 1);
  CHECK(cap.type == CAP_FRAME && cap_frame_size(&cap) == FRAME_SUPERSECTION &&
            cap_frame_paddr(&cap) == 0x0c000000u && cap_frame_device(&cap),
        "as one frame");
  CHECK(system_delete(SLOT_FREE) == ERR_NONE &&
            system_delete(SLOT_FREE + 1) == ERR_NONE,
        "which is let go");
}

static void a_device_takes_no_time_to_reset(void) {
  start();
  CHECK(retype(SLOT_DEVICE,
               (struct arguments){OBJECT_SECTION, 0, 0, 0, SLOT_FREE, 1},
               SLOT_CNODE) == ERR_NONE &&
            system_delete(SLOT_FREE) == ERR_NONE &&
            retype(SLOT_DEVICE,
                   (struct arguments){OBJECT_LARGE_PAGE, 0, 0, 0, SLOT_FREE, 2},
                   SLOT_CNODE) == ERR_NONE,
        "nothing of it is cleared, and it is used anew");
  untyped_mark_dirty(RAM_BASE + PAGE, RAM_BASE + PAGE);
  CHECK(!untyped_is_dirty(RAM_BASE + SIZE * 3), "an empty range marks nothing");
}

int main(void) {
  mistakes_are_found_in_order();
  destination_mistakes_follow();
  objects_are_aligned_and_ascend();
  memory_runs_out_exactly();
  reused_memory_is_zero();
  clean_pages_are_not_cleared_again();
  a_shared_page_is_never_called_clean();
  clearing_stops_for_interrupts_and_goes_on();
  a_preempted_clearing_keeps_what_it_did();
  devices_keep_their_contents_and_kind();
  copies_share_what_is_free();
  a_destination_may_be_looked_up();
  a_window_has_a_begin_and_an_end();
  small_blocks_are_cleared_too();
  clean_memory_is_passed_over_by_words();
  a_supersection_comes_from_a_device();
  a_device_takes_no_time_to_reset();
  return check_report("untyped");
}
