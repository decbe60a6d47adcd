/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Class protocol of storage that is read in pieces. A client Calls; the
 * reply's label is an `enum err`. Bytes arrive in the connection's shared
 * memory, from its start.
 *
 *   label        MR0            MR1           reply MR0
 *   BLOCK_SIZE   -              -             size in bytes
 *   BLOCK_READ   offset, bytes  bytes wanted  bytes given; less only at the
 *                                             end, 0 at or beyond it
 *
 * Errors: ERR_RANGE, more wanted than the shared memory holds;
 * ERR_ILLEGAL_OPERATION, unknown label.
 */
#pragma once

enum block_label {
  BLOCK_SIZE = 1,
  BLOCK_READ = 2,
};
