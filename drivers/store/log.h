/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A log over the sectors of a flash: records are appended to the newest sector
 * (the head), and whole sectors are given back from the oldest on. Sectors are
 * taken into use in turn, so all wear alike. Portable; it trusts nothing that
 * it reads.
 */
#pragma once

#include "driver/store.h"
#include "record.h"

#define LOG_SECTORS_MAX 64u
#define LOG_SECTORS_MIN 8u

/* The flash. All functions return false if it does not work. Offsets and
 * counts of programs are multiples of 2. */
struct store_flash {
  uint32_t sector_size; /* about four times RECORD_MAX, a multiple of 4 */
  uint32_t sectors;     /* LOG_SECTORS_MIN..LOG_SECTORS_MAX */
  void *context;
  bool (*read)(void *context, uint32_t offset, void *bytes, uint32_t count);
  bool (*program)(void *context, uint32_t offset, const void *bytes,
                  uint32_t count);
  bool (*erase)(void *context, uint32_t sector);
};

struct log {
  const struct store_flash *flash;
  uint32_t sequences[LOG_SECTORS_MAX]; /* 0: the sector is free */
  uint32_t free;                       /* sectors */
  uint32_t head;
  uint32_t end; /* in the head: where the next record goes */
};

/** Read the sectors' headers and find the head. @return False: it can not be
 * read, or has too few or too many sectors. */
bool log_mount(struct log *log, const struct store_flash *flash);

/**
 * Find the end of the head. A record that was torn by a loss of power is the
 * last one; it is killed, so that nobody meets it again.
 * @param buffer  Of RECORD_MAX bytes.
 */
bool log_settle(struct log *log, uint8_t *buffer);

/** @return The sector with the smallest sequence above `sequence`;
 *          log->flash->sectors if there is none. */
uint32_t log_sector_after(const struct log *log, uint32_t sequence);

/* Where a walk along a sector stands. */
struct log_place {
  uint32_t where;       /* offset of the record on the flash */
  struct record record; /* its header, as it was read */
};

/** The first record of a sector, or the next one behind `place`.
 * @return False at the end of the sector's log. */
bool log_first(const struct log *log, uint32_t sector, struct log_place *place);
bool log_next(const struct log *log, struct log_place *place);

/** Read the header at `where`. RECORD_BAD if it can not be read or the record
 * would leave its sector. */
enum record_kind log_header(const struct log *log, uint32_t where,
                            struct record *record);

/** Read a whole record. */
bool log_read(const struct log *log, const struct log_place *place,
              uint8_t *buffer);

/** Does a record of `extent` bytes fit behind the last one? */
bool log_has_room(const struct log *log, uint32_t extent);

/**
 * Append an encoded record and read it back. A place that does not take it is
 * left behind, once.
 * @param where  Set to its offset.
 * @return STORE_DONE, STORE_FULL (no free sector) or STORE_DEVICE.
 */
enum store_result log_append(struct log *log, const uint8_t *bytes,
                             uint32_t extent, uint32_t *where);

/** Give a sector back. Nothing in it may count any more. */
bool log_retire(struct log *log, uint32_t sector);
