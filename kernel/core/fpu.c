/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Floating-point context. Exchanged eagerly, never by a trap: at which
 * instruction a thread first uses the registers can differ between replicas
 * that were interrupted at different places, when it is scheduled can not.
 */
#include "kernel/fpu.h"

#include "kernel/arch.h"
#include "kernel/tcb.h"

struct tcb *fpu_live;
static struct tcb *last_owner; /* while nobody is live; NULL: nobody */
static bool enabled;

static struct tcb *owner(void) {
  return fpu_live != NULL ? fpu_live : last_owner;
}

static void enable(bool wanted) {
  if (enabled != wanted)
    arch_fpu_enable(wanted);
  enabled = wanted;
}

/* Nobody is live any more. */
static void settle(void) {
  last_owner = owner();
  fpu_live = NULL;
}

/* Without access a thread leaves the registers to whoever owns them. */
static OUT_OF_LINE void switch_access(struct tcb *tcb) {
  bool wanted = (tcb->flags & TCB_FLAG_FPU_DISABLED) == 0;

  settle();
  enable(wanted);
  if (!wanted)
    return;
  if (last_owner != tcb) {
    if (last_owner != NULL)
      arch_fpu_store(&last_owner->fpu);
    arch_fpu_load(&tcb->fpu);
  }
  fpu_live = tcb;
}

void fpu_switch(struct tcb *tcb) {
  struct tcb *before = fpu_live;

  if (before == NULL || (tcb->flags & TCB_FLAG_FPU_DISABLED) != 0) {
    switch_access(tcb);
    return;
  }
  fpu_live = tcb;
  arch_fpu_exchange(&before->fpu, &tcb->fpu);
}

void fpu_save(void) {
  struct tcb *tcb = owner();
  bool before = enabled;

  if (tcb == NULL)
    return;
  enable(true);
  arch_fpu_store(&tcb->fpu);
  enable(before);
}

void fpu_reload(void) {
  struct tcb *tcb = owner();

  arch_fpu_enable(true);
  if (tcb != NULL)
    arch_fpu_load(&tcb->fpu);
  arch_fpu_enable(enabled);
}

void fpu_flags_changed(const struct tcb *tcb) {
  if (tcb == fpu_live)
    settle();
}

void fpu_forget(const struct tcb *tcb) {
  if (tcb != owner())
    return;
  fpu_live = NULL;
  last_owner = NULL;
}
