/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the hardware holds of the thread that runs: its address space and its
 * floating-point registers. In one place, because every way out of the kernel
 * looks at all of it; in a header, because the fast path is short. Equal in
 * all replicas.
 */
#pragma once

#include "abi/types.h"
#include "kernel/arch.h"
#include "kernel/asid.h"
#include "kernel/compiler.h"
#include "kernel/fpu.h"
#include "kernel/pair.h"
#include "kernel/tcb.h"
#include "kernel/vspace.h"

struct running {
  paddr_t pd;      /* canonical page directory; 0: the kernel's own */
  word_t hardware; /* its hardware ASID */
  word_t asid; /* as the capability said that led there, if that still counts */
  paddr_t fpu; /* thread whose registers are there; 0: access is denied */
  word_t served_fast; /* system calls; whoever reads it may zero it */
};

extern struct running running;

/*
 * The slot holds a page directory or nothing, which no pool names. Another
 * capability to the same directory may name an ASID that is gone.
 */
IN_LINE void running_enter_space(const struct tcb *tcb) {
  const struct cap_slot *slot = &tcb->slots[TCB_SLOT_VSPACE];
  pair_t cap = pair_at(slot->word);
  word_t pd = pair_first(cap);
  word_t asid = pair_second(cap);
  word_t hardware;

  if (pd == running.pd && asid == running.asid)
    return;
  hardware = asid_hardware_held(asid, pd);
  if (hardware == HARDWARE_ASID_NONE || hardware > HARDWARE_ASID_LAST) {
    vspace_activate(pd, asid);
    return;
  }
  running.pd = pd;
  running.hardware = hardware;
  running.asid = asid;
  arch_vspace_switch(pd, hardware);
}

/* Whose floating-point registers count, and whether any do: kernel/fpu.h. */
IN_LINE void running_take_fpu(struct tcb *tcb) {
  paddr_t before = running.fpu;

  if (tcb->fpu_user == before)
    return;
  if (tcb->fpu_user == 0) {
    fpu_deny();
  } else if (before == 0) {
    fpu_allow(tcb);
  } else {
    running.fpu = tcb->fpu_user;
    arch_fpu_exchange(&tcb_at(before)->fpu, &tcb->fpu);
  }
}

/* On every way out of the kernel: `tcb` runs next. */
IN_LINE void running_become(struct tcb *tcb) {
  running_enter_space(tcb);
  running_take_fpu(tcb);
}
