/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rings are looked at again and again after a count of instructions that is
 * too small for a ring to go round meanwhile, so that no record is missed
 * however fast somebody writes. (Kept: kernel/abi/abi/event.h, memory.h.)
 */
#include "recorder.h"

#include <string.h>
#include <unistd.h>

#include "options.h"

#define SHARED_EVENTS 0x4e008000u
#define BLOCK_SIZE 0x10000u
#define BLOCKS 4u
#define RING_RECORDS 448u
#define RECORD_WORDS 16u
#define RECORD_CHECK 0u    /* word; 0 = not (or not yet) a record */
#define RECORD_SEQUENCE 1u /* word */
#define RECORD_STAMP 3u    /* low word of two */
#define FOUND_MAX 64u
#define HELD_LOOKS 4u

/* All cores together. A record costs its writer some hundred. */
#define LOOK_INSTRUCTIONS 20000

static uint32_t next[BLOCKS]; /* sequence number of the next record */
static bool stale[BLOCKS];    /* the ring is still that of an earlier life */
static int64_t left = LOOK_INSTRUCTIONS;

static void read_words(uint64_t address, uint32_t *words, unsigned count) {
  emulator.cpu_physical_memory_rw(address, words, count * sizeof(*words),
                                  false);
}

struct record {
  uint32_t word[RECORD_WORDS];
};

/*
 * What the last looks have found, by time. A record is sent some looks after it
 * was found: an earlier one may be in writing, while its core waits for its
 * turn. (A turn is as long as a look; up to three other cores have theirs.)
 */
static struct record found[FOUND_MAX];
static unsigned found_at[FOUND_MAX]; /* number of that look */
static unsigned count;
static unsigned looks;

static uint64_t stamp_of(const struct record *record) {
  return (uint64_t)record->word[RECORD_STAMP + 1] << 32 |
         record->word[RECORD_STAMP];
}

/* Whoever reads may be gone; the run goes on without. */
static void send_first(unsigned sent) {
  const uint8_t *bytes = (const uint8_t *)found;
  size_t size = sent * sizeof(found[0]);

  while (size > 0 && options.events >= 0) {
    ssize_t done = write(options.events, bytes, size);
    if (done <= 0) {
      options.events = -1;
      return;
    }
    bytes += done;
    size -= (size_t)done;
  }
}

static void forget_first(unsigned sent) {
  count -= sent;
  memmove(found, found + sent, count * sizeof(found[0]));
  memmove(found_at, found_at + sent, count * sizeof(found_at[0]));
}

/* Those found at least so many looks ago, and what was before them. */
static void send_older(unsigned age) {
  unsigned sent = count;

  while (sent > 0 && looks - found_at[sent - 1] < age) {
    sent--;
  }
  send_first(sent);
  forget_first(sent);
}

static void keep(const struct record *record) {
  unsigned at = count++;

  for (; at > 0 && stamp_of(&found[at - 1]) > stamp_of(record); at--) {
    found[at] = found[at - 1];
    found_at[at] = found_at[at - 1];
  }
  found[at] = *record;
  found_at[at] = looks;
  if (count == FOUND_MAX) {
    send_older(0);
  }
}

static uint64_t place_of(unsigned block, uint32_t sequence) {
  return SHARED_EVENTS + block * BLOCK_SIZE +
         sequence % RING_RECORDS * RECORD_WORDS * sizeof(uint32_t);
}

static bool is_written(unsigned block, uint32_t sequence) {
  uint32_t head[2];

  read_words(place_of(block, sequence), head, 2);
  return head[RECORD_CHECK] != 0 && head[RECORD_SEQUENCE] == sequence;
}

static bool is_empty(unsigned block) {
  uint32_t check;

  read_words(place_of(block, 0), &check, 1);
  return check == 0;
}

/* @return whether there was a new record, which is kept. */
static bool take_next(unsigned block) {
  struct record record;

  if (!is_written(block, next[block])) {
    if (!is_written(block, next[block] + 1)) {
      return false;
    }
    next[block]++; /* damaged before we saw it: go on behind it */
  }
  read_words(place_of(block, next[block]), record.word, RECORD_WORDS);
  keep(&record);
  next[block]++;
  return true;
}

static void look(unsigned age) {
  looks++;
  for (unsigned block = 0; block < BLOCKS; block++) {
    stale[block] = stale[block] && !is_empty(block);
    while (options.events >= 0 && !stale[block] && take_next(block)) {
    }
  }
  send_older(age);
}

static void entered(unsigned core, void *opaque) {
  (void)core;
  left -= (int64_t)(uintptr_t)opaque;
  if (left <= 0) {
    left = LOOK_INSTRUCTIONS;
    look(HELD_LOOKS);
  }
}

void recorder_start(void) {
  for (unsigned block = 0; block < BLOCKS; block++) {
    stale[block] = !is_empty(block);
  }
}

void recorder_translated(struct tb *tb) {
  if (options.events >= 0) {
    emulator.qemu_plugin_register_vcpu_tb_exec_cb(
        tb, entered, CALLBACK_NO_REGISTERS,
        (void *)emulator.qemu_plugin_tb_n_insns(tb));
  }
}

void recorder_finish(void) {
  look(0);
}
