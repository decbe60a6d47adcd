/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ending an emulator run: semihosting operation SYS_EXIT_EXTENDED (0x20) with
 * reason ADP_Stopped_ApplicationExit, Arm "Semihosting for AArch32 and
 * AArch64", 6.5. On real silicon without a debugger the SVC would
 * be an ordinary one (Arm ARM DDI 0406C A8.8).
 */
#pragma once

#include "abi/types.h"

static inline void semihosting_exit(word_t status) {
  const word_t block[2] = {0x20026, status};
  register word_t operation __asm__("r0") = 0x20;
  register const word_t *argument __asm__("r1") = block;
  __asm__ volatile("svc 0x123456"
                   : "+r"(operation)
                   : "r"(argument)
                   : "memory", "lr");
}
