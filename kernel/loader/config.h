/* SPDX-License-Identifier: BSD-2-Clause */
/* The boot configuration that host tools patch into the image. */
#pragma once

#include "abi/boot.h"

/* payload.S, section .bootconfig. */
extern const struct boot_config boot_config;

/*
 * Check every field; refuses to boot with the name of the first wrong one.
 * @param replicas  Replicas that will really run (1 for the baseline).
 */
void config_check(const struct boot_config *config, word_t replicas);
