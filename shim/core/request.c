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

static bool width_fits(const struct device_request *request,
                       vaddr_t device_va) {
  word_t width = request->width;
  if (width != 1 && width != 2 && width != 4)
    return false;
  return (device_va & (width - 1)) == 0;
}

static bool crosses_page(vaddr_t start, word_t bytes) {
  return start % PAGE_SIZE + bytes > PAGE_SIZE;
}

enum device_argument device_request_check(const struct device_request *request,
                                          vaddr_t device_va,
                                          vaddr_t buffer_va) {
  bool block = request->kind == DEVICE_READ_BLOCK;
  word_t most = block ? SHIM_BLOCK_MAX : SHIM_FIFO_MAX;
  if (!block && !width_fits(request, device_va))
    return DEVICE_ARGUMENT_WIDTH;
  if (request->kind == DEVICE_READ || request->kind == DEVICE_WRITE)
    return DEVICE_ARGUMENTS_GOOD;
  if (request->count > most)
    return DEVICE_ARGUMENT_COUNT;
  if (crosses_page(buffer_va, request->count))
    return DEVICE_ARGUMENT_BUFFER;
  if (block && crosses_page(device_va, request->count))
    return DEVICE_ARGUMENT_DEVICE;
  return DEVICE_ARGUMENTS_GOOD;
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
}

enum settlement device_request_settle(const struct device_request *request,
                                      uint32_t number,
                                      const struct operation *left,
                                      bool readable) {
  bool write = device_request_writes(request);
  if (!readable || left->number != number)
    return SETTLE_PERFORM;
  if (left->stage == OPERATION_DONE && request->kind != DEVICE_READ_BLOCK)
    return SETTLE_ADOPT;
  if (left->stage == OPERATION_STARTED && write)
    return SETTLE_RESUME;
  return SETTLE_PERFORM;
}
