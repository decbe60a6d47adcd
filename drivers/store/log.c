/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log: sectors, appending, walking.
 *
 * Against losses of power:
 *   - A sector is erased only when it is taken into use again, and holds no
 *     valid header from its retirement on: an erase that is cut short leaves
 *     zeros and ones there, never a header.
 *   - A record counts when its check fits. Only the last one of the head can be
 *     torn; the next mount kills it before anything is appended behind it.
 */
#include "log.h"

#include <string.h>

#define CHUNK 256u

static const uint8_t zeros[SECTOR_HEADER];

static uint32_t sector_start(const struct log *log, uint32_t sector) {
  return sector * log->flash->sector_size;
}

static bool flash_read(const struct log *log, uint32_t where, void *bytes,
                       uint32_t count) {
  return log->flash->read(log->flash->context, where, bytes, count);
}

static bool flash_program(const struct log *log, uint32_t where,
                          const void *bytes, uint32_t count) {
  return log->flash->program(log->flash->context, where, bytes, count);
}

bool log_mount(struct log *log, const struct store_flash *flash) {
  uint8_t header[SECTOR_HEADER];
  *log = (struct log){.flash = flash, .head = 0, .end = flash->sector_size};
  if (flash->sectors < LOG_SECTORS_MIN || flash->sectors > LOG_SECTORS_MAX) {
    return false;
  }
  for (uint32_t i = 0; i < flash->sectors; i++) {
    if (!flash_read(log, sector_start(log, i), header, sizeof header)) {
      return false;
    }
    log->sequences[i] = sector_decode(header);
    log->free += log->sequences[i] == 0;
    if (log->sequences[i] > log->sequences[log->head]) {
      log->head = i;
    }
  }
  return true;
}

uint32_t log_sector_after(const struct log *log, uint32_t sequence) {
  uint32_t best = log->flash->sectors;
  for (uint32_t i = 0; i < log->flash->sectors; i++) {
    uint32_t found = log->sequences[i];
    if (found > sequence &&
        (best == log->flash->sectors || found < log->sequences[best])) {
      best = i;
    }
  }
  return best;
}

/* ---- walking ------------------------------------------------------------- */

/* Bytes from `where` to the end of its sector. */
static uint32_t left_behind(const struct log *log, uint32_t where) {
  return log->flash->sector_size - where % log->flash->sector_size;
}

enum record_kind log_header(const struct log *log, uint32_t where,
                            struct record *record) {
  uint8_t header[RECORD_HEADER];
  if (!flash_read(log, where, header, sizeof header)) {
    return RECORD_BAD;
  }
  enum record_kind kind = record_decode(header, record);
  bool sized = kind == RECORD_WHOLE || kind == RECORD_KILLED;
  return sized && record_extent(record) > left_behind(log, where) ? RECORD_BAD
                                                                  : kind;
}

/*
 * From `where` on, the first header that ends the walk or is whole.
 * @param where  Moved there; to the end of the sector if no header fits.
 */
static enum record_kind skip(const struct log *log, uint32_t end,
                             struct log_place *place) {
  while (place->where + RECORD_HEADER <= end) {
    enum record_kind kind = log_header(log, place->where, &place->record);
    if (kind != RECORD_FILLER && kind != RECORD_KILLED) {
      return kind;
    }
    place->where +=
        kind == RECORD_FILLER ? RECORD_HEADER : record_extent(&place->record);
  }
  place->where = end;
  return RECORD_BLANK;
}

bool log_first(const struct log *log, uint32_t sector,
               struct log_place *place) {
  uint32_t start = sector_start(log, sector);
  place->where = start + SECTOR_HEADER;
  return skip(log, start + log->flash->sector_size, place) == RECORD_WHOLE;
}

bool log_next(const struct log *log, struct log_place *place) {
  uint32_t end = place->where + left_behind(log, place->where);
  place->where += record_extent(&place->record);
  return skip(log, end, place) == RECORD_WHOLE;
}

bool log_read(const struct log *log, const struct log_place *place,
              uint8_t *buffer) {
  return flash_read(log, place->where, buffer, record_extent(&place->record));
}

/* ---- settling ------------------------------------------------------------ */

static bool is_blank(const struct log *log, uint32_t where, uint32_t end) {
  uint8_t chunk[CHUNK];
  bool blank = true;
  while (blank && where < end) {
    uint32_t part = end - where < CHUNK ? end - where : CHUNK;
    blank = flash_read(log, where, chunk, part);
    for (uint32_t i = 0; i < part; i++) {
      blank = blank && chunk[i] == 0xff;
    }
    where += part;
  }
  return blank;
}

/* Is `place`, the last record of the head, torn? Something behind it says that
 * it was complete once: then it has decayed, and must not be taken for never
 * written. */
static bool is_torn(const struct log *log, const struct log_place *place,
                    uint32_t end, uint8_t *buffer) {
  uint32_t behind = place->where + record_extent(&place->record);
  return log_read(log, place, buffer) &&
         !record_is_sound(buffer, &place->record) && is_blank(log, behind, end);
}

static bool kill(const struct log *log, uint32_t where) {
  return flash_program(log, where, zeros, 2);
}

/* A header that can not be believed ends the log of the head, unless nothing
 * lies behind it: then it is torn, and becomes a filler. */
static bool settle_bad(struct log *log, uint32_t where, uint32_t end) {
  uint32_t behind = where + RECORD_HEADER;
  log->end = log->flash->sector_size;
  if (!is_blank(log, behind, end)) {
    return true;
  }
  log->end -= end - behind;
  return flash_program(log, where, zeros, RECORD_HEADER);
}

bool log_settle(struct log *log, uint8_t *buffer) {
  if (log->sequences[log->head] == 0) {
    return true; /* there is no head yet */
  }
  uint32_t start = sector_start(log, log->head);
  uint32_t end = start + log->flash->sector_size;
  struct log_place place = {.where = start + SECTOR_HEADER};
  struct log_place last = {0};
  enum record_kind kind = skip(log, end, &place);
  while (kind == RECORD_WHOLE) {
    last = place;
    place.where += record_extent(&place.record);
    kind = skip(log, end, &place);
  }
  if (kind == RECORD_BAD) {
    return settle_bad(log, place.where, end);
  }
  log->end = place.where - start;
  bool torn = last.where != 0 && is_torn(log, &last, end, buffer);
  return !torn || kill(log, last.where);
}

/* ---- appending ----------------------------------------------------------- */

bool log_has_room(const struct log *log, uint32_t extent) {
  return log->sequences[log->head] != 0 &&
         extent <= log->flash->sector_size - log->end;
}

static uint32_t next_free(const struct log *log) {
  uint32_t sector = log->head;
  do {
    sector = (sector + 1) % log->flash->sectors;
  } while (log->sequences[sector] != 0);
  return sector;
}

/* Take a free sector into use as the head. */
static enum store_result open_head(struct log *log) {
  uint8_t header[SECTOR_HEADER];
  uint32_t sequence = log->sequences[log->head] + 1;
  if (log->free == 0 || sequence > SECTOR_SEQUENCE_MAX) {
    return STORE_FULL;
  }
  uint32_t sector = next_free(log);
  sector_encode(header, sequence);
  if (!log->flash->erase(log->flash->context, sector) ||
      !flash_program(log, sector_start(log, sector), header, sizeof header)) {
    return STORE_DEVICE;
  }
  log->sequences[sector] = sequence;
  log->free--;
  log->head = sector;
  log->end = SECTOR_HEADER;
  return STORE_DONE;
}

static bool reads_back(const struct log *log, uint32_t where,
                       const uint8_t *bytes, uint32_t count) {
  uint8_t chunk[CHUNK];
  bool same = true;
  for (uint32_t done = 0; same && done < count; done += CHUNK) {
    uint32_t part = count - done < CHUNK ? count - done : CHUNK;
    same = flash_read(log, where + done, chunk, part) &&
           memcmp(chunk, bytes + done, part) == 0;
  }
  return same;
}

static enum store_result append_once(struct log *log, const uint8_t *bytes,
                                     uint32_t extent, uint32_t *where) {
  if (!log_has_room(log, extent)) {
    enum store_result result = open_head(log);
    if (result != STORE_DONE) {
      return result;
    }
  }
  *where = sector_start(log, log->head) + log->end;
  if (flash_program(log, *where, bytes, extent) &&
      reads_back(log, *where, bytes, extent)) {
    log->end += extent;
    return STORE_DONE;
  }
  log->end = log->flash->sector_size; /* nothing more into this sector */
  kill(log, *where);
  return STORE_DEVICE;
}

enum store_result log_append(struct log *log, const uint8_t *bytes,
                             uint32_t extent, uint32_t *where) {
  enum store_result result = append_once(log, bytes, extent, where);
  return result == STORE_DEVICE ? append_once(log, bytes, extent, where)
                                : result;
}

bool log_retire(struct log *log, uint32_t sector) {
  if (!flash_program(log, sector_start(log, sector), zeros, SECTOR_HEADER)) {
    return false;
  }
  log->sequences[sector] = 0;
  log->free++;
  return true;
}
