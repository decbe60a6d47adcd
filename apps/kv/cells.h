/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The store's memory: cells of one size, linked to chains. Memory can not
 * fragment, so there is room exactly as long as cells are left, and what a
 * request may need can be known before anything changes. A cell that was never
 * used is never written: memory that is still zero costs replicas nothing to
 * compare and copy.
 */
#pragma once

#include "slice.h"

#include <stddef.h>

#define CELL_BYTES 60u /* of content */
#define CELL_NONE 0u   /* no cell has this number */

struct cell {
  uint8_t bytes[CELL_BYTES];
  uint32_t next; /* of its chain, or of the free list */
};

struct cells {
  struct cell *all; /* all[CELL_NONE] is not used */
  uint32_t count;   /* with CELL_NONE */
  uint32_t fresh;   /* first cell that was never used */
  uint32_t free;    /* list of cells that were given back */
  uint32_t used;
};

/** Where a reader stands in a chain. */
struct chain_reader {
  const struct cells *cells;
  uint32_t cell;
  uint32_t offset; /* in the cell */
};

/** Take `memory`, zeroed and aligned to 4. Starts empty. */
void cells_start(struct cells *cells, void *memory, size_t bytes);

/** Give everything back. */
void cells_clear(struct cells *cells);

/** @return Cells that can still be taken. */
uint32_t cells_left(const struct cells *cells);

/** @return Cells that a chain of `bytes` takes; at least one. */
uint32_t chain_cells(uint32_t bytes);

/** @return A chain for `bytes`, content undefined; CELL_NONE: no room. */
uint32_t chain_make(struct cells *cells, uint32_t bytes);

/** Make a chain of `from` bytes fit for `to`; its head and content stay.
 * @return False, and nothing changed, if there is no room. */
bool chain_resize(struct cells *cells, uint32_t chain, uint32_t from,
                  uint32_t to);

/** Give a chain back. */
void chain_drop(struct cells *cells, uint32_t chain);

/** Write `content` at `offset`; all of it must lie within the chain. */
void chain_write(struct cells *cells, uint32_t chain, uint32_t offset,
                 struct slice content);

/** @return A reader at `offset`. */
struct chain_reader chain_read(const struct cells *cells, uint32_t chain,
                               uint32_t offset);

/** @return The next bytes of the chain that lie together, at most `max`. */
struct slice chain_piece(struct chain_reader *reader, uint32_t max);

/** Copy the next `count` bytes to `to`. */
void chain_copy(struct chain_reader *reader, uint8_t *to, uint32_t count);

/** @return Whether the next bytes are `content`. The reader moves behind it
 * only if so. */
bool chain_equal(struct chain_reader *reader, struct slice content);
