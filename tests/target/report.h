/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a check on the board is, besides CHECK of harness/check.h: an
 * expectation about the kernel's reply to an invocation.
 *
 *   EXPECT("a sentence", REQUEST(object, LABEL, CAPS(..), WORDS(..)),
 *          ERR_RANGE, WORDS(1, 32));
 *
 * The reply must have this error as label, and exactly these words.
 */
#pragma once

#include "harness/check.h"
#include "invoke.h"

struct expectation {
  const char *sentence;
  const char *file;
  int line;
  enum err error;
  word_t word_count;
  word_t words[8];
};

/** Call an object. @return The info word of the reply; its words are then in
 * the caller's IPC buffer. */
word_t request(const struct invoke_call *call);

/** Count one check: the reply `info` is as expected. */
void expect_reply(word_t info, const struct expectation *expectation);

/** Print the closing line. @return Exit code of the run. */
word_t report_total(void);

#define REQUEST(target, what, ...)                                             \
  request(&(const struct invoke_call){                                         \
      .object = (target), .label = INVOCATION_##what, __VA_ARGS__})

#define EXPECT(what, reply, code, ...)                                         \
  do {                                                                         \
    word_t expect_info = (reply);                                              \
    expect_reply(expect_info, &(const struct expectation){.sentence = (what),  \
                                                          .file = __FILE__,    \
                                                          .line = __LINE__,    \
                                                          .error = (code),     \
                                                          __VA_ARGS__});       \
  } while (false)
