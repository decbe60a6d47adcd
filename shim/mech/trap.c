/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Trapped access: a load or store by user mode on a mapping that is shared
 * with a device becomes a device operation. All its words are looked up before
 * the first one is accessed, so an instruction is done as a whole or not at
 * all; what can not be done is the thread's fault, and if it is restarted, the
 * instruction begins anew with the registers that it had.
 */
#include "kernel/arch.h"
#include "kernel/hooks.h"
#include "kernel/sched.h"
#include "kernel/vspace.h"
#include "shim/caller.h"
#include "shim/decode.h"
#include "shim/device.h"

_Static_assert(DECODE_PC == CONTEXT_PC && DECODE_CPSR == CONTEXT_CPSR,
               "a context begins with the registers as the decoder has them");
_Static_assert(DECODE_MOST <= SHIM_BATCH_MAX, "all accesses in one batch");

/* Equal in all replicas; valid while an instruction is done. */
static struct device_access accesses[DECODE_MOST];

/* `bytes` bytes of code, which do not cross a page. */
static bool fetch(vaddr_t va, word_t bytes, word_t *code) {
  struct vspace_translation t;
  if (!vspace_translate(sched_current, va, false, &t) || t.device)
    return false;
  const void *at = arch_ptr(t.paddr);
  *code = bytes == 4 ? *(const uint32_t *)at : *(const uint16_t *)at;
  return true;
}

/* A Thumb instruction of two halfwords may begin on one page and end on the
   next. */
static bool fetch_instruction(const word_t *reg, word_t *instruction) {
  vaddr_t pc = reg[DECODE_PC];
  word_t second;
  if (!(reg[DECODE_CPSR] & DECODE_CPSR_T))
    return fetch(pc, 4, instruction);
  if (!fetch(pc, 2, instruction))
    return false;
  if (!decode_is_wide(*instruction))
    return true;
  *instruction <<= 16;
  if (!fetch(pc + 2, 2, &second))
    return false;
  *instruction |= second;
  return true;
}

/* Look up all that the instruction accesses. */
static bool find_all(const struct decoded *decoded, const word_t *reg) {
  for (word_t i = 0; i < decoded->count; i++) {
    vaddr_t va = decoded->address + i * decoded->width;
    struct device_access *access = &accesses[i];
    *access = (struct device_access){
        .width = decoded->width,
        .value = decoded->write ? decode_stored(decoded, reg, i) : 0,
        .write = decoded->write,
    };
    if (!caller_device(va, decoded->write, &access->device))
      return false;
  }
  return true;
}

static void do_one(struct device_access *access) {
  const struct device_request request = {
      .kind = access->write ? DEVICE_WRITE : DEVICE_READ,
      .device = access->device,
      .width = access->width,
      .value = access->value,
  };
  access->value = device_operate(&request);
}

static void do_all(word_t count) {
  if (count == 1)
    do_one(&accesses[0]);
  else
    device_operate(&(const struct device_request){
        .kind = DEVICE_BATCH, .count = count, .accesses = accesses});
}

bool hook_user_access(struct context *context, vaddr_t address) {
  word_t instruction;
  word_t values[DECODE_MOST];
  struct decoded decoded;
  paddr_t device;
  word_t *reg = context->reg;
  if (!caller_device(address, false, &device) ||
      !fetch_instruction(reg, &instruction) ||
      !decode(reg, instruction, &decoded) || !find_all(&decoded, reg))
    return false;
  do_all(decoded.count);
  for (word_t i = 0; i < decoded.count; i++)
    values[i] = accesses[i].value;
  decode_finish(&decoded, reg, values);
  return true;
}
