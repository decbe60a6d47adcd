/* SPDX-License-Identifier: BSD-2-Clause */
/* Boot arguments: one chunk of the extra bootinfo behind the bootinfo page. */
#include "arguments.h"

#define BOOTINFO_PAGE 4096u

const struct boot_arguments *arguments_find(const struct bootinfo *info) {
  const uint8_t *extra = (const uint8_t *)info + BOOTINFO_PAGE;
  word_t done = 0;
  while (info->extra_len - done >= sizeof(struct bootinfo_chunk)) {
    const struct bootinfo_chunk *chunk = (const void *)(extra + done);
    if (chunk->length < sizeof *chunk ||
        chunk->length > info->extra_len - done) {
      return NULL;
    }
    if (chunk->id == BOOTINFO_CHUNK_BOOT_ARGUMENTS &&
        chunk->length >= sizeof *chunk + sizeof(struct boot_arguments)) {
      return (const void *)(chunk + 1);
    }
    done += chunk->length;
  }
  return NULL;
}

void arguments_first_word(const struct boot_arguments *arguments,
                          char name[BOOT_COMMAND_LINE_SIZE]) {
  const char *c = arguments->command_line;
  const char *end = c + BOOT_COMMAND_LINE_SIZE - 1;
  size_t length = 0;
  while (c < end && *c == ' ') {
    c++;
  }
  while (c < end && *c != ' ' && *c != '\0') {
    name[length++] = *c++;
  }
  name[length] = '\0';
}
