/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel/core/delete.c: destruction of nested, cyclic and shared CNodes and
 * threads, stopped at every step. The invariant that is checked all along: an
 * object with an occupied slot still has a capability (or a zombie), so its
 * memory can not be given away.
 */
#include "kernel/delete.h"

#include "harness/check.h"
#include "harness/fake_arch.h"
#include "harness/system.h"
#include "kernel/arch.h"
#include "kernel/preempt.h"

#include <stdio.h>

#define OBJECTS 24u
#define CHAIN 150u

/* Containers of one test: CNodes, and TCBs (radix 0). */
struct object {
  paddr_t paddr;
  word_t radix;
};

static struct object objects[CHAIN];
static word_t object_count;

static struct cap_slot *slots_of(const struct object *object) {
  return object->radix == 0 ? tcb_at(object->paddr)->slots
                            : arch_ptr(object->paddr);
}

static word_t slot_count(const struct object *object) {
  return object->radix == 0 ? TCB_SLOT_COUNT : 1u << object->radix;
}

static void start(void) {
  system_start();
  system_wake(system_thread(100));
  object_count = 0;
}

/* Make a container with its capability in slot `slot` of the root CNode. */
static struct object *make(word_t radix, word_t slot) {
  struct object *object = &objects[object_count++];
  enum err err = radix == 0 ? system_retype(OBJECT_TCB, 0, slot, 1)
                            : system_retype(OBJECT_CNODE, radix, slot, 1);
  struct cap cap = system_cap(slot);

  CHECK(err == ERR_NONE, "there is memory for the test");
  object->radix = radix;
  object->paddr = radix == 0 ? cap_tcb_paddr(&cap) : cap_cnode_paddr(&cap);
  return object;
}

static void move_in(struct object *object, word_t index, word_t slot) {
  struct cap_slot *source = system_slot(slot);

  slot_move(slots_of(object) + index, source, slot_cap(source));
}

static void copy_in(struct object *object, word_t index, word_t slot) {
  slot_insert(slots_of(object) + index, system_slot(slot), system_cap(slot));
}

/* ---- invariants ---------------------------------------------------------- */

static bool is_empty(const struct object *object) {
  for (word_t i = 0; i < slot_count(object); i++) {
    if (!slot_is_empty(slots_of(object) + i))
      return false;
  }
  return true;
}

static bool names(const struct cap_slot *slot, const struct object *object) {
  struct cap cap = slot_cap(slot);

  if (cap.type == CAP_CNODE)
    return cap_cnode_paddr(&cap) == object->paddr;
  if (cap.type == CAP_TCB)
    return cap_tcb_paddr(&cap) == object->paddr;
  return cap.type == CAP_ZOMBIE && cap_zombie_paddr(&cap) == object->paddr;
}

static bool is_named(const struct object *object) {
  for (word_t i = 0; i < SYSTEM_SLOTS; i++) {
    if (names(system_slot(i), object))
      return true;
  }
  for (word_t k = 0; k < object_count; k++) {
    for (word_t i = 0; i < slot_count(&objects[k]); i++) {
      if (names(slots_of(&objects[k]) + i, object))
        return true;
    }
  }
  return false;
}

static bool nothing_is_orphaned(void) {
  for (word_t i = 0; i < object_count; i++) {
    if (!is_empty(&objects[i]) && !is_named(&objects[i]))
      return false;
  }
  return true;
}

static bool all_are_empty(void) {
  for (word_t i = 0; i < object_count; i++) {
    if (!is_empty(&objects[i]))
      return false;
  }
  return true;
}

/* Let preemption points come `phase` work units earlier than before. */
static void shift_phase(word_t phase) {
  for (word_t i = 0; i < phase; i++)
    (void)!preempt_point();
}

/* Delete everything, stopping at each preemption point. */
static void revoke_all(void) {
  enum err err;

  do {
    fake_hooks.preempt_after = 1;
    err = delete_descendants(system_slot(SLOT_UNTYPED));
    CHECK(system_lists_are_sound(), "the lists are sound at each stop");
    CHECK(nothing_is_orphaned(), "nothing is orphaned at each stop");
  } while (err == ERR_PREEMPTED);
  fake_hooks.preempt_after = 0;
  CHECK(slot_first_child(system_slot(SLOT_UNTYPED)) == NULL,
        "no descendant is left");
  CHECK(all_are_empty(), "all containers are empty");
}

/* ---- cases --------------------------------------------------------------- */

static void one_of_two_capabilities_destroys_nothing(void) {
  struct object *cnode;

  start();
  cnode = make(3, SLOT_FREE);
  copy_in(cnode, 5, SLOT_DOMAIN);
  CHECK(system_copy(SLOT_FREE + 1, SLOT_FREE, RIGHTS_ALL) == ERR_NONE, "copy");
  CHECK(system_delete(SLOT_FREE) == ERR_NONE, "the original goes");
  CHECK(!is_empty(cnode), "the object stays");
  CHECK(system_delete(SLOT_FREE + 1) == ERR_NONE, "the copy goes");
  CHECK(is_empty(cnode), "now its slots are emptied");
  CHECK(system_delete(SLOT_FREE + 1) == ERR_NONE,
        "deleting an empty slot is no error");
}

static void a_long_chain_needs_no_stack(void) {
  start();
  (void)make(1, SLOT_FREE);
  for (word_t i = 1; i < CHAIN; i++) {
    struct object *outer = make(1 + i % 3, SLOT_FREE + 1);

    move_in(outer, i % 2, SLOT_FREE);
    slot_move(system_slot(SLOT_FREE), system_slot(SLOT_FREE + 1),
              system_cap(SLOT_FREE + 1));
  }
  CHECK(system_delete(SLOT_FREE) == ERR_NONE, "the outermost goes");
  CHECK(all_are_empty(), "and all that was inside");
  CHECK(slot_first_child(system_slot(SLOT_UNTYPED)) == NULL,
        "no capability is left");
}

static void a_cnode_may_hold_itself(void) {
  for (word_t index = 0; index < 4; index++) {
    struct object *cnode;

    start();
    cnode = make(2, SLOT_FREE);
    for (word_t i = 0; i < 4; i++)
      copy_in(cnode, i, i == index ? (word_t)SLOT_FREE : (word_t)SLOT_DOMAIN);
    CHECK(system_delete(SLOT_FREE) == ERR_NONE, "the outer capability goes");
    CHECK(!is_empty(cnode), "the inner one keeps the object alive");
    revoke_all();
  }
}

/* Two CNodes that hold the last capability of each other, at all indices. */
static void two_cnodes_may_hold_each_other(void) {
  for (word_t n = 0; n < 16 * PREEMPT_WORK_UNITS; n++) {
    struct object *a;
    struct object *b;

    start();
    a = make(2, SLOT_FREE);
    b = make(2, SLOT_FREE + 1);
    for (word_t i = 0; i < 4; i++) {
      if (i != n % 4)
        copy_in(a, i, SLOT_DOMAIN);
      if (i != n / 4 % 4)
        copy_in(b, i, SLOT_DOMAIN);
    }
    move_in(a, n % 4, SLOT_FREE + 1);
    move_in(b, n / 4 % 4, SLOT_FREE);
    shift_phase(n / 16);
    revoke_all();
  }
}

/* A deletion inside a CNode is begun, and then the CNode itself is deleted. */
static void a_deletion_in_progress_is_taken_over(void) {
  for (word_t n = 0; n < 4 * PREEMPT_WORK_UNITS; n++) {
    struct object *outer;
    struct object *inner;
    enum err err;

    start();
    outer = make(2, SLOT_FREE);
    inner = make(2, SLOT_FREE + 1);
    for (word_t i = 0; i < 4; i++)
      copy_in(inner, i, SLOT_DOMAIN);
    move_in(outer, n % 4, SLOT_FREE + 1);
    shift_phase(n / 4);
    fake_hooks.preempt_after = 1;
    (void)!delete_slot(slots_of(outer) + n % 4);
    do {
      shift_phase(PREEMPT_WORK_UNITS - 1);
      fake_hooks.preempt_after = 1;
      err = delete_slot(system_slot(SLOT_FREE));
      CHECK(system_lists_are_sound() && nothing_is_orphaned(),
            "all is sound at each stop");
    } while (err == ERR_PREEMPTED);
    CHECK(all_are_empty(), "both are empty");
    revoke_all();
  }
}

/*
 * A CNode that holds its own last capability is given up in mid-deletion, and
 * the chain of zombies is entered at its other end.
 */
static void a_chain_may_be_entered_anywhere(void) {
  for (word_t n = 0; n < PREEMPT_WORK_UNITS; n++) {
    struct object *a;
    struct object *b;

    start();
    a = make(1, SLOT_FREE);
    b = make(2, SLOT_FREE + 1);
    for (word_t i = 0; i < 4; i++)
      copy_in(b, i, SLOT_DOMAIN);
    move_in(a, 0, SLOT_FREE + 1);
    move_in(a, 1, SLOT_FREE);
    shift_phase(n);
    fake_hooks.preempt_after = 1;
    (void)!delete_slot(slots_of(a) + 1);
    CHECK(nothing_is_orphaned(), "nothing is orphaned where it stops");
    fake_hooks.preempt_after = 0;
    (void)!delete_slot(slots_of(b));
    CHECK(nothing_is_orphaned(), "nor when another goes on elsewhere");
    CHECK(system_lists_are_sound(), "and the lists are sound");
    revoke_all();
  }
}

static void a_thread_may_hold_its_own_cnode(void) {
  struct object *cnode;
  struct object *tcb;

  start();
  cnode = make(2, SLOT_FREE);
  tcb = make(0, SLOT_FREE + 1);
  copy_in(tcb, TCB_SLOT_CSPACE, SLOT_FREE);
  move_in(cnode, 1, SLOT_FREE + 1);
  CHECK(system_delete(SLOT_FREE) == ERR_NONE, "the outer capability goes");
  CHECK(!is_empty(cnode), "the thread still holds it");
  revoke_all();
  CHECK(fake_ram_is_zero(arch_paddr(tcb_at(tcb->paddr)->slots), 5 * 16),
        "the thread's slots are empty");
}

static void a_thread_that_deletes_itself_stops(void) {
  struct tcb *other;

  start();
  other = system_thread(50);
  system_wake(other);
  system_send(SYSCALL_CALL, &(struct message){.to = SLOT_CNODE,
                                              .label = INVOCATION_CNODE_DELETE,
                                              .length = 2,
                                              .words = {SLOT_THREADS, 32}});
  CHECK(sched_current == other, "the next thread runs");
  CHECK(slot_is_empty(system_slot(SLOT_THREADS)), "its capability is gone");
}

/* ---- random graphs ------------------------------------------------------- */

static word_t seed;

static word_t random_below(word_t n) {
  seed = seed * 1664525u + 1013904223u;
  return (seed >> 8) % n;
}

static struct cap_slot *random_slot(void) {
  const struct object *object = &objects[random_below(object_count)];

  return slots_of(object) + random_below(slot_count(object));
}

static void build_graph(void) {
  for (word_t i = 0; i < OBJECTS; i++)
    (void)make(random_below(4), SLOT_FREE + i);
  for (word_t i = 0; i < 4 * OBJECTS; i++) {
    struct cap_slot *dest = random_slot();
    word_t source = SLOT_FREE + random_below(OBJECTS);

    if (slot_is_empty(dest) && !slot_is_empty(system_slot(source)))
      slot_insert(dest, system_slot(source), system_cap(source));
  }
  for (word_t i = 0; i < OBJECTS; i++) {
    struct cap_slot *dest = random_slot();
    struct cap_slot *source = system_slot(SLOT_FREE + i);

    if (slot_is_empty(dest) && random_below(2) == 0)
      slot_move(dest, source, slot_cap(source));
  }
}

/* Some deletions that are begun and never finished, then all the rest. */
static void random_graphs_are_destroyed(void) {
  for (word_t run = 0; run < 1500; run++) {
    seed = run;
    start();
    build_graph();
    shift_phase(random_below(PREEMPT_WORK_UNITS));
    for (word_t i = 0; i < 12; i++) {
      fake_hooks.preempt_after = 1;
      (void)!delete_slot(random_below(2) == 0
                             ? random_slot()
                             : system_slot(SLOT_FREE + random_below(OBJECTS)));
      CHECK(system_lists_are_sound(), "the lists are sound");
      CHECK(nothing_is_orphaned(), "nothing is orphaned");
      shift_phase(random_below(PREEMPT_WORK_UNITS));
    }
    revoke_all();
  }
}

int main(void) {
  one_of_two_capabilities_destroys_nothing();
  a_long_chain_needs_no_stack();
  a_cnode_may_hold_itself();
  two_cnodes_may_hold_each_other();
  a_deletion_in_progress_is_taken_over();
  a_chain_may_be_entered_anywhere();
  a_thread_may_hold_its_own_cnode();
  a_thread_that_deletes_itself_stops();
  random_graphs_are_destroyed();
  return check_report("delete");
}
