/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interactive line echo over the UART: says `echo ready`, then gives every
 * line back. A line may end in CR, LF or both. Ends after the line `exit`.
 */
#include "app/console.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define LINE_SIZE 256

/* Read a line without its end; longer ones are cut. False: input has ended. */
static bool read_line(char line[LINE_SIZE]) {
  static bool after_return; /* an LF that follows a CR ends no second line */
  size_t length = 0;
  int c = getchar();
  if (c == '\n' && after_return) {
    c = getchar();
  }
  while (c != EOF && c != '\n' && c != '\r') {
    if (length + 1 < LINE_SIZE) {
      line[length++] = (char)c;
    }
    c = getchar();
  }
  line[length] = '\0';
  after_return = c == '\r';
  return c != EOF;
}

int main(void) {
  static char line[LINE_SIZE];
  console_start();
  puts("echo ready");
  while (read_line(line)) {
    puts(line);
    if (strcmp(line, "exit") == 0) {
      return 0;
    }
  }
  return 1;
}
