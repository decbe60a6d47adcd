/* SPDX-License-Identifier: BSD-2-Clause */
/* CRC-32 of IEEE 802.3 (reflected, polynomial 0xedb88320), as zlib's. */
#pragma once

#include "abi/types.h"

uint32_t crc32(const void *data, size_t bytes);
