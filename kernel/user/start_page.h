/* SPDX-License-Identifier: BSD-2-Clause */
/* Private: sets what rt_start_page answers. */
#pragma once

#include "rt/start.h"

/** Remember `start`; panics if its magic or size is wrong. */
void rt_start_page_set(const struct rt_start *start);
