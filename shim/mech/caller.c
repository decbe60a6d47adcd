/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses that the current thread names, looked up in its mappings. */
#include "shim/caller.h"

#include "kernel/arch.h"
#include "kernel/sched.h"
#include "kernel/vspace.h"
#include "rcoe/track.h"
#include "shim/region.h"
#include "shim/statistics.h"

bool caller_device(vaddr_t va, bool write, paddr_t *device) {
  struct vspace_translation t;
  if (!vspace_translate(sched_current, va, write, &t) || !t.device)
    return false;
  *device = t.paddr;
  if (write && !(region_rights(region_of(t.paddr)) & REGION_RIGHT_WRITE))
    return false;
  return arch_device_ptr(t.paddr) != NULL;
}

paddr_t caller_memory(vaddr_t va, bool write) {
  struct vspace_translation t;
  if (!vspace_translate(sched_current, va, write, &t) || t.device)
    return 0;
  if (write)
    track_written(t.paddr);
  return t.paddr;
}

void caller_answer(struct context *context, enum err error, word_t value) {
  context->reg[CONTEXT_R0] = error;
  context->reg[CONTEXT_R1] = value;
}

void caller_refuse(struct context *context, enum device_argument argument) {
  statistics_refused();
  caller_answer(context, ERR_INVALID_ARGUMENT, argument);
}
