/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counting and printing of checks on the board, on the kernel's console. What
 * is printed must never depend on the protection, or on time.
 */
#include "report.h"

#include "groups.h"
#include "rt/print.h"
#include "sel4/sel4.h"

#include <string.h>

struct tally {
  word_t made;
  word_t failed;
};

static struct tally group;
static struct tally total;

static void print_tally(const struct tally *tally) {
  rt_print_decimal(tally->made);
  rt_print(" checks, ");
  rt_print_decimal(tally->failed);
  rt_print(" failed\n");
}

static void print_place(const char *sentence, const char *file, int line) {
  rt_print(file);
  rt_print(":");
  rt_print_decimal((word_t)line);
  rt_print(": does not hold: ");
  rt_print(sentence);
}

void check_that(bool held, const char *sentence, const char *file, int line) {
  group.made++;
  if (held) {
    return;
  }
  group.failed++;
  print_place(sentence, file, line);
  rt_print("\n");
}

int check_report(const char *suite) {
  struct tally done = group;
  total.made += group.made;
  total.failed += group.failed;
  group = (struct tally){0, 0};
  rt_print(suite);
  rt_print(": ");
  print_tally(&done);
  return done.made == 0 || done.failed != 0;
}

word_t report_total(void) {
  print_tally(&total);
  return total.made == 0 || total.failed != 0;
}

word_t request(const struct invoke_call *call) {
  struct ipc_buffer *buffer = seL4_GetIPCBuffer();
  memcpy(buffer->mr, call->words, call->word_count * sizeof call->words[0]);
  memcpy(buffer->caps_or_badges, call->caps,
         call->cap_count * sizeof call->caps[0]);
  return seL4_Call(call->object,
                   seL4_MessageInfo_new(call->label, 0, call->cap_count,
                                        call->word_count))
      .words[0];
}

/* What came instead, behind the sentence. */
static void print_reply(const word_t *words, word_t info) {
  rt_print(" (label ");
  rt_print_decimal(MESSAGE_LABEL(info));
  for (word_t i = 0; i < MESSAGE_LENGTH(info); i++) {
    rt_print(" ");
    rt_print_hex(words[i]);
  }
  rt_print(")\n");
}

void expect_reply(word_t info, const struct expectation *expectation) {
  const word_t *words = seL4_GetIPCBuffer()->mr;
  word_t count = expectation->word_count;
  group.made++;
  if (info == MESSAGE_INFO(expectation->error, 0, 0, count) &&
      memcmp(words, expectation->words, count * sizeof words[0]) == 0) {
    return;
  }
  group.failed++;
  print_place(expectation->sentence, expectation->file, expectation->line);
  print_reply(words, info);
}

void test_failing(void) {
  CHECK(false, "this is false");
  EXPECT("this has another error", REQUEST(0, INVALID), ERR_RANGE, WORDS(1, 2));
  EXPECT("this has another word", REQUEST(0, INVALID), ERR_INVALID_CAPABILITY,
         WORDS(1));
  EXPECT("this has more words", REQUEST(0, INVALID), ERR_INVALID_CAPABILITY);
  CHECK(true, "this is true");
}
