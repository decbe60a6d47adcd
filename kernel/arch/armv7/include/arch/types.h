/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Saved user registers, in the order in which the exception vectors store
 * them. The one header whose content depends on the CPU port.
 */
#pragma once

#include "abi/types.h"

enum context_register {
  CONTEXT_R0 = 0,
  CONTEXT_R1,
  CONTEXT_R2,
  CONTEXT_R3,
  CONTEXT_R4,
  CONTEXT_R5,
  CONTEXT_R6,
  CONTEXT_R7,
  CONTEXT_R8,
  CONTEXT_R9,
  CONTEXT_R10,
  CONTEXT_R11,
  CONTEXT_R12,
  CONTEXT_SP,
  CONTEXT_LR,
  CONTEXT_PC, /* where user mode resumes */
  CONTEXT_CPSR,
  CONTEXT_FAULT_IP, /* instruction that entered the kernel */
  CONTEXT_TPIDRURW,
  CONTEXT_TPIDRURO,
  CONTEXT_REGISTERS,
};

struct context {
  word_t reg[CONTEXT_REGISTERS];
};
