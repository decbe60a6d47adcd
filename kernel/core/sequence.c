/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Restartable sequences (abi/counted.h). A thread that loses the core before
 * the store of its sequence has been executed has done nothing that anybody can
 * see, so it may do it all again. Decided by the thread's own registers alone:
 * user memory is not read, and what a thread that lies loses is its own.
 */
#include "kernel/sequence.h"

void sequence_roll_back(struct context *context) {
  vaddr_t pc = context->reg[CONTEXT_PC];
  vaddr_t start = pc & ~(vaddr_t)(SEQUENCE_BYTES - 1);

  if (pc - SEQUENCES_START >= SEQUENCES_END - SEQUENCES_START ||
      pc - start > SEQUENCE_STORE)
    return;
  context->reg[CONTEXT_PC] = start;
  context->reg[CONTEXT_FAULT_IP] = start; /* where a restart resumes */
}
