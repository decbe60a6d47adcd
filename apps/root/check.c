/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors of the kernel in words. */
#include "check.h"

#include "rt/print.h"
#include "sel4/sel4.h"

static const char *const error_names[] = {
    [ERR_NONE] = "no error",
    [ERR_INVALID_ARGUMENT] = "invalid argument",
    [ERR_INVALID_CAPABILITY] = "invalid capability",
    [ERR_ILLEGAL_OPERATION] = "illegal operation",
    [ERR_RANGE] = "out of range",
    [ERR_ALIGNMENT] = "bad alignment",
    [ERR_FAILED_LOOKUP] = "failed lookup",
    [ERR_TRUNCATED_MESSAGE] = "truncated message",
    [ERR_DELETE_FIRST] = "delete first",
    [ERR_REVOKE_FIRST] = "revoke first",
    [ERR_NOT_ENOUGH_MEMORY] = "not enough memory",
};

#define ERROR_COUNT (sizeof error_names / sizeof error_names[0])

void check(seL4_Error error, const char *what) {
  if (error == ERR_NONE) {
    return;
  }
  word_t details[2] = {seL4_GetMR(0), seL4_GetMR(1)};
  rt_print("root: ");
  rt_print(what);
  rt_print(": ");
  rt_print((size_t)error < ERROR_COUNT ? error_names[error] : "unknown error");
  rt_print(" ");
  rt_print_hex(details[0]);
  rt_print(" ");
  rt_print_hex(details[1]);
  rt_print("\n");
  seL4_DebugHalt(ROOT_EXIT_SETUP);
}
