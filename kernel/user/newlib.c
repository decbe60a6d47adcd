/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the C library (newlib) asks of the system under it. There are no files:
 * descriptors 0-2 are the console, all else fails. The heap is a fixed array,
 * so that a process's memory is known when it is linked.
 */
#include "rt/console.h"
#include "rt/exit.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#define HEAP_SIZE 16384
#define CONSOLE_DESCRIPTORS 3

#undef errno
extern int errno; /* newlib's documented contract for these functions */

void *_sbrk(ptrdiff_t increment);
int _write(int file, const char *text, int bytes);
int _read(int file, char *text, int bytes);
int _close(int file);
int _fstat(int file, struct stat *status);
int _isatty(int file);
off_t _lseek(int file, off_t offset, int whence);
int _getpid(void);
int _kill(int process, int signal);
_Noreturn void _exit(int code);

static uint8_t heap[HEAP_SIZE] __attribute__((aligned(8)));
static size_t heap_used;

static int fail(int code) {
  errno = code;
  return -1;
}

static bool is_console(int file) {
  return file >= 0 && file < CONSOLE_DESCRIPTORS;
}

void *_sbrk(ptrdiff_t increment) {
  ptrdiff_t used = (ptrdiff_t)heap_used + increment;
  if (used < 0 || used > HEAP_SIZE) {
    errno = ENOMEM;
    return (void *)-1;
  }
  void *start = &heap[heap_used];
  heap_used = (size_t)used;
  return start;
}

int _write(int file, const char *text, int bytes) {
  if (!is_console(file) || bytes < 0) {
    return fail(EBADF);
  }
  rt_console_write(text, (size_t)bytes);
  return bytes;
}

int _read(int file, char *text, int bytes) {
  if (!is_console(file) || bytes < 0) {
    return fail(EBADF);
  }
  return (int)rt_console_read(text, (size_t)bytes);
}

int _close(int file) {
  return is_console(file) ? 0 : fail(EBADF);
}

/* A character device: the library then buffers whole lines. */
int _fstat(int file, struct stat *status) {
  if (!is_console(file)) {
    return fail(EBADF);
  }
  *status = (struct stat){.st_mode = S_IFCHR};
  return 0;
}

int _isatty(int file) {
  return is_console(file) ? 1 : 0;
}

off_t _lseek(int file, off_t offset, int whence) {
  (void)file;
  (void)offset;
  (void)whence;
  return fail(ESPIPE);
}

int _getpid(void) {
  return 1;
}

int _kill(int process, int signal) {
  (void)process;
  (void)signal;
  return fail(EINVAL);
}

_Noreturn void _exit(int code) {
  rt_exit((uint32_t)code);
}
