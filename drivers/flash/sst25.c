/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands of the SST25VF016B. It programs two bytes at a time and counts the
 * address up by itself ("auto address increment"), 10 us each; a sector takes
 * 25 ms to erase. Both are waited for by reading its status.
 */
#include "sst25.h"

#include "imx_ecspi.h"

enum command {
  COMMAND_WRITE_STATUS = 0x01,
  COMMAND_READ = 0x03,
  COMMAND_WRITE_DISABLE = 0x04,
  COMMAND_READ_STATUS = 0x05,
  COMMAND_WRITE_ENABLE = 0x06,
  COMMAND_ERASE_SECTOR = 0x20,
  COMMAND_IDENTITY = 0x9f,
  COMMAND_PROGRAM_WORDS = 0xad,
};

#define IDENTITY 0xbf2541u
#define STATUS_BUSY (1u << 0)
#define STATUS_UNPROTECTED 0x00u

#define PROGRAM_POLLS_MAX 1000u
#define ERASE_RESTS_MAX 1000u

static sst25_rest *rest_between;

/* A command of up to four bytes; the first is the highest of `out`. */
static bool command(uint32_t out, word_t count, uint32_t *in) {
  return ecspi_send(ECSPI_WHOLE, out, count, in);
}

static bool is_busy(void) {
  uint32_t in = STATUS_BUSY;
  return !command(COMMAND_READ_STATUS << 16, 3, &in) || (in & STATUS_BUSY) != 0;
}

static bool wait_programmed(void) {
  word_t polls = 0;
  while (is_busy() && polls < PROGRAM_POLLS_MAX) {
    polls++;
  }
  return polls < PROGRAM_POLLS_MAX;
}

static bool wait_erased(void) {
  word_t rests = 0;
  while (is_busy() && rests < ERASE_RESTS_MAX) {
    rest_between();
    rests++;
  }
  return rests < ERASE_RESTS_MAX;
}

static bool with_address(enum ecspi_part part, enum command what,
                         word_t offset) {
  return ecspi_send(part, (uint32_t)what << 24 | offset, 4, NULL);
}

bool sst25_start(sst25_rest *rest) {
  uint32_t identity = 0;
  rest_between = rest;
  command(COMMAND_WRITE_DISABLE, 1, NULL); /* it may be in mid-program */
  return command((uint32_t)COMMAND_IDENTITY << 24, 4, &identity) &&
         (identity & 0xffffffu) == IDENTITY &&
         command(COMMAND_WRITE_ENABLE, 1, NULL) &&
         command(COMMAND_WRITE_STATUS << 8 | STATUS_UNPROTECTED, 2, NULL);
}

word_t sst25_read(word_t offset, uint8_t *bytes, word_t count) {
  word_t done = 0;
  bool works = count > 0 && with_address(ECSPI_FIRST, COMMAND_READ, offset);
  while (works && done < count) {
    word_t left = count - done;
    bool last = left <= ECSPI_BURST_MAX;
    word_t part = last ? left : ECSPI_BURST_MAX;
    works = ecspi_receive(last ? ECSPI_LAST : ECSPI_MIDDLE, bytes + done, part);
    done += works ? part : 0;
  }
  return done;
}

/* The first two bytes come with the address, the others without. */
static bool program_first(word_t offset, const uint8_t *bytes) {
  return with_address(ECSPI_FIRST, COMMAND_PROGRAM_WORDS, offset) &&
         ecspi_send(ECSPI_LAST, (uint32_t)bytes[0] << 8 | bytes[1], 2, NULL) &&
         wait_programmed();
}

static bool program_next(const uint8_t *bytes) {
  uint32_t out = (uint32_t)COMMAND_PROGRAM_WORDS << 16 |
                 (uint32_t)bytes[0] << 8 | bytes[1];
  return command(out, 3, NULL) && wait_programmed();
}

word_t sst25_program(word_t offset, const uint8_t *bytes, word_t count) {
  word_t done = 0;
  bool works = command(COMMAND_WRITE_ENABLE, 1, NULL);
  while (works && done < count) {
    works =
        done == 0 ? program_first(offset, bytes) : program_next(bytes + done);
    done += works ? 2 : 0;
  }
  command(COMMAND_WRITE_DISABLE, 1, NULL);
  return done;
}

word_t sst25_erase(word_t offset) {
  bool works = command(COMMAND_WRITE_ENABLE, 1, NULL) &&
               with_address(ECSPI_WHOLE, COMMAND_ERASE_SECTOR, offset) &&
               wait_erased();
  return works ? SST25_SECTOR : 0;
}
