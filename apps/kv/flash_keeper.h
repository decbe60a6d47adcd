/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeps a database in the record store (driver/store.h), a record per key. */
#pragma once

#include "keeper.h"

extern const struct keeper flash_keeper;
