/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Class protocol of storage that is read and written in pieces. A client Calls;
 * the reply's label is an `enum err`. Bytes travel in the connection's shared
 * memory, from its start.
 *
 *   label        MR0            MR1             reply MR0
 *   BLOCK_SIZE   -              -               size in bytes
 *   BLOCK_READ   offset, bytes  bytes wanted    bytes given; less only at the
 *                                               end, 0 at or beyond it
 *   BLOCK_WRITE  offset, bytes  bytes to write  bytes written
 *
 * The RAM disk is never written: ERR_ILLEGAL_OPERATION. An SD card takes whole
 * blocks only (BLOCK_BYTES: offset and count are multiples of it, the range
 * lies on the card); its size is 0 if there is no card, and less is given or
 * written than asked for if the card stops answering.
 * Errors: ERR_RANGE, more wanted than the shared memory holds, or beyond the
 * card; ERR_ALIGNMENT; ERR_ILLEGAL_OPERATION, unknown label.
 */
#pragma once

#define BLOCK_BYTES 512u

enum block_label {
  BLOCK_SIZE = 1,
  BLOCK_READ = 2,
  BLOCK_WRITE = 3,
};
