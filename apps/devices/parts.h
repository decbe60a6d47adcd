/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of this program, one for each driver. Each prints what it finds
 * and returns whether all was as it must be. */
#pragma once

#include <stdbool.h>

bool part_flash(void);
bool part_store(void);
bool part_sensors(void);
bool part_sd(void);
bool part_gpio(void);
bool part_epit(void);
bool part_watchdog(void);
bool part_starve(void);
