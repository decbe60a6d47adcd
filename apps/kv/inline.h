/* SPDX-License-Identifier: BSD-2-Clause */
/* Words of an inline command: what a person types to the server. */
#pragma once

#include "slice.h"

/* What is left of the line. Words are unquoted in place. */
struct inline_words {
  uint8_t *next;
  uint8_t *end;
};

enum inline_state {
  INLINE_WORD,
  INLINE_END,
  INLINE_BROKEN, /* a quote without its partner, or text right behind one */
};

/** Take the next word: bytes between blanks; "..." with the escapes \n \r \t
 * \b \a \xHH \\ \"; or '...' with \'. */
enum inline_state inline_next(struct inline_words *words, struct slice *word);
