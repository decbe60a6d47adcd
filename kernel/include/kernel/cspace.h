/* SPDX-License-Identifier: BSD-2-Clause */
/* Capability pointers to slots: lookup in a CSpace. Changes nothing. */
#pragma once

#include "abi/error.h"
#include "abi/types.h"
#include "kernel/cap.h"
#include "kernel/compiler.h"
#include "kernel/slot.h"

struct tcb;
struct request;

/* Why a lookup failed, in the words that error replies and faults carry. */
struct lookup_fault {
  enum lookup_failure failure;
  word_t count;   /* words below that have a meaning */
  word_t word[3]; /* LOOKUP_GUARD_MISMATCH needs all three */
};

struct lookup {
  struct cap_slot *slot;     /* NULL if failed */
  word_t bits_left;          /* address bits that were not consumed */
  struct lookup_fault fault; /* set only if failed */
};

void lookup_fault_missing(struct lookup_fault *fault, word_t bits_left);

/*
 * Resolve up to `bits` bits (1..32) of `address`, most significant first, from
 * `root`. Stops at the first slot that holds no CNode. @return false with
 * out->fault.
 */
MUST_CHECK bool cspace_resolve(const struct cap *root, cptr_t address,
                               word_t bits, struct lookup *out);

/* Invocation lookup in the thread's own CSpace; left-over bits are accepted. */
MUST_CHECK bool cspace_lookup(const struct tcb *tcb, cptr_t address,
                              struct lookup *out);

/* An (index, depth) pair as CNode operations take it. */
struct slot_address {
  cptr_t index;
  word_t depth;
};

/*
 * Resolve exactly address.depth bits (1..32 is the caller's duty) of
 * address.index; `root` must be a CNode. @return false with out->fault.
 */
MUST_CHECK bool cspace_resolve_exact(const struct cap *root,
                                     struct slot_address address,
                                     struct lookup *out);

/*
 * CNode-operation lookup: `root` must be a CNode, depth 1..32, and exactly
 * depth bits are consumed. Error details go to `request`.
 * @return ERR_NONE, ERR_FAILED_LOOKUP or ERR_RANGE.
 */
MUST_CHECK enum err cspace_lookup_slot(struct request *request,
                                       const struct cap *root,
                                       struct slot_address address,
                                       struct cap_slot **out);

/* The same for a source slot (MR0 of a failure reads 1). */
MUST_CHECK enum err cspace_lookup_source(struct request *request,
                                         const struct cap *root,
                                         struct slot_address address,
                                         struct cap_slot **out);

/* The same for a destination; also ERR_DELETE_FIRST if it is occupied. */
MUST_CHECK enum err cspace_lookup_empty(struct request *request,
                                        const struct cap *root,
                                        struct slot_address address,
                                        struct cap_slot **out);
