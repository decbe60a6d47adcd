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

#define BURST_MAX (4 * (ECSPI_WORDS_MAX - 1)) /* bytes */
#define PROGRAM_POLLS_MAX 1000u
#define ERASE_RESTS_MAX 1000u

static sst25_rest *rest_between;

/* A command of up to four bytes; the first is the highest of `out`. */
static bool command(uint32_t out, word_t count) {
  return ecspi_send(ECSPI_WHOLE, out, count);
}

/* Commands that only read may be given again. */
static bool ask(enum command what, word_t offset, uint32_t *words,
                word_t count) {
  uint32_t out = (uint32_t)what << 24 | offset;
  return ecspi_ask(out, words, count) || ecspi_ask(out, words, count);
}

static bool is_busy(void) {
  uint32_t in = STATUS_BUSY;
  return !ask(COMMAND_READ_STATUS, 0, &in, 1) || (in & STATUS_BUSY) != 0;
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
  return ecspi_send(part, (uint32_t)what << 24 | offset, 4);
}

bool sst25_start(sst25_rest *rest) {
  uint32_t identity = 0;
  rest_between = rest;
  command(COMMAND_WRITE_DISABLE, 1); /* it may be in mid-program */
  return ask(COMMAND_IDENTITY, 0, &identity, 1) &&
         (identity & 0xffffffu) == IDENTITY &&
         command(COMMAND_WRITE_ENABLE, 1) &&
         command(COMMAND_WRITE_STATUS << 8 | STATUS_UNPROTECTED, 2);
}

/* The bytes of words whose highest one came first. */
static void unpack(uint8_t *bytes, const uint32_t *words, word_t count) {
  for (word_t i = 0; i < count; i++) {
    bytes[i] = (uint8_t)(words[i / 4] >> (24 - 8 * (i % 4)));
  }
}

word_t sst25_read(word_t offset, uint8_t *bytes, word_t count) {
  static uint32_t words[ECSPI_WORDS_MAX];
  word_t done = 0;
  bool works = true;
  while (works && done < count) {
    word_t left = count - done;
    word_t part = left < BURST_MAX ? left : BURST_MAX;
    works = ask(COMMAND_READ, offset + done, words, 1 + (part + 3) / 4);
    if (works) {
      unpack(bytes + done, words + 1, part);
      done += part;
    }
  }
  return done;
}

/* The first two bytes come with the address, the others without. */
static bool program_first(word_t offset, const uint8_t *bytes) {
  return with_address(ECSPI_FIRST, COMMAND_PROGRAM_WORDS, offset) &&
         ecspi_send(ECSPI_LAST, (uint32_t)bytes[0] << 8 | bytes[1], 2) &&
         wait_programmed();
}

static bool program_next(const uint8_t *bytes) {
  uint32_t out = (uint32_t)COMMAND_PROGRAM_WORDS << 16 |
                 (uint32_t)bytes[0] << 8 | bytes[1];
  return command(out, 3) && wait_programmed();
}

word_t sst25_program(word_t offset, const uint8_t *bytes, word_t count) {
  word_t done = 0;
  bool works = command(COMMAND_WRITE_ENABLE, 1);
  while (works && done < count) {
    works =
        done == 0 ? program_first(offset, bytes) : program_next(bytes + done);
    done += works ? 2 : 0;
  }
  command(COMMAND_WRITE_DISABLE, 1);
  return done;
}

word_t sst25_erase(word_t offset) {
  bool works = command(COMMAND_WRITE_ENABLE, 1) &&
               with_address(ECSPI_WHOLE, COMMAND_ERASE_SECTOR, offset) &&
               wait_erased();
  return works ? SST25_SECTOR : 0;
}
