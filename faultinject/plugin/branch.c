/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A fork copies the calling thread alone, the one that runs all cores. The
 * emulator's main thread is not needed as long as nothing comes from outside:
 * what it does for time that passes while all cores sleep, and for a request
 * to end, a small thread of the child does. What the emulator would free later
 * (RCU) a child keeps, so no thread has to register as a reader. (Guest memory
 * is marked by the emulator as not to be inherited; the mark is taken off.)
 */
#define _GNU_SOURCE
#include "branch.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "checkpoint.h"
#include "emulator.h"
#include "options.h"
#include "watchdog.h"

#define OVERDUE_MS 120000 /* host time that a child may take */
#define GRACE_MS 5000     /* for its report, when it is told to end */
#define ATTEND_NS 200000L /* host time between two looks of its main thread */
#define LINE_SIZE 4096
#define FILES_MAX 256 /* descriptors that are looked at */
#define CONSOLE "console.bin"

struct branch {
  int64_t time;
  enum checkpoint_mode mode;
  char *folder;
  char *flips; /* with blanks between */
};

static struct branch *branches;
static size_t count;
static size_t next;

static bool parse_line(char *line, struct branch *branch) {
  char *rest = NULL;
  char *folder = strtok_r(line, " \n", &rest);
  char *mode = strtok_r(NULL, " \n", &rest);
  char *flips = strtok_r(NULL, "\n", &rest);

  if (flips == NULL) {
    return false;
  }
  branch->mode = strcmp(mode, "record") == 0    ? CHECKPOINT_RECORD
                 : strcmp(mode, "compare") == 0 ? CHECKPOINT_COMPARE
                                                : CHECKPOINT_NONE;
  branch->time = strtoll(flips, NULL, 0);
  branch->folder = strdup(folder);
  branch->flips = strdup(flips);
  return branch->folder != NULL && branch->flips != NULL && branch->time > 0;
}

static bool read_list(FILE *list) {
  char line[LINE_SIZE];
  int64_t before = 0;

  while (fgets(line, sizeof(line), list) != NULL) {
    struct branch *more = realloc(branches, (count + 1) * sizeof(*more));
    if (more == NULL) {
      return false;
    }
    branches = more;
    if (!parse_line(line, &branches[count]) || branches[count].time < before) {
      return false;
    }
    before = branches[count++].time;
  }
  return count != 0;
}

/* Take the mark "not in children" (dc) off all memory. */
static bool let_inherit(void) {
  FILE *maps = fopen("/proc/self/smaps", "r");
  char line[LINE_SIZE];
  uintptr_t start = 0;
  uintptr_t end = 0;
  bool good = maps != NULL;

  while (good && fgets(line, sizeof(line), maps) != NULL) {
    char *dash = NULL;
    uintptr_t address = strtoul(line, &dash, 16);
    if (*dash == '-') { /* the head of a mapping; its flags come last */
      start = address;
      end = strtoul(dash + 1, NULL, 16);
    } else if (strncmp(line, "VmFlags:", 8) == 0 && strstr(line, " dc")) {
      good = madvise((void *)start, end - start, MADV_DOFORK) == 0;
    }
  }
  if (maps != NULL) {
    fclose(maps);
  }
  return good;
}

const char *branch_start(void) {
  if (options.branches[0] == '\0') {
    return NULL;
  }
  FILE *list = fopen(options.branches, "r");
  if (list == NULL) {
    return "the list of trials can not be read";
  }
  bool good = read_list(list);
  fclose(list);
  if (!good) {
    return "the list of trials is empty or not in order";
  }
  return let_inherit() && checkpoint_start()
             ? NULL
             : "children can not inherit guest memory";
}

bool branch_flips(const char *what) {
  for (size_t i = 0; i < count; i++) {
    if (strstr(branches[i].flips, what) != NULL) {
      return true;
    }
  }
  return false;
}

int64_t branch_due(void) {
  return next < count ? branches[next].time : INT64_MAX;
}

/* The emulator's descriptor of a file in its folder, -1 if there is none. */
static int descriptor_of(const char *name) {
  char link[64];
  char path[PATH_SIZE];

  for (int file = 0; file < FILES_MAX; file++) {
    snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof(path) - 1);
    if (length > 0) {
      path[length] = '\0';
      const char *last = strrchr(path, '/');
      if (last != NULL && strcmp(last + 1, name) == 0) {
        return file;
      }
    }
  }
  return -1;
}

int branch_console(void) {
  return open(CONSOLE, O_RDONLY);
}

/* The console so far, as the child's own file in the current folder. */
static bool copy_console(int before) {
  static char bytes[LINE_SIZE];
  char link[64];
  ssize_t done = 0;

  snprintf(link, sizeof(link), "/proc/self/fd/%d", before);
  int from = open(link, O_RDONLY);
  int to = open(CONSOLE, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  bool good = from >= 0 && to >= 0;
  while (good && (done = read(from, bytes, sizeof(bytes))) > 0) {
    good = write(to, bytes, (size_t)done) == done;
  }
  good = good && dup2(to, before) == before;
  close(from);
  close(to);
  return good;
}

static bool move_output(const char *folder) {
  int console = descriptor_of(CONSOLE);

  if (console < 0 || chdir(folder) != 0 || !copy_console(console)) {
    return false;
  }
  int errors = open("stderr", O_WRONLY | O_CREAT | O_TRUNC, 0666);
  return errors >= 0 && dup2(errors, STDERR_FILENO) == STDERR_FILENO &&
         dup2(errors, STDOUT_FILENO) == STDOUT_FILENO && close(errors) == 0;
}

/* What the emulator's main thread does in a run without a host. */
static void *attend(void *opaque) {
  const struct timespec pause = {0, ATTEND_NS};

  (void)opaque;
  for (;;) {
    nanosleep(&pause, NULL);
    emulator.qemu_mutex_lock_iothread_impl(__FILE__, __LINE__);
    emulator.icount_start_warp_timer();
    emulator.qemu_clock_run_all_timers();
    if (emulator.qemu_shutdown_requested_get() != 0 ||
        emulator.qemu_reset_requested_get() != 0) {
      exit(EXIT_SUCCESS); /* -no-reboot: a reset ends the run */
    }
    emulator.qemu_mutex_unlock_iothread();
  }
  return NULL;
}

static bool parse_flips(char *flips) {
  char argument[PATH_SIZE];
  char *rest = NULL;

  for (char *flip = strtok_r(flips, " ", &rest); flip != NULL;
       flip = strtok_r(NULL, " ", &rest)) {
    snprintf(argument, sizeof(argument), "flip=%s", flip);
    if (!options_parse(argument)) {
      return false;
    }
  }
  return true;
}

static void become(struct branch *branch, pid_t parent) {
  pthread_t thread;

  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent || !move_output(branch->folder) ||
      !parse_flips(branch->flips) ||
      pthread_create(&thread, NULL, attend, NULL) != 0) {
    fprintf(stderr, "trireme-plugin: a trial can not begin in %s\n",
            branch->folder);
    _exit(EXIT_FAILURE);
  }
  pthread_detach(thread);
  watchdog_restart();
  checkpoint_begin(branch->mode, branch->time);
  next = count;
}

static bool ends_within(int child, int milliseconds) {
  struct pollfd wanted = {child, POLLIN, 0};

  return child < 0 || poll(&wanted, 1, milliseconds) > 0;
}

/* @return the status of a child that ended, or -1. */
static int await(pid_t child) {
  int handle = (int)syscall(SYS_pidfd_open, child, 0);
  int status = -1;
  bool overdue = !ends_within(handle, OVERDUE_MS);

  if (overdue) {
    kill(child, SIGTERM);
    if (!ends_within(handle, GRACE_MS)) {
      kill(child, SIGKILL);
    }
  }
  if (waitpid(child, &status, 0) != child || overdue) {
    status = -1;
  }
  close(handle);
  return status;
}

bool branch_take(void) {
  pid_t parent = getpid();

  emulator.qemu_mutex_lock_iothread_impl(__FILE__, __LINE__);
  pid_t child = fork();
  emulator.qemu_mutex_unlock_iothread();
  if (child == 0) {
    become(&branches[next], parent);
    return true;
  }
  int status = child < 0 ? -1 : await(child);
  if (dprintf(options.told, "%zu %d\n", next, status) < 0 || ++next == count) {
    _exit(EXIT_SUCCESS);
  }
  return false;
}
