/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Floating-point context. Exchanged eagerly, never by a trap: at which
 * instruction a thread first uses the registers can differ between replicas
 * that were interrupted at different places, when it is scheduled can not.
 */
#include "kernel/fpu.h"

#include "kernel/arch.h"
#include "kernel/tcb.h"

struct tcb *fpu_ready;
static struct tcb *owner; /* whose registers are live; NULL: nobody's */
static bool enabled;

static void enable(bool wanted) {
  if (enabled != wanted)
    arch_fpu_enable(wanted);
  enabled = wanted;
}

/* Without access a thread leaves the registers to whoever owns them. */
void fpu_switch(struct tcb *tcb) {
  bool wanted = (tcb->flags & TCB_FLAG_FPU_DISABLED) == 0;

  fpu_ready = tcb;
  enable(wanted);
  if (!wanted || tcb == owner)
    return;
  if (owner != NULL)
    arch_fpu_store(&owner->fpu);
  arch_fpu_load(&tcb->fpu);
  owner = tcb;
}

void fpu_save(void) {
  bool before = enabled;

  if (owner == NULL)
    return;
  enable(true);
  arch_fpu_store(&owner->fpu);
  enable(before);
}

void fpu_reload(void) {
  arch_fpu_enable(true);
  if (owner != NULL)
    arch_fpu_load(&owner->fpu);
  arch_fpu_enable(enabled);
}

void fpu_flags_changed(const struct tcb *tcb) {
  if (tcb == fpu_ready)
    fpu_ready = NULL;
}

void fpu_forget(const struct tcb *tcb) {
  fpu_flags_changed(tcb);
  if (tcb == owner)
    owner = NULL;
}
