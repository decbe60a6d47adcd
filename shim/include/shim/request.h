/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A device operation as all replicas must agree on it before it is done, and
 * the checks of a caller's arguments. Pure.
 */
#pragma once

#include "abi/types.h"
#include "rcoe/shared.h"
#include "rcoe/signature.h"
#include "shim/calls.h"

enum device_kind {
  DEVICE_READ = 1,
  DEVICE_WRITE = 2,
  DEVICE_WRITE_FIFO = 3,
  DEVICE_READ_BLOCK = 4,
  DEVICE_WRITE_BLOCK = 5, /* private memory to the device-visible image */
  DEVICE_BATCH = 6,
  DEVICE_SHOW = 7, /* what the batch before has brought, once more */
};

/* One access of a batch. */
struct device_access {
  paddr_t device;
  word_t width;
  word_t value; /* written, or read */
  bool write;
};

struct device_request {
  enum device_kind kind;
  paddr_t device;  /* canonical address of the register or block */
  word_t width;    /* bytes of one access: 1, 2 or 4 */
  word_t value;    /* DEVICE_WRITE */
  paddr_t status;  /* FIFO: register that is read behind it, or 0 */
  word_t count;    /* FIFO, batch: accesses; block: bytes */
  uint8_t *buffer; /* the caller's, private: what is written; or, of a block
                      that is read, where it goes */
  word_t check_lo; /* DEVICE_WRITE_BLOCK: sums over its bytes */
  word_t check_hi;
  struct device_access *accesses; /* batch: values read go there */
};

/* Argument numbers that errors name (see shim/calls.h). */
enum device_argument {
  DEVICE_ARGUMENT_DEVICE = 0,
  DEVICE_ARGUMENT_WIDTH = 1,
  DEVICE_ARGUMENT_BUFFER = 2,
  DEVICE_ARGUMENT_COUNT = 3,
  DEVICE_ARGUMENT_STATUS = 4,
  DEVICE_ARGUMENTS_GOOD = 5,
};

/*
 * Which shim call is `number`?
 * @return False if it is none.
 */
bool device_request_kind_of(int32_t number, enum device_kind *kind);

/* Is `width` 1, 2 or 4, and the address aligned to it? */
bool device_request_width_fits(word_t width, vaddr_t device_va);

/* Do `bytes` bytes from `start` on reach into the next 4 KiB page? */
bool device_request_crosses_page(vaddr_t start, word_t bytes);

/*
 * Check width, alignment, counts and page crossings of a call.
 * @param device_va, buffer_va  As given by the caller; buffer 0 if unused.
 * @return The argument that is wrong, or DEVICE_ARGUMENTS_GOOD.
 */
enum device_argument device_request_check(const struct device_request *request,
                                          vaddr_t device_va, vaddr_t buffer_va);

/* Is it one that must not be done twice, so that its progress is kept? */
static inline bool
device_request_is_stepped(const struct device_request *request) {
  return request->kind == DEVICE_WRITE || request->kind == DEVICE_WRITE_FIFO ||
         request->kind == DEVICE_BATCH;
}

/* Is it a load, a store or a FIFO write: nearly all of them are. */
static inline bool
device_request_is_plain(const struct device_request *request) {
  return request->kind == DEVICE_READ || request->kind == DEVICE_WRITE ||
         request->kind == DEVICE_WRITE_FIFO;
}

/* Steps of one that is. */
static inline word_t
device_request_steps(const struct device_request *request) {
  return request->kind == DEVICE_WRITE ? 1 : request->count;
}

/* Does it bring data that everybody checks on its own? */
static inline bool
device_request_brings_data(const struct device_request *request) {
  return request->kind == DEVICE_READ_BLOCK || request->kind == DEVICE_BATCH ||
         request->kind == DEVICE_SHOW;
}

/* Fold everything that the bus would see. */
void device_request_fold(const struct device_request *request,
                         struct signature *signature);

/* What a new primary does about the operation that its predecessor left. */
enum settlement {
  SETTLE_PERFORM, /* it was not done, or may be repeated: do it */
  SETTLE_ADOPT,   /* it was done: take over its result */
  SETTLE_RESUME,  /* do the steps that its progress says are left */
};

/*
 * Decide from what the dead primary has left.
 * @param left   Its operation record; NULL if that is illegible.
 * @param begun  Its progress is one of this operation.
 */
enum settlement device_request_settle(const struct device_request *request,
                                      uint32_t number,
                                      const struct operation *left, bool begun);
