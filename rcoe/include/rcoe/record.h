/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writing and reading shared records. Works on any memory that holds struct
 * shared_record: the shared region on the target, an array in a host test.
 */
#pragma once

#include "rcoe/shared.h"

/* Check word over RECORD_WORDS payload words; any single flipped bit shows. */
uint32_t record_check(const uint32_t *payload);

/* Publish `payload` (RECORD_WORDS words). The caller fences and signals. */
void record_write(struct shared_record *record, const void *payload);

/*
 * Copy a record to `payload` (RECORD_WORDS words).
 * @return False when the check word does not fit: torn or flipped.
 */
bool record_read(const struct shared_record *record, void *payload);
