/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a C library wants of the system below, the kernel's characters as its
 * console, and invocations by one thread.
 */
#include "library.h"

#include <stdio.h>
#include <stdlib.h>

const struct bootinfo *info;
word_t next_slot, ram;

int _write(int file, const char *text, int length) {
  (void)file;
  for (int i = 0; i < length; i++) {
    word_t regs[6] = {(word_t)text[i]};
    trap(regs, (word_t)-9);
  }
  return length;
}

void *_sbrk(int bytes) {
  static char heap[1 << 18] __attribute__((aligned(8)));
  static int used;
  void *at = heap + used;
  used += bytes;
  return at;
}

void _exit(int code) {
  word_t regs[6] = {(word_t)code};
  for (;;)
    trap(regs, (word_t)SYS_HALT);
}

int _close(int file) {
  return file;
}
int _fstat(int file, void *state) {
  (void)state;
  return file;
}
int _isatty(int file) {
  return file >= 0;
}
int _lseek(int file, int to, int from) {
  return file + to + from;
}
int _read(int file, char *text, int n) {
  (void)text;
  return file * n;
}
int _kill(int who, int what) {
  return who + what;
}
int _getpid(void) {
  return 1;
}
void _fini(void) {
}

void check(int holds, const char *what) {
  static int bad;
  if (what == 0)
    exit(bad != 0);
  bad += !holds;
  printf("%s %s\n", holds ? "ok  " : "BAD ", what);
}

/* ---- invocations --------------------------------------------------------- */

word_t make(word_t untyped, word_t type, word_t bits) {
  const word_t words[] = {type, bits, 0, 0, next_slot, 1};
  buffer->caps[0] = CAP_CNODE;
  if (invoke(untyped, INFO(UNTYPED_RETYPE, 1, 6), words) != 0) {
    printf("no memory for type %lu\n", (unsigned long)type);
    exit(2);
  }
  return next_slot++;
}

word_t map_in(word_t pd, word_t frame, word_t at, word_t attributes) {
  const word_t words[] = {at, 3, attributes};
  buffer->caps[0] = pd;
  word_t error = invoke(frame, INFO(PAGE_MAP, 1, 3), words);
  if (error == 6) { /* no table there */
    const word_t table[] = {at, 3};
    word_t cap = make(ram, OBJ_TABLE, 0);
    buffer->caps[0] = pd;
    invoke(cap, INFO(PAGE_TABLE_MAP, 1, 2), table);
    buffer->caps[0] = pd;
    error = invoke(frame, INFO(PAGE_MAP, 1, 3), words);
  }
  return error;
}

word_t mint(word_t cap, word_t rights, word_t badge) {
  const word_t words[] = {next_slot, 32, cap, 32, rights, badge};
  buffer->caps[0] = CAP_CNODE;
  invoke(CAP_CNODE, INFO(CNODE_MINT, 1, 6), words);
  return next_slot++;
}
