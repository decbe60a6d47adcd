/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device of the tests: the general purpose timer, mapped in the test's own
 * address space for the whole run, reached through the shim.
 */
#pragma once

#include "abi/boot.h"
#include "abi/bootinfo.h"
#include "sel4/types.h"

#define DEVICE_PLACE 0x50000000u
#define DEVICE_IRQ 87u /* IMX6DQRM 3.2: GPT, shared peripheral 55 */

/** Map the device; call once. */
void device_start(const struct bootinfo *info,
                  const struct boot_arguments *arguments);

/** @return Whether devices are reached by shim calls. */
bool device_by_call(void);

/** @return Cap to the device's frame. */
cptr_t device_frame(void);

/** @return A device untyped that nobody uses. */
cptr_t device_untyped(void);

/** Count microseconds from now. */
void device_begin(void);

/** @return Microseconds since device_begin. */
word_t device_now(void);

/** Interrupt at `time_us`. */
void device_alarm(word_t time_us);

/** Take back the interrupt. */
void device_quiet(void);
