/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Class protocol of NOR flash: read anywhere, program erased bytes, erase a
 * sector. A client Calls; the reply's label is an `enum err`. Bytes travel in
 * the connection's shared memory, from its start.
 *
 *   label          MR0      MR1           reply MR0          reply MR1
 *   FLASH_INFO     -        -             size in bytes      sector's size
 *   FLASH_READ     offset   bytes wanted  bytes given        -
 *   FLASH_PROGRAM  offset   bytes         bytes programmed   -
 *   FLASH_ERASE    offset   -             bytes erased       -
 *
 * A bit that was programmed to 0 stays 0 until its sector is erased. Programs
 * begin and end at multiples of FLASH_UNIT; an erase names the first byte of a
 * sector. When power fails, a program has done a part of its bytes, the first
 * ones, and an erase any part of its sector.
 *
 * A size of 0: no chip that the driver knows. Fewer bytes than asked for: the
 * chip stopped answering. Errors: ERR_RANGE, beyond the chip or the shared
 * memory; ERR_ALIGNMENT; ERR_ILLEGAL_OPERATION, unknown label.
 */
#pragma once

#define FLASH_UNIT 2u

enum flash_label {
  FLASH_INFO = 1,
  FLASH_READ = 2,
  FLASH_PROGRAM = 3,
  FLASH_ERASE = 4,
};
