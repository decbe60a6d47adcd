/* SPDX-License-Identifier: BSD-2-Clause */
/* Lookup in CSpaces: guarded page tables of capabilities. Read only. */
#include "kernel/cspace.h"

#include "kernel/invocation.h"
#include "kernel/tcb.h"

void lookup_fault_missing(struct lookup_fault *fault, word_t bits_left) {
  *fault = (struct lookup_fault){
      .failure = LOOKUP_MISSING_CAPABILITY, .count = 1, .word = {bits_left}};
}

static OUT_OF_LINE bool fail_root(struct lookup *out) {
  *out = (struct lookup){.fault = {.failure = LOOKUP_INVALID_ROOT}};
  return false;
}

static OUT_OF_LINE bool fail_depth(struct lookup *out, word_t bits_left,
                                   word_t found) {
  *out = (struct lookup){.fault = {.failure = LOOKUP_DEPTH_MISMATCH,
                                   .count = 2,
                                   .word = {bits_left, found}}};
  return false;
}

static OUT_OF_LINE bool fail_guard(struct lookup *out, word_t bits,
                                   const struct cap *cap) {
  *out = (struct lookup){.fault = {.failure = LOOKUP_GUARD_MISMATCH,
                                   .count = 3,
                                   .word = {bits, cap_cnode_guard(cap),
                                            cap_cnode_guard_size(cap)}}};
  return false;
}

/* `count` bits of `address` below bit `top`; count < 32, count <= top <= 32. */
static word_t bits_below(cptr_t address, word_t top, word_t count) {
  return (address >> ((top - count) % WORD_BITS)) & ((1u << count) - 1);
}

/* See cspace_resolve; from the capability `cap`. */
static inline bool resolve(struct cap cap, cptr_t address, word_t bits,
                           struct lookup *out) {
  word_t left = bits;

  if (cap.type != CAP_CNODE)
    return fail_root(out);
  do {
    word_t guard_size = cap_cnode_guard_size(&cap);
    word_t radix = cap_cnode_radix(&cap);

    if (guard_size > left ||
        bits_below(address, left, guard_size) != cap_cnode_guard(&cap))
      return fail_guard(out, left, &cap);
    if (guard_size + radix > left)
      return fail_depth(out, left, guard_size + radix);
    left -= guard_size;
    out->slot = slot_of_cnode(&cap, bits_below(address, left, radix));
    left -= radix;
    cap = slot_cap(out->slot);
  } while (cap.type == CAP_CNODE && left > 0);
  out->bits_left = left;
  return true;
}

bool cspace_resolve(const struct cap *root, cptr_t address, word_t bits,
                    struct lookup *out) {
  return resolve(*root, address, bits, out);
}

bool cspace_lookup(const struct tcb *tcb, cptr_t address, struct lookup *out) {
  return resolve(slot_cap(&tcb->slots[TCB_SLOT_CSPACE]), address, WORD_BITS,
                 out);
}

bool cspace_resolve_exact(const struct cap *root, struct slot_address address,
                          struct lookup *out) {
  if (!cspace_resolve(root, address.index, address.depth, out))
    return false;
  if (out->bits_left != 0)
    return fail_depth(out, out->bits_left, 0);
  return true;
}

static enum err lookup_slot(struct request *request, const struct cap *root,
                            struct slot_address address,
                            struct lookup *lookup) {
  if (root->type != CAP_CNODE) {
    (void)fail_root(lookup);
    return ERR_FAILED_LOOKUP;
  }
  if (address.depth < 1 || address.depth > WORD_BITS)
    return invocation_bad_range(request, 1, WORD_BITS);
  return cspace_resolve_exact(root, address, lookup) ? ERR_NONE
                                                     : ERR_FAILED_LOOKUP;
}

enum err cspace_lookup_slot(struct request *request, const struct cap *root,
                            struct slot_address address,
                            struct cap_slot **out) {
  struct lookup lookup = {.slot = NULL};
  enum err err = lookup_slot(request, root, address, &lookup);

  if (err == ERR_FAILED_LOOKUP)
    return invocation_bad_lookup(request, false, &lookup.fault);
  *out = lookup.slot;
  return err;
}

enum err cspace_lookup_source(struct request *request, const struct cap *root,
                              struct slot_address address,
                              struct cap_slot **out) {
  struct lookup lookup = {.slot = NULL};
  enum err err = lookup_slot(request, root, address, &lookup);

  if (err == ERR_FAILED_LOOKUP)
    return invocation_bad_lookup(request, true, &lookup.fault);
  *out = lookup.slot;
  return err;
}

enum err cspace_lookup_empty(struct request *request, const struct cap *root,
                             struct slot_address address,
                             struct cap_slot **out) {
  enum err err = cspace_lookup_slot(request, root, address, out);

  if (err == ERR_NONE && !slot_is_empty(*out))
    return ERR_DELETE_FIRST;
  return err;
}
