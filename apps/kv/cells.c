/* SPDX-License-Identifier: BSD-2-Clause */
/* Chains of cells: all that knows how content is cut into them. */
#include "cells.h"

void cells_start(struct cells *cells, void *memory, size_t bytes) {
  *cells = (struct cells){.all = memory,
                          .count = (uint32_t)(bytes / sizeof(struct cell))};
  cells_clear(cells);
}

void cells_clear(struct cells *cells) {
  cells->fresh = CELL_NONE + 1;
  cells->free = CELL_NONE;
  cells->used = 0;
}

uint32_t cells_left(const struct cells *cells) {
  return cells->count - 1 - cells->used;
}

uint32_t chain_cells(uint32_t bytes) {
  return bytes == 0 ? 1 : (bytes + CELL_BYTES - 1) / CELL_BYTES;
}

/* The caller has made sure that there is one. */
static uint32_t take(struct cells *cells) {
  uint32_t cell = cells->free;
  if (cell != CELL_NONE) {
    cells->free = cells->all[cell].next;
  } else {
    cell = cells->fresh++;
  }
  cells->all[cell].next = CELL_NONE;
  cells->used++;
  return cell;
}

uint32_t chain_make(struct cells *cells, uint32_t bytes) {
  if (cells_left(cells) < chain_cells(bytes)) {
    return CELL_NONE;
  }
  uint32_t chain = take(cells);
  (void)chain_resize(cells, chain, 0, bytes);
  return chain;
}

bool chain_resize(struct cells *cells, uint32_t chain, uint32_t from,
                  uint32_t to) {
  uint32_t have = chain_cells(from);
  uint32_t want = chain_cells(to);
  uint32_t last = chain;
  if (want > have && cells_left(cells) < want - have) {
    return false;
  }
  for (uint32_t i = 1; i < have && i < want; i++) {
    last = cells->all[last].next;
  }
  if (want < have) {
    chain_drop(cells, cells->all[last].next);
    cells->all[last].next = CELL_NONE;
  }
  for (; have < want; have++) {
    uint32_t added = take(cells);
    cells->all[last].next = added;
    last = added;
  }
  return true;
}

void chain_drop(struct cells *cells, uint32_t chain) {
  while (chain != CELL_NONE) {
    uint32_t next = cells->all[chain].next;
    cells->all[chain].next = cells->free;
    cells->free = chain;
    cells->used--;
    chain = next;
  }
}

struct chain_reader chain_read(const struct cells *cells, uint32_t chain,
                               uint32_t offset) {
  while (offset >= CELL_BYTES && chain != CELL_NONE) {
    chain = cells->all[chain].next;
    offset -= CELL_BYTES;
  }
  return (struct chain_reader){cells, chain, offset};
}

struct slice chain_piece(struct chain_reader *reader, uint32_t max) {
  struct slice piece = {NULL, 0};
  if (reader->cell == CELL_NONE) {
    return piece;
  }
  const struct cell *cell = &reader->cells->all[reader->cell];
  piece.bytes = &cell->bytes[reader->offset];
  piece.length = CELL_BYTES - reader->offset;
  if (piece.length > max) {
    piece.length = max;
    reader->offset += max;
    return piece;
  }
  reader->cell = cell->next;
  reader->offset = 0;
  return piece;
}

void chain_write(struct cells *cells, uint32_t chain, uint32_t offset,
                 struct slice content) {
  struct chain_reader place = chain_read(cells, chain, offset);
  uint32_t done = 0;
  while (done < content.length && place.cell != CELL_NONE) {
    uint8_t *to = &cells->all[place.cell].bytes[place.offset];
    struct slice piece = chain_piece(&place, content.length - done);
    memcpy(to, content.bytes + done, piece.length);
    done += piece.length;
  }
}

void chain_copy(struct chain_reader *reader, uint8_t *to, uint32_t count) {
  while (count > 0 && reader->cell != CELL_NONE) {
    struct slice piece = chain_piece(reader, count);
    memcpy(to, piece.bytes, piece.length);
    to += piece.length;
    count -= piece.length;
  }
}

bool chain_equal(struct chain_reader *reader, struct slice content) {
  struct chain_reader ahead = *reader;
  uint32_t done = 0;
  while (done < content.length && ahead.cell != CELL_NONE) {
    struct slice piece = chain_piece(&ahead, content.length - done);
    if (memcmp(piece.bytes, content.bytes + done, piece.length) != 0) {
      return false;
    }
    done += piece.length;
  }
  if (done < content.length) {
    return false;
  }
  *reader = ahead;
  return true;
}
