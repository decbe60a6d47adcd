/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who may ask for device operations: the kernel itself (hook_device_*), and
 * user threads by shim calls on devices that they have mapped.
 */
#include "shim/calls.h"
#include "abi/error.h"
#include "kernel/arch.h"
#include "kernel/assert.h"
#include "kernel/hooks.h"
#include "rcoe/attempt.h"
#include "shim/caller.h"
#include "shim/device.h"

#define DEVICE_PAGE 4096u /* the least that is mapped */

/* ---- the kernel's own accesses ------------------------------------------- */

static word_t kernel_operate(const struct device_request *request) {
  kernel_assert(arch_device_ptr(request->device));
  return device_operate(request);
}

word_t hook_device_read(paddr_t paddr, word_t width) {
  struct device_request request = {
      .kind = DEVICE_READ, .device = paddr, .width = width};
  return kernel_operate(&request);
}

void hook_device_write(paddr_t paddr, word_t width, word_t value) {
  struct device_request request = {
      .kind = DEVICE_WRITE, .device = paddr, .width = width, .value = value};
  kernel_operate(&request);
}

bool hook_user_device_access(void) {
  return false;
}

/* ---- shim calls of user threads ------------------------------------------ */

static bool reads_device(enum device_kind kind) {
  return kind == DEVICE_READ || kind == DEVICE_READ_BLOCK;
}

/*
 * The status register of a FIFO, if the caller names one. Mostly it lies in
 * the page of the FIFO, of which all is known: who may write may read.
 */
static bool find_status(struct device_request *request, vaddr_t fifo,
                        vaddr_t va) {
  request->status = 0;
  if (request->kind != DEVICE_WRITE_FIFO || va == 0)
    return true;
  if (va % sizeof(word_t) != 0)
    return false;
  request->status = request->device - fifo + va;
  return (va ^ fifo) < DEVICE_PAGE ||
         caller_device(va, false, &request->status);
}

static void serve_buffered(struct context *context,
                           struct device_request *request) {
  bool write = request->kind == DEVICE_READ_BLOCK;
  paddr_t memory = caller_memory(context->reg[CONTEXT_R2], write);
  if (memory == 0) {
    caller_refuse(context, DEVICE_ARGUMENT_BUFFER);
    return;
  }
  request->buffer = arch_ptr(memory);
  if (!find_status(request, context->reg[CONTEXT_R0],
                   context->reg[CONTEXT_R4])) {
    caller_refuse(context, DEVICE_ARGUMENT_STATUS);
    return;
  }
  caller_answer(context, ERR_NONE, device_operate(request));
}

static void serve(struct context *context, enum device_kind kind) {
  const word_t *reg = context->reg;
  bool buffered = kind == DEVICE_WRITE_FIFO || kind == DEVICE_READ_BLOCK;
  struct device_request request = {
      .kind = kind,
      .width = kind == DEVICE_READ_BLOCK ? 1 : reg[CONTEXT_R1],
      .value = kind == DEVICE_WRITE ? reg[CONTEXT_R2] : 0,
      .count = buffered ? reg[CONTEXT_R3] : 0,
  };
  enum device_argument wrong = device_request_check(
      &request, reg[CONTEXT_R0], buffered ? reg[CONTEXT_R2] : 0);
  if (wrong != DEVICE_ARGUMENTS_GOOD)
    caller_refuse(context, wrong);
  else if (!caller_device(reg[CONTEXT_R0], !reads_device(kind),
                          &request.device))
    caller_refuse(context, DEVICE_ARGUMENT_DEVICE);
  else if (buffered)
    serve_buffered(context, &request);
  else
    caller_answer(context, ERR_NONE, device_operate(&request));
}

bool hook_syscall(word_t number, struct context *context) {
  enum device_kind kind;
  if ((int32_t)number == SHIM_BRING_BACK) {
    caller_answer(context, attempt_command() ? ERR_NONE : ERR_ILLEGAL_OPERATION,
                  0);
    return true;
  }
  if (device_request_kind_of((int32_t)number, &kind)) {
    serve(context, kind);
    return true;
  }
  return batch_call(number, context) || image_call(number, context) ||
         state_call(number, context);
}
