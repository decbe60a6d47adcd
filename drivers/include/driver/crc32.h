/* SPDX-License-Identifier: BSD-2-Clause */
/* CRC-32 of IEEE 802.3: reflected, polynomial 0xedb88320, as zlib has it. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/** Continue `crc` (0 at the start) over `count` bytes. */
uint32_t crc32_update(uint32_t crc, const void *bytes, size_t count);
