/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SHA-256 of the whole input, with the running digest after every 4 KiB:
 *   digest <bytes so far> <hex>
 *   sha256 <hex> <bytes>           the last line
 * `digest` reads the RAM disk, `digest --via uart` the serial line. Each line
 * leaves the machine before the next piece of input is read.
 * `digest --repeat N` takes the RAM disk's input N times in a row.
 */
#include "app/arguments.h"
#include "app/console.h"
#include "app/input.h"
#include "mbedtls/sha256.h"
#include "uart_input.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define PROGRESS_BYTES 4096u
#define DIGEST_SIZE 32

/* The live state of this program: all that a flipped bit can spoil for good. */
static mbedtls_sha256_context digest_state;
static uint32_t digest_bytes;

/* Digest of what was hashed so far, as text; the state goes on. */
static bool digest_text(char text[2 * DIGEST_SIZE + 1]) {
  mbedtls_sha256_context copy;
  unsigned char digest[DIGEST_SIZE];
  mbedtls_sha256_clone(&copy, &digest_state);
  if (mbedtls_sha256_finish_ret(&copy, digest) != 0) {
    return false;
  }
  for (size_t i = 0; i < DIGEST_SIZE; i++) {
    text[2 * i] = "0123456789abcdef"[digest[i] >> 4];
    text[2 * i + 1] = "0123456789abcdef"[digest[i] & 0xf];
  }
  text[2 * DIGEST_SIZE] = '\0';
  return true;
}

static bool print_progress(void) {
  char text[2 * DIGEST_SIZE + 1];
  if (!digest_text(text)) {
    return false;
  }
  printf("digest %lu %s\n", (unsigned long)digest_bytes, text);
  return true;
}

/* Hash a piece; progress is due at each multiple of 4 KiB, wherever pieces
 * end. */
static bool digest_piece(const uint8_t *bytes, size_t count) {
  while (count > 0) {
    size_t part = PROGRESS_BYTES - digest_bytes % PROGRESS_BYTES;
    part = part < count ? part : count;
    if (mbedtls_sha256_update_ret(&digest_state, bytes, part) != 0) {
      return false;
    }
    digest_bytes += (uint32_t)part;
    bytes += part;
    count -= part;
    if (digest_bytes % PROGRESS_BYTES == 0 && !print_progress()) {
      return false;
    }
  }
  return true;
}

static bool digest_once(const struct input *input) {
  const uint8_t *bytes = NULL;
  int count = 0;
  while ((count = input->next(&bytes)) > 0) {
    if (!digest_piece(bytes, (size_t)count)) {
      return false;
    }
  }
  return count == 0;
}

static bool digest_input(const struct input *input, uint32_t times) {
  mbedtls_sha256_init(&digest_state);
  if (mbedtls_sha256_starts_ret(&digest_state, 0) != 0) {
    return false;
  }
  for (uint32_t i = 0; i < times; i++) {
    if (i > 0) {
      input->rewind();
    }
    if (!digest_once(input)) {
      return false;
    }
  }
  return true;
}

/* What the arguments ask for; NULL if they make no sense. */
static const struct input *choose_input(int argc, char **argv,
                                        uint32_t *times) {
  *times = 1;
  if (argc == 1) {
    return &input_disk;
  }
  if (argc == 3 && strcmp(argv[1], "--via") == 0 &&
      strcmp(argv[2], "uart") == 0) {
    return &input_uart;
  }
  bool repeat = argc == 3 && strcmp(argv[1], "--repeat") == 0 &&
                argument_count(argv[2], times) && *times > 0;
  return repeat ? &input_disk : NULL;
}

int main(int argc, char **argv) {
  char text[2 * DIGEST_SIZE + 1];
  console_start();
  uint32_t times;
  const struct input *input = choose_input(argc, argv, &times);
  if (input == NULL) {
    puts("usage: digest [--via uart | --repeat N]");
    return EXIT_USAGE;
  }
  if (!digest_input(input, times) || !digest_text(text)) {
    puts("digest: the input is broken");
    return 1;
  }
  printf("sha256 %s %lu\n", text, (unsigned long)digest_bytes);
  return 0;
}
