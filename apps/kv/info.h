/* SPDX-License-Identifier: BSD-2-Clause */
/* What INFO says. */
#pragma once

#include "command.h"

/** @return Bytes that the database may use. */
uint32_t info_memory_max(const struct server *server);

/** Write the sections that the request's arguments name, or all. */
void info_write(struct call *call);
