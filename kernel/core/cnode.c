/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CNode invocations. Message words 0 and 1 always name the destination slot in
 * the invoked CNode; sources are looked up in the CNodes of the extra caps.
 */
#include "kernel/cnode.h"

#include "kernel/cspace.h"
#include "kernel/delete.h"
#include "kernel/ipc.h"
#include "kernel/tcb.h"

static struct slot_address address_at(const struct request *request,
                                      word_t first_word) {
  return (struct slot_address){.index = invocation_word(request, first_word),
                               .depth =
                                   invocation_word(request, first_word + 1)};
}

/* Source slot that message words and an extra cap name. */
static enum err find_source(struct request *request, word_t first_word,
                            word_t root_index, struct cap_slot **out) {
  struct cap root = slot_cap(request->extra[root_index]);

  return cspace_lookup_source(request, &root, address_at(request, first_word),
                              out);
}

static enum err missing(struct request *request, bool source,
                        word_t bits_left) {
  struct lookup_fault fault;

  lookup_fault_missing(&fault, bits_left);
  return invocation_bad_lookup(request, source, &fault);
}

/* ---- one slot ------------------------------------------------------------ */

static enum err revoke(struct request *request, struct cap_slot *dest) {
  (void)request;
  return delete_descendants(dest);
}

static enum err delete (struct request *request, struct cap_slot *dest) {
  (void)request; return delete_slot(dest);
}

static enum err cancel_badged_sends(struct request *request,
                                    struct cap_slot *dest) {
  struct cap cap = slot_cap(dest);

  (void)request;
  if (cap.type != CAP_ENDPOINT || cap_rights(&cap) != RIGHTS_ALL)
    return ERR_ILLEGAL_OPERATION;
  if (cap_badge(&cap) != 0)
    ipc_cancel_badged(cap_object_paddr(&cap), cap_badge(&cap));
  return ERR_NONE;
}

static enum err save_caller(struct request *request, struct cap_slot *dest) {
  struct cap_slot *caller = &request->thread->slots[TCB_SLOT_CALLER];

  if (!slot_is_empty(dest))
    return ERR_DELETE_FIRST;
  if (!slot_is_empty(caller))
    slot_move(dest, caller, slot_cap(caller));
  return ERR_NONE;
}

/* ---- source and destination ---------------------------------------------- */

/* What all of Copy, Mint, Move and Mutate check, in this order. */
static enum err pair_check(struct request *request, const struct cap_slot *dest,
                           word_t words, struct cap_slot **source) {
  enum err err = invocation_require(request, 4, 1);

  if (err != ERR_NONE)
    return err;
  if (!slot_is_empty(dest))
    return ERR_DELETE_FIRST;
  err = find_source(request, 2, 0, source);
  if (err != ERR_NONE)
    return err;
  if (slot_is_empty(*source))
    return missing(request, true, invocation_word(request, 3));
  return invocation_require(request, words, 1);
}

static enum err insert_copy(struct cap_slot *dest, struct cap_slot *source,
                            struct cap cap) {
  enum err err;

  if (cap.type == CAP_NULL)
    return ERR_ILLEGAL_OPERATION;
  err = slot_derive(source, &cap);
  if (err != ERR_NONE)
    return err;
  if (cap.type == CAP_NULL)
    return ERR_ILLEGAL_OPERATION;
  slot_insert(dest, source, cap);
  return ERR_NONE;
}

static enum err copy(struct request *request, struct cap_slot *dest) {
  struct cap_slot *source;
  enum err err = pair_check(request, dest, 5, &source);

  if (err != ERR_NONE)
    return err;
  return insert_copy(
      dest, source,
      cap_mask_rights(slot_cap(source), invocation_word(request, 4)));
}

static enum err mint(struct request *request, struct cap_slot *dest) {
  struct cap_slot *source;
  enum err err = pair_check(request, dest, 6, &source);
  struct cap cap;

  if (err != ERR_NONE)
    return err;
  cap = cap_mask_rights(slot_cap(source), invocation_word(request, 4));
  return insert_copy(dest, source,
                     cap_update_data(cap, invocation_word(request, 5), true));
}

/* A zombie stays where it is until it is gone. */
static bool movable(const struct cap *cap) {
  return cap->type != CAP_NULL && cap->type != CAP_ZOMBIE;
}

static enum err move_as(struct cap_slot *dest, struct cap_slot *source,
                        struct cap cap) {
  if (!movable(&cap))
    return ERR_ILLEGAL_OPERATION;
  slot_move(dest, source, cap);
  return ERR_NONE;
}

static enum err move(struct request *request, struct cap_slot *dest) {
  struct cap_slot *source;
  enum err err = pair_check(request, dest, 4, &source);

  return err != ERR_NONE ? err : move_as(dest, source, slot_cap(source));
}

static enum err mutate(struct request *request, struct cap_slot *dest) {
  struct cap_slot *source;
  enum err err = pair_check(request, dest, 5, &source);

  if (err != ERR_NONE)
    return err;
  return move_as(
      dest, source,
      cap_update_data(slot_cap(source), invocation_word(request, 4), false));
}

/* ---- rotate -------------------------------------------------------------- */

struct rotate {
  struct cap_slot *source;
  struct cap_slot *pivot;
  struct cap source_cap; /* goes to the pivot slot */
  struct cap pivot_cap;  /* goes to the destination */
};

static enum err rotate_lookup(struct request *request,
                              const struct cap_slot *dest,
                              struct rotate *rotate) {
  enum err err = invocation_require(request, 8, 2);

  if (err == ERR_NONE)
    err = find_source(request, 6, 1, &rotate->source);
  if (err == ERR_NONE)
    err = find_source(request, 3, 0, &rotate->pivot);
  if (err != ERR_NONE)
    return err;
  if (rotate->pivot == rotate->source || rotate->pivot == dest)
    return ERR_ILLEGAL_OPERATION;
  if (rotate->source != dest && !slot_is_empty(dest))
    return ERR_DELETE_FIRST;
  if (slot_is_empty(rotate->source))
    return missing(request, true, invocation_word(request, 7));
  if (slot_is_empty(rotate->pivot))
    return missing(request, false, invocation_word(request, 4));
  return ERR_NONE;
}

static void rotate_do(struct cap_slot *dest, const struct rotate *rotate) {
  if (dest == rotate->source) {
    slot_swap(dest, rotate->pivot);
    slot_set_cap(dest, rotate->pivot_cap);
    slot_set_cap(rotate->pivot, rotate->source_cap);
    return;
  }
  slot_move(dest, rotate->pivot, rotate->pivot_cap);
  slot_move(rotate->pivot, rotate->source, rotate->source_cap);
}

static enum err rotate(struct request *request, struct cap_slot *dest) {
  struct rotate rotate;
  enum err err = rotate_lookup(request, dest, &rotate);

  if (err != ERR_NONE)
    return err;
  rotate.source_cap = cap_update_data(slot_cap(rotate.source),
                                      invocation_word(request, 5), false);
  rotate.pivot_cap = cap_update_data(slot_cap(rotate.pivot),
                                     invocation_word(request, 2), false);
  if (!movable(&rotate.source_cap) || !movable(&rotate.pivot_cap))
    return ERR_ILLEGAL_OPERATION;
  rotate_do(dest, &rotate);
  return ERR_NONE;
}

/* ---- dispatch ------------------------------------------------------------ */

typedef enum err cnode_handler(struct request *request, struct cap_slot *dest);

#define FIRST_LABEL INVOCATION_CNODE_REVOKE

static cnode_handler *const handlers[] = {
    [INVOCATION_CNODE_REVOKE - FIRST_LABEL] = revoke,
    [INVOCATION_CNODE_DELETE - FIRST_LABEL] = delete,
    [INVOCATION_CNODE_CANCEL_BADGED_SENDS - FIRST_LABEL] = cancel_badged_sends,
    [INVOCATION_CNODE_COPY - FIRST_LABEL] = copy,
    [INVOCATION_CNODE_MINT - FIRST_LABEL] = mint,
    [INVOCATION_CNODE_MOVE - FIRST_LABEL] = move,
    [INVOCATION_CNODE_MUTATE - FIRST_LABEL] = mutate,
    [INVOCATION_CNODE_ROTATE - FIRST_LABEL] = rotate,
    [INVOCATION_CNODE_SAVE_CALLER - FIRST_LABEL] = save_caller,
};

enum err cnode_invoke(struct request *request) {
  word_t index = request->label - FIRST_LABEL; /* wraps for smaller labels */
  struct cap_slot *dest;
  enum err err;

  if (index >= ARRAY_SIZE(handlers))
    return ERR_ILLEGAL_OPERATION;
  err = invocation_require(request, 2, 0);
  if (err == ERR_NONE)
    err = cspace_lookup_slot(request, &request->cap, address_at(request, 0),
                             &dest);
  return err != ERR_NONE ? err : handlers[index](request, dest);
}
