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
};

struct device_request {
  enum device_kind kind;
  paddr_t device;  /* canonical address of the register or block */
  word_t width;    /* bytes of one access: 1, 2 or 4 */
  word_t value;    /* DEVICE_WRITE */
  paddr_t status;  /* FIFO: register that is read behind it, or 0 */
  word_t count;    /* FIFO: accesses; block: bytes */
  uint8_t *buffer; /* the caller's, private: FIFO: what is written; block:
                      where it goes */
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

/*
 * Check width, alignment, counts and page crossings of a call.
 * @param device_va, buffer_va  As given by the caller; buffer 0 if unused.
 * @return The argument that is wrong, or DEVICE_ARGUMENTS_GOOD.
 */
enum device_argument device_request_check(const struct device_request *request,
                                          vaddr_t device_va, vaddr_t buffer_va);

/* Does it change the device? */
static inline bool device_request_writes(const struct device_request *request) {
  return request->kind == DEVICE_WRITE || request->kind == DEVICE_WRITE_FIFO;
}

/* Stores of one that does. */
static inline word_t
device_request_accesses(const struct device_request *request) {
  return request->kind == DEVICE_WRITE_FIFO ? request->count : 1;
}

/* Fold everything that the bus would see. */
void device_request_fold(const struct device_request *request,
                         struct signature *signature);

/* What a new primary does about the operation that its predecessor left. */
enum settlement {
  SETTLE_PERFORM, /* it was not done, or may be repeated: do it */
  SETTLE_ADOPT,   /* it was done: take over its result */
  SETTLE_RESUME,  /* a write: do what its progress says is left */
};

/*
 * Decide from the dead primary's operation record.
 * @param readable  The record's check word fits.
 */
enum settlement device_request_settle(const struct device_request *request,
                                      uint32_t number,
                                      const struct operation *left,
                                      bool readable);
