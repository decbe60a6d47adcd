/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a process's first instruction to its main(): makes the thread known to
 * the runtime, splits the command line, and runs main(argc, argv). What main
 * returns is the exit code.
 */
#include "rt/start.h"
#include "rt/thread.h"
#include "sel4/syscalls.h"
#include "start_page.h"

#include <stdlib.h>

#define ARGUMENTS_MAX 8
#define PAGE 0x1000u /* from one thread's IPC buffer to the next */

int main(int argc, char **argv);
_Noreturn void rt_start_process(const struct rt_start *start, word_t thread);

static struct rt_thread threads[RT_THREADS_MAX];
static char command_line[BOOT_COMMAND_LINE_SIZE];
static char *arguments[ARGUMENTS_MAX + 1];

/* Cut `line` at its blanks into argv; words beyond the limit are dropped. */
static int split_words(char *line, char **argv) {
  int argc = 0;
  bool in_word = false;
  for (char *c = line; *c != '\0'; c++) {
    bool blank = *c == ' ';
    if (!blank && !in_word && argc < ARGUMENTS_MAX) {
      argv[argc++] = c;
    }
    if (blank) {
      *c = '\0';
    }
    in_word = !blank;
  }
  argv[argc] = NULL;
  return argc;
}

/* A process whose plan has further threads brings its own. */
__attribute__((weak)) void rt_thread_main(word_t thread) {
  (void)thread;
}

_Noreturn static void run_further_thread(word_t thread) {
  rt_thread_main(thread);
  for (;;) {
    seL4_Yield();
  }
}

_Noreturn void rt_start_process(const struct rt_start *start, word_t thread) {
  threads[thread].ipc_buffer =
      (struct ipc_buffer *)(uintptr_t)(start->ipc_buffer + thread * PAGE);
  rt_thread_enter(&threads[thread]);
  if (thread != 0) {
    run_further_thread(thread);
  }
  rt_start_page_set(start);
  for (size_t i = 0; i + 1 < sizeof command_line; i++) {
    command_line[i] = start->arguments.command_line[i];
  }
  int argc = split_words(command_line, arguments);
  exit(main(argc, arguments));
}
