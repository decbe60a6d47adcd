/* SPDX-License-Identifier: BSD-2-Clause */
/* Patterns over keys, as KEYS and SCAN take them. */
#pragma once

#include "slice.h"

/**
 * @return Whether all of `text` matches `pattern`: `*` any bytes, `?` one
 *         byte, `[abc]`, `[a-c]`, `[^abc]`, `\x` the byte x itself. A `[`
 *         without its end closes at the pattern's end.
 *
 * Takes at most |pattern| x |text| steps, whatever the pattern.
 */
bool glob_match(struct slice pattern, struct slice text);
