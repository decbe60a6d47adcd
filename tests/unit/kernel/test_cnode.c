/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/core/cnode.c, slot.c: operations on slots, and who descends from whom.
 */
#include "kernel/cnode.h"

#include "harness/check.h"
#include "harness/system.h"

#define EP SLOT_FREE
#define A (SLOT_FREE + 1)
#define B (SLOT_FREE + 2)
#define C (SLOT_FREE + 3)

static void start(void) {
  system_start();
  system_wake(system_thread(100));
  CHECK(system_retype(OBJECT_ENDPOINT, 0, EP, 1) == ERR_NONE, "an endpoint");
}

static enum err pair(word_t label, word_t dest, word_t source, word_t data) {
  return INVOKE(.to = SLOT_CNODE, .label = label, .length = 6,
                .words = {dest, 32, source, 32, data, data}, .cap_count = 1,
                .caps = {SLOT_CNODE});
}

static enum err move(word_t dest, word_t source) {
  return pair(INVOCATION_CNODE_MOVE, dest, source, 0);
}

static enum err rotate(word_t dest, word_t pivot, word_t source) {
  return INVOKE(.to = SLOT_CNODE, .label = INVOCATION_CNODE_ROTATE, .length = 8,
                .words = {dest, 32, 0, pivot, 32, 0, source, 32},
                .cap_count = 2, .caps = {SLOT_CNODE, SLOT_CNODE});
}

static bool is_empty(word_t slot) {
  return slot_is_empty(system_slot(slot));
}

static void a_copy_has_fewer_rights(void) {
  struct cap cap;

  start();
  CHECK(system_copy(A, EP, RIGHT_READ) == ERR_NONE, "copy");
  cap = system_cap(A);
  CHECK(cap_rights(&cap) == RIGHT_READ, "with read only");
  CHECK(system_copy(B, A, RIGHTS_ALL) == ERR_NONE, "copy of the copy");
  cap = system_cap(B);
  CHECK(cap_rights(&cap) == RIGHT_READ, "rights never come back");
}

static void copies_have_preconditions(void) {
  start();
  CHECK(INVOKE(.to = SLOT_CNODE, .label = INVOCATION_CNODE_COPY, .length = 1) ==
            ERR_TRUNCATED_MESSAGE,
        "two words at least");
  CHECK(INVOKE(.to = SLOT_CNODE, .label = INVOCATION_CNODE_COPY, .length = 4,
               .words = {A, 32, EP, 32}, .cap_count = 1,
               .caps = {SLOT_CNODE}) == ERR_TRUNCATED_MESSAGE,
        "copy needs the rights");
  CHECK(INVOKE(.to = SLOT_CNODE, .label = INVOCATION_CNODE_COPY, .length = 5,
               .words = {A, 32, EP, 32}) == ERR_TRUNCATED_MESSAGE,
        "and the root of the source");
  CHECK(system_copy(SLOT_DOMAIN, EP, RIGHTS_ALL) == ERR_DELETE_FIRST,
        "the destination must be empty");
  CHECK(system_copy(SLOT_DOMAIN, A, RIGHTS_ALL) == ERR_DELETE_FIRST,
        "which is looked at before the source");
  CHECK(system_copy(A, B, RIGHTS_ALL) == ERR_FAILED_LOOKUP &&
            system_word(sched_current, 0) == 1 &&
            system_word(sched_current, 1) == LOOKUP_MISSING_CAPABILITY &&
            system_word(sched_current, 2) == 32,
        "the source must not be empty");
  CHECK(system_copy(A, SLOT_IRQ_CONTROL, RIGHTS_ALL) == ERR_ILLEGAL_OPERATION,
        "IRQ control can not be copied");
  CHECK(is_empty(A), "nothing was made by any of these");
}

static void badges_are_minted_once(void) {
  struct cap cap;

  start();
  CHECK(system_mint(A, EP, 7) == ERR_NONE, "mint");
  cap = system_cap(A);
  CHECK(cap_badge(&cap) == 7, "with the badge");
  CHECK(system_mint(B, A, 8) == ERR_ILLEGAL_OPERATION, "no second badge");
  CHECK(pair(INVOCATION_CNODE_MUTATE, B, EP, 0) == ERR_ILLEGAL_OPERATION,
        "an endpoint can not be mutated");
  CHECK(!is_empty(EP) && is_empty(B), "and stays where it is");
}

static void guards_are_mutated(void) {
  struct cap cap;

  start();
  CHECK(system_retype(OBJECT_CNODE, 4, A, 1) == ERR_NONE, "a CNode");
  CHECK(pair(INVOCATION_CNODE_MUTATE, B, A, 28u << 3) == ERR_NONE, "mutate");
  cap = system_cap(B);
  CHECK(is_empty(A) && cap_cnode_guard_size(&cap) == 28, "moved with a guard");
  CHECK(pair(INVOCATION_CNODE_MUTATE, A, B, 29u << 3) == ERR_ILLEGAL_OPERATION,
        "29 + 4 bits are too many");
}

static void moves_keep_the_place_in_the_family(void) {
  start();
  CHECK(system_mint(A, EP, 7) == ERR_NONE, "a child");
  CHECK(move(B, A) == ERR_NONE && is_empty(A) && !is_empty(B), "moved");
  CHECK(move(A, EP) == ERR_NONE, "the parent moves too");
  CHECK(system_lists_are_sound(), "the list is sound");
  CHECK(system_revoke(A) == ERR_NONE, "the parent is revoked");
  CHECK(is_empty(B) && !is_empty(A), "the child goes, the parent stays");
}

static void rotation_moves_two(void) {
  start();
  CHECK(rotate(C, A, EP) == ERR_FAILED_LOOKUP &&
            system_word(sched_current, 0) == 0,
        "the pivot must not be empty");
  CHECK(system_retype(OBJECT_TCB, 0, A, 1) == ERR_NONE, "a thread");
  CHECK(system_retype(OBJECT_CNODE, 2, B, 1) == ERR_NONE, "a CNode");
  CHECK(rotate(C, A, EP) == ERR_ILLEGAL_OPERATION,
        "an endpoint can not be rotated");
  CHECK(rotate(C, B, B) == ERR_ILLEGAL_OPERATION, "pivot is not source");
  CHECK(rotate(B, B, A) == ERR_ILLEGAL_OPERATION, "pivot is not destination");
  CHECK(rotate(EP, B, A) == ERR_DELETE_FIRST, "the destination is empty");
  CHECK(rotate(C, B, A) == ERR_NONE, "rotate");
  CHECK(slot_type(system_slot(C)) == CAP_CNODE &&
            slot_type(system_slot(B)) == CAP_TCB && is_empty(A),
        "pivot to destination, source to pivot");
  CHECK(rotate(B, C, B) == ERR_NONE, "swap");
  CHECK(slot_type(system_slot(C)) == CAP_TCB &&
            slot_type(system_slot(B)) == CAP_CNODE,
        "source and pivot change places");
  CHECK(system_lists_are_sound(), "the list is sound");
}

/* ---- derivation ---------------------------------------------------------- */

static void plain_copies_are_siblings(void) {
  start();
  CHECK(system_copy(A, EP, RIGHTS_ALL) == ERR_NONE &&
            system_copy(B, A, RIGHTS_ALL) == ERR_NONE,
        "a copy and its copy");
  CHECK(system_revoke(A) == ERR_NONE, "the copy is revoked");
  CHECK(!is_empty(B), "its copy stays: it is a sibling");
  CHECK(system_revoke(EP) == ERR_NONE, "the original is revoked");
  CHECK(is_empty(A) && is_empty(B), "both go");
}

static void a_badge_starts_a_family(void) {
  start();
  CHECK(system_mint(A, EP, 7) == ERR_NONE, "badge 7");
  CHECK(system_copy(B, A, RIGHTS_ALL) == ERR_NONE, "its copy");
  CHECK(system_mint(C, EP, 7) == ERR_NONE, "badge 7 again");
  CHECK(system_revoke(C) == ERR_NONE && !is_empty(A) && !is_empty(B),
        "the second family has no members yet");
  CHECK(system_revoke(A) == ERR_NONE, "the first family");
  CHECK(is_empty(B) && !is_empty(C), "loses its own member only");
}

static void children_go_to_the_grandparent(void) {
  start();
  CHECK(system_mint(A, EP, 7) == ERR_NONE &&
            system_copy(B, A, RIGHTS_ALL) == ERR_NONE,
        "a badge and its copy");
  CHECK(system_mint(C, EP, 7) == ERR_NONE, "another family before it");
  CHECK(system_delete(A) == ERR_NONE, "the head of the family goes");
  CHECK(!is_empty(B), "its member stays");
  CHECK(system_revoke(C) == ERR_NONE && !is_empty(B),
        "and does not fall to the other family");
  CHECK(system_revoke(EP) == ERR_NONE && is_empty(B) && is_empty(C),
        "but to the original");
}

static void everything_descends_from_memory(void) {
  start();
  CHECK(system_retype(OBJECT_UNTYPED, 12, A, 1) == ERR_NONE, "a part");
  CHECK(INVOKE(.to = A, .label = INVOCATION_UNTYPED_RETYPE, .length = 6,
               .words = {OBJECT_TCB, 0, 0, 0, B, 1}, .cap_count = 1,
               .caps = {SLOT_CNODE}) == ERR_NONE,
        "an object in the part");
  CHECK(system_copy(C, B, RIGHTS_ALL) == ERR_NONE, "and a copy");
  CHECK(system_revoke(A) == ERR_NONE, "the part is revoked");
  CHECK(is_empty(B) && is_empty(C) && !is_empty(A) && !is_empty(EP),
        "what was in it goes, the rest stays");
  CHECK(system_revoke(SLOT_UNTYPED) == ERR_NONE, "all is revoked");
  CHECK(is_empty(A) && is_empty(EP), "all goes");
  CHECK(system_lists_are_sound(), "the list is sound");
}

static void the_reply_capability_is_saved(void) {
  struct tcb *server;
  struct tcb *client;

  start();
  server = sched_current;
  client = system_thread(200);
  CHECK(INVOKE(.to = SLOT_CNODE, .label = INVOCATION_CNODE_SAVE_CALLER,
               .length = 2, .words = {A, 32}) == ERR_NONE &&
            is_empty(A),
        "without a caller nothing is stored");
  system_wake(client);
  system_send(SYSCALL_CALL, &(struct message){.to = EP});
  CHECK(sched_current == server, "the client waits");
  system_call(SYSCALL_RECV, EP);
  CHECK(INVOKE(.to = SLOT_CNODE, .label = INVOCATION_CNODE_SAVE_CALLER,
               .length = 2, .words = {EP, 32}) == ERR_DELETE_FIRST,
        "an occupied slot is refused");
  CHECK(INVOKE(.to = SLOT_CNODE, .label = INVOCATION_CNODE_SAVE_CALLER,
               .length = 2, .words = {A, 32}) == ERR_NONE &&
            slot_type(system_slot(A)) == CAP_REPLY,
        "the caller is saved");
  CHECK(system_copy(B, A, RIGHTS_ALL) == ERR_ILLEGAL_OPERATION,
        "it can not be copied");
  CHECK(move(B, A) == ERR_NONE, "it can be moved");
  system_send(SYSCALL_SEND, &(struct message){.to = B, .label = 5});
  CHECK(sched_current == client && MESSAGE_LABEL(system_info(client)) == 5,
        "the answer arrives");
  CHECK(is_empty(B), "and the capability is used up");
}

static void other_labels_are_refused(void) {
  start();
  CHECK(INVOKE(.to = SLOT_CNODE, .label = INVOCATION_IRQ_ISSUE_HANDLER) ==
            ERR_ILLEGAL_OPERATION,
        "a label of another type");
  CHECK(INVOKE(.to = SLOT_CNODE, .label = 0xfffff) == ERR_ILLEGAL_OPERATION,
        "a label of no type");
  CHECK(INVOKE(.to = A) == ERR_INVALID_CAPABILITY &&
            system_word(sched_current, 0) == 0,
        "an empty slot is an invalid capability");
}

static void rotation_has_preconditions(void) {
  start();
  CHECK(INVOKE(.to = SLOT_CNODE, .label = INVOCATION_CNODE_ROTATE, .length = 7,
               .words = {A, 32}, .cap_count = 2,
               .caps = {SLOT_CNODE, SLOT_CNODE}) == ERR_TRUNCATED_MESSAGE,
        "eight words");
  CHECK(INVOKE(.to = SLOT_CNODE, .label = INVOCATION_CNODE_ROTATE, .length = 8,
               .words = {A, 32, 0, B, 33, 0, EP, 32}, .cap_count = 2,
               .caps = {SLOT_CNODE, SLOT_CNODE}) == ERR_RANGE,
        "a pivot that can be named");
  CHECK(rotate(A, EP, EP) == ERR_ILLEGAL_OPERATION &&
            rotate(EP, EP, A) == ERR_ILLEGAL_OPERATION,
        "a pivot of its own");
  CHECK(rotate(SLOT_DOMAIN, A, EP) == ERR_DELETE_FIRST, "an empty destination");
  CHECK(rotate(A, B, C) == ERR_FAILED_LOOKUP &&
            system_word(sched_current, 0) == 1,
        "something to move");
  CHECK(rotate(A, B, SLOT_DOMAIN) == ERR_FAILED_LOOKUP &&
            system_word(sched_current, 0) == 0,
        "and at the pivot");
  CHECK(rotate(A, SLOT_DOMAIN, EP) == ERR_ILLEGAL_OPERATION &&
            rotate(A, EP, SLOT_DOMAIN) == ERR_ILLEGAL_OPERATION,
        "and both must bear the data that they get");
}

static void equal_badges_are_families_of_their_own(void) {
  start();
  CHECK(system_mint(A, EP, 7) == ERR_NONE &&
            system_mint(B, EP, 7) == ERR_NONE &&
            system_copy(C, B, RIGHTS_ALL) == ERR_NONE,
        "one badge, minted twice");
  CHECK(system_revoke(B) == ERR_NONE && is_empty(C), "what was copied goes");
  CHECK(!is_empty(A), "what was minted does not");
}

static void what_is_being_deleted_stays_where_it_is(void) {
  start();
  CHECK(system_retype(OBJECT_CNODE, 4, A, 1) == ERR_NONE, "a CNode");
  slot_set_cap(system_slot(A), cap_zombie(0x10500000u, 4, 0));
  CHECK(move(B, A) == ERR_ILLEGAL_OPERATION, "not even moved");
  slot_clear(system_slot(A));
}

int main(void) {
  a_copy_has_fewer_rights();
  copies_have_preconditions();
  badges_are_minted_once();
  guards_are_mutated();
  moves_keep_the_place_in_the_family();
  rotation_moves_two();
  plain_copies_are_siblings();
  a_badge_starts_a_family();
  children_go_to_the_grandparent();
  everything_descends_from_memory();
  the_reply_capability_is_saved();
  other_labels_are_refused();
  rotation_has_preconditions();
  equal_badges_are_families_of_their_own();
  what_is_being_deleted_stays_where_it_is();
  return check_report("cnode");
}
