/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is the payload still what the build packed? A damaged image must be refused
 * here, with a name: inside a kernel it would look like a fault.
 */
#include "loader/payload.h"
#include "abi/memory.h"
#include "loader/crc32.h"
#include "loader/report.h"

static void part_check(const struct part *part) {
  word_t offset = (word_t)part->start - LOADER_BASE;
  if (offset >= LOADER_SIZE || part->size > LOADER_SIZE - offset) {
    report_refuse("payload", "a part lies outside the image: rebuild it");
  }
  word_t crc = crc32(part->start, part->size);
  if (crc != part->crc32) {
    report_refuse(part->name,
                  "CRC-32 mismatch (image says %x, computed %x): the image is "
                  "damaged, rebuild it",
                  part->crc32, crc);
  }
}

void payload_check(void) {
  if (payload.magic != PAYLOAD_MAGIC || payload.part_count != PAYLOAD_PARTS) {
    report_refuse("payload", "magic is %x, not %x: the image is damaged",
                  payload.magic, PAYLOAD_MAGIC);
  }
  for (word_t i = 0; i < PAYLOAD_PARTS; i++) {
    part_check(&payload.parts[i]);
  }
}
