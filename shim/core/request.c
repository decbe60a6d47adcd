/* SPDX-License-Identifier: BSD-2-Clause */
/* Checking, folding and settling device operations. Pure. */
#include "shim/request.h"

#define PAGE_SIZE 4096u

bool request_kind_of(int32_t number, enum request_kind *kind) {
  static const enum request_kind kinds[] = {
      REQUEST_READ, REQUEST_WRITE, REQUEST_WRITE_FIFO, REQUEST_READ_BLOCK};
  if (number > SHIM_READ || number < SHIM_READ_BLOCK)
    return false;
  *kind = kinds[SHIM_READ - number];
  return true;
}

static bool width_fits(const struct request *request, vaddr_t device_va) {
  word_t width = request->width;
  if (width != 1 && width != 2 && width != 4)
    return false;
  return device_va % width == 0;
}

static bool crosses_page(vaddr_t start, word_t bytes) {
  return start % PAGE_SIZE + bytes > PAGE_SIZE;
}

enum request_argument request_check(const struct request *request,
                                    vaddr_t device_va, vaddr_t buffer_va) {
  bool block = request->kind == REQUEST_READ_BLOCK;
  word_t most = block ? SHIM_BLOCK_MAX : SHIM_FIFO_MAX;
  if (!block && !width_fits(request, device_va))
    return REQUEST_ARGUMENT_WIDTH;
  if (request->kind == REQUEST_READ || request->kind == REQUEST_WRITE)
    return REQUEST_ARGUMENTS_GOOD;
  if (request->count > most)
    return REQUEST_ARGUMENT_COUNT;
  if (crosses_page(buffer_va, request->count))
    return REQUEST_ARGUMENT_BUFFER;
  if (block && crosses_page(device_va, request->count))
    return REQUEST_ARGUMENT_DEVICE;
  return REQUEST_ARGUMENTS_GOOD;
}

void request_fold(const struct request *request, struct signature *signature) {
  signature_fold(signature, (word_t)request->kind << 28 ^ request->device);
  signature_fold(signature, request->width << 16 ^ request->count);
  signature_fold(signature, request->value);
  if (request->kind == REQUEST_WRITE_FIFO)
    signature_fold_bytes(signature, request->bytes, request->count);
}

enum settlement request_settle(const struct request *request, uint32_t number,
                               const struct operation *left, bool readable) {
  bool write =
      request->kind == REQUEST_WRITE || request->kind == REQUEST_WRITE_FIFO;
  if (!readable || left->number != number)
    return SETTLE_PERFORM;
  if (left->stage == OPERATION_DONE && request->kind != REQUEST_READ_BLOCK)
    return SETTLE_ADOPT;
  if (left->stage == OPERATION_STARTED && write)
    return SETTLE_SKIP;
  return SETTLE_PERFORM;
}
