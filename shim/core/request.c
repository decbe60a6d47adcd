/* SPDX-License-Identifier: BSD-2-Clause */
/* Checking, folding and settling device operations. Pure. */
#include "shim/request.h"

#define PAGE_SIZE 4096u

bool device_request_kind_of(int32_t number, enum device_kind *kind) {
  static const enum device_kind kinds[] = {
      DEVICE_READ, DEVICE_WRITE, DEVICE_WRITE_FIFO, DEVICE_READ_BLOCK};
  if (number > SHIM_READ || number < SHIM_READ_BLOCK)
    return false;
  *kind = kinds[SHIM_READ - number];
  return true;
}

bool device_request_width_fits(word_t width, vaddr_t device_va) {
  if (width != 1 && width != 2 && width != 4)
    return false;
  return (device_va & (width - 1)) == 0;
}

bool device_request_crosses_page(vaddr_t start, word_t bytes) {
  return start % PAGE_SIZE + bytes > PAGE_SIZE;
}

enum device_argument device_request_check(const struct device_request *request,
                                          vaddr_t device_va,
                                          vaddr_t buffer_va) {
  bool block = request->kind == DEVICE_READ_BLOCK;
  word_t most = block ? SHIM_BLOCK_MAX : SHIM_FIFO_MAX;
  if (!block && !device_request_width_fits(request->width, device_va))
    return DEVICE_ARGUMENT_WIDTH;
  if (request->kind == DEVICE_READ || request->kind == DEVICE_WRITE)
    return DEVICE_ARGUMENTS_GOOD;
  if (request->count > most)
    return DEVICE_ARGUMENT_COUNT;
  if (device_request_crosses_page(buffer_va, request->count))
    return DEVICE_ARGUMENT_BUFFER;
  if (block && device_request_crosses_page(device_va, request->count))
    return DEVICE_ARGUMENT_DEVICE;
  return DEVICE_ARGUMENTS_GOOD;
}

static void fold_accesses(const struct device_request *request,
                          struct signature *signature) {
  for (word_t i = 0; i < request->count; i++) {
    const struct device_access *access = &request->accesses[i];
    signature_fold(signature, access->device);
    signature_fold(signature, access->width << 1 | access->write);
    if (access->write)
      signature_fold(signature, access->value);
  }
}

void device_request_fold(const struct device_request *request,
                         struct signature *signature) {
  signature_fold(signature, (word_t)request->kind << 28 ^ request->device);
  signature_fold(signature, request->width << 16 ^ request->count);
  signature_fold(signature, request->value);
  if (request->kind == DEVICE_WRITE_FIFO) {
    signature_fold(signature, request->status);
    signature_fold_bytes(signature, request->buffer, request->count);
  }
  if (request->kind == DEVICE_WRITE_BLOCK) {
    signature_fold(signature, request->check_lo);
    signature_fold(signature, request->check_hi);
  }
  if (request->kind == DEVICE_BATCH)
    fold_accesses(request, signature);
}

enum settlement device_request_settle(const struct device_request *request,
                                      uint32_t number,
                                      const struct operation *left,
                                      bool begun) {
  bool stepped = device_request_is_stepped(request);
  bool done = left && left->number == number && left->stage == OPERATION_DONE;
  if (done && (stepped || !device_request_brings_data(request)))
    return SETTLE_ADOPT;
  return stepped && begun ? SETTLE_RESUME : SETTLE_PERFORM;
}
