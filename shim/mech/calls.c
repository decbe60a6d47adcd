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
#include "kernel/sched.h"
#include "kernel/vspace.h"
#include "rcoe/attempt.h"
#include "rcoe/track.h"
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

/* Find the device behind the caller's mapping. */
static bool find_device(vaddr_t va, bool write, paddr_t *device) {
  struct vspace_translation t;
  if (!vspace_translate(sched_current, va, write, &t) || !t.device)
    return false;
  *device = t.paddr;
  return arch_device_ptr(t.paddr) != NULL;
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
  return (va ^ fifo) < DEVICE_PAGE || find_device(va, false, &request->status);
}

/* Kernel pointer to the caller's private buffer, NULL if it has none there. */
static uint8_t *find_buffer(const struct device_request *request, vaddr_t va) {
  struct vspace_translation t;
  bool write = request->kind == DEVICE_READ_BLOCK;
  if (!vspace_translate(sched_current, va, write, &t) || t.device)
    return NULL;
  if (write)
    track_written(t.paddr);
  return arch_ptr(t.paddr);
}

static void answer(struct context *context, enum err error, word_t value) {
  context->reg[CONTEXT_R0] = error;
  context->reg[CONTEXT_R1] = value;
}

static void refuse(struct context *context, enum device_argument argument) {
  answer(context, ERR_INVALID_ARGUMENT, argument);
}

static void serve_buffered(struct context *context,
                           struct device_request *request) {
  request->buffer = find_buffer(request, context->reg[CONTEXT_R2]);
  if (!request->buffer) {
    refuse(context, DEVICE_ARGUMENT_BUFFER);
    return;
  }
  if (!find_status(request, context->reg[CONTEXT_R0],
                   context->reg[CONTEXT_R4])) {
    refuse(context, DEVICE_ARGUMENT_STATUS);
    return;
  }
  answer(context, ERR_NONE, device_operate(request));
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
    refuse(context, wrong);
  else if (!find_device(reg[CONTEXT_R0], !reads_device(kind), &request.device))
    refuse(context, DEVICE_ARGUMENT_DEVICE);
  else if (buffered)
    serve_buffered(context, &request);
  else
    answer(context, ERR_NONE, device_operate(&request));
}

bool hook_syscall(word_t number, struct context *context) {
  enum device_kind kind;
  if ((int32_t)number == SHIM_BRING_BACK) {
    answer(context, attempt_command() ? ERR_NONE : ERR_ILLEGAL_OPERATION, 0);
    return true;
  }
  if (!device_request_kind_of((int32_t)number, &kind))
    return false;
  serve(context, kind);
  return true;
}
