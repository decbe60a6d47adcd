/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Floating-point context. Exchanged eagerly, never by a trap: at which
 * instruction a thread first uses the registers can differ between replicas
 * that were interrupted at different places, when it is scheduled can not.
 */
#include "kernel/fpu.h"

#include "kernel/arch.h"
#include "kernel/running.h"
#include "kernel/tcb.h"

static paddr_t last_owner; /* while access is denied; 0: nobody */

/* Whose registers are in the hardware; NULL: nobody's. */
static struct tcb *owner(void) {
  paddr_t paddr = running.fpu != 0 ? running.fpu : last_owner;

  return paddr == 0 ? NULL : tcb_at(paddr);
}

void fpu_deny(void) {
  last_owner = running.fpu;
  running.fpu = 0;
  arch_fpu_enable(false);
}

void fpu_allow(struct tcb *tcb) {
  struct tcb *before = owner();

  arch_fpu_enable(true);
  if (before != tcb) {
    if (before != NULL)
      arch_fpu_store(&before->fpu);
    arch_fpu_load(&tcb->fpu);
  }
  running.fpu = arch_paddr(tcb);
}

void fpu_save(void) {
  struct tcb *tcb = owner();

  if (tcb == NULL)
    return;
  arch_fpu_enable(true);
  arch_fpu_store(&tcb->fpu);
  arch_fpu_enable(running.fpu != 0);
}

void fpu_reload(void) {
  struct tcb *tcb = owner();

  arch_fpu_enable(true);
  if (tcb != NULL)
    arch_fpu_load(&tcb->fpu);
  arch_fpu_enable(running.fpu != 0);
}

void fpu_forget(const struct tcb *tcb) {
  paddr_t paddr = arch_paddr(tcb);

  if (paddr == running.fpu)
    fpu_deny();
  if (paddr == last_owner)
    last_owner = 0;
}
