/* SPDX-License-Identifier: BSD-2-Clause */
/* Boot arguments out of the extra bootinfo. */
#pragma once

#include "abi/boot.h"
#include "abi/bootinfo.h"

/** @return The boot arguments; NULL if the kernel gave none. */
const struct boot_arguments *arguments_find(const struct bootinfo *info);

/** Copy the first word of the command line to `name`. */
void arguments_first_word(const struct boot_arguments *arguments,
                          char name[BOOT_COMMAND_LINE_SIZE]);
