/* SPDX-License-Identifier: BSD-2-Clause */
/* Parser of the plug-in's arguments. It rejects what it does not understand. */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options options = {
    .slice = 20000,
    .classes = {"user", "kernel", "wait", "boot"},
    .class_count = 4,
    .events = -1,
    .pace = -1,
    .out = ".",
};

/* Number at *text, which moves past it and past `end` if that follows. */
static bool take_number(const char **text, char end, uint64_t *value) {
  char *stop = NULL;

  if (**text < '0' || **text > '9') {
    return false;
  }
  *value = strtoull(*text, &stop, 0);
  if (*stop != end) {
    return false;
  }
  *text = end == '\0' ? stop : stop + 1;
  return true;
}

/* Word before `end`, copied to `word`; *text moves past the separator. */
static bool take_word(const char **text, char end, char *word, size_t size) {
  const char *stop = strchr(*text, end);
  size_t length = stop == NULL ? 0 : (size_t)(stop - *text);

  if (length == 0 || length >= size) {
    return false;
  }
  memcpy(word, *text, length);
  word[length] = '\0';
  *text = stop + 1;
  return true;
}

static struct action *new_action(enum action_kind kind, uint64_t time) {
  if (options.action_count == ACTIONS_MAX || time > INT64_MAX) {
    return NULL;
  }
  struct action *action = &options.actions[options.action_count++];
  action->kind = kind;
  action->time = (int64_t)time;
  return action;
}

static bool parse_slice(const char *text) {
  uint64_t value = 0;
  bool good = take_number(&text, '\0', &value) && value <= 1000000000u &&
              (value == 0 || value >= 100);

  options.slice = (int64_t)value;
  return good;
}

static bool parse_count(const char *text) {
  options.count = strcmp(text, "on") == 0;
  return options.count || strcmp(text, "off") == 0;
}

static bool parse_quiet(const char *text) {
  options.quiet = strcmp(text, "on") == 0;
  return options.quiet || strcmp(text, "off") == 0;
}

static bool parse_probe(const char *text) {
  options.probe = strcmp(text, "on") == 0;
  return options.probe;
}

static bool class_named(const char *name, unsigned *class) {
  for (*class = 0; *class < options.class_count; (*class)++) {
    if (strcmp(options.classes[*class], name) == 0) {
      return true;
    }
  }
  if (options.class_count == CLASSES_MAX) {
    return false;
  }
  snprintf(options.classes[options.class_count++], NAME_SIZE, "%s", name);
  return true;
}

static bool parse_range(const char *text) {
  char name[NAME_SIZE];
  uint64_t start = 0;
  uint64_t end = 0;
  unsigned class = 0;

  if (options.range_count == RANGES_MAX ||
      !take_word(&text, ':', name, sizeof(name)) ||
      !take_number(&text, '-', &start) || !take_number(&text, '\0', &end) ||
      start >= end || end > UINT32_MAX || !class_named(name, &class)) {
    return false;
  }
  options.ranges[options.range_count++] =
      (struct code_range){(uint32_t)start, (uint32_t)end, class};
  return true;
}

static bool parse_memory_flip(const char *text, uint64_t time) {
  uint64_t address = 0;
  uint64_t mask = 0;
  if (!take_number(&text, ':', &address) || !take_number(&text, '\0', &mask) ||
      mask == 0 || mask > 0xff) {
    return false;
  }
  struct action *action = new_action(ACTION_MEMORY, time);
  if (action == NULL) {
    return false;
  }
  action->address = address;
  action->mask = (uint32_t)mask;
  return true;
}

static bool parse_register_flip(const char *text, uint64_t time) {
  uint64_t core = 0;
  uint64_t reg = 0;
  uint64_t mask = 0;
  if (!take_number(&text, ':', &core) || !take_number(&text, ':', &reg) ||
      !take_number(&text, '\0', &mask) || core >= 4 ||
      (reg > 15 && reg != 25) || mask == 0 || mask > UINT32_MAX) {
    return false;
  }
  struct action *action = new_action(ACTION_REGISTER, time);
  if (action == NULL) {
    return false;
  }
  action->core = (int)core;
  action->reg = (int)reg;
  action->mask = (uint32_t)mask;
  return true;
}

static bool parse_named_flip(const char *text, uint64_t time) {
  uint64_t core = 0;
  uint64_t mask = 0;
  char name[NAME_SIZE];
  if (!take_number(&text, ':', &core) ||
      !take_word(&text, ':', name, NAME_SIZE) ||
      !take_number(&text, '\0', &mask) || core >= 4 || mask == 0 ||
      mask > UINT32_MAX) {
    return false;
  }
  struct action *action = new_action(ACTION_NAMED, time);
  if (action == NULL) {
    return false;
  }
  action->core = (int)core;
  action->mask = (uint32_t)mask;
  memcpy(action->name, name, NAME_SIZE);
  return true;
}

static bool parse_stuck(const char *text, uint64_t time) {
  uint64_t address = 0;
  uint64_t mask = 0;
  uint64_t level = 0;
  uint64_t until = 0;

  if (!take_number(&text, ':', &address) || !take_number(&text, ':', &mask) ||
      !take_number(&text, ':', &level) || !take_number(&text, '\0', &until) ||
      mask == 0 || mask > 0xff || level > mask || until <= time) {
    return false;
  }
  struct action *action = new_action(ACTION_STUCK, time);
  if (action == NULL || new_action(ACTION_RELEASE, until) == NULL) {
    return false;
  }
  action->address = address;
  action->mask = (uint32_t)mask;
  action->level = (uint32_t)level;
  return true;
}

static const char *const named[] = {"banked:", "system:", "vfp:"};

static bool parse_flip(const char *text) {
  uint64_t time = 0;

  if (!take_number(&text, ':', &time)) {
    return false;
  }
  if (strcmp(text, "null") == 0) {
    return new_action(ACTION_NULL, time) != NULL;
  }
  for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
    size_t length = strlen(named[i]);
    if (strncmp(text, named[i], length) == 0) {
      return parse_named_flip(text + length, time);
    }
  }
  if (strncmp(text, "stuck:", 6) == 0) {
    return parse_stuck(text + 6, time);
  }
  if (strcmp(text, "flush") == 0) {
    return new_action(ACTION_FLUSH, time) != NULL;
  }
  if (strncmp(text, "mem:", 4) == 0) {
    return parse_memory_flip(text + 4, time);
  }
  return strncmp(text, "reg:", 4) == 0 && parse_register_flip(text + 4, time);
}

static bool parse_dump(const char *text) {
  uint64_t time = 0;
  uint64_t start = 0;
  uint64_t length = 0;

  if (!take_number(&text, ':', &time) || !take_number(&text, ':', &start) ||
      !take_number(&text, ':', &length) || *text == '\0' ||
      strlen(text) >= PATH_SIZE) {
    return false;
  }
  struct action *action = new_action(ACTION_DUMP, time);
  if (action == NULL) {
    return false;
  }
  action->address = start;
  action->length = length;
  snprintf(action->file, sizeof(action->file), "%s", text);
  return true;
}

static bool parse_time(const char *text, enum action_kind kind) {
  uint64_t time = 0;

  return take_number(&text, '\0', &time) && new_action(kind, time) != NULL;
}

static bool parse_pause(const char *text) {
  return parse_time(text, ACTION_PAUSE);
}

static bool parse_limit(const char *text) {
  return parse_time(text, ACTION_LIMIT);
}

static bool parse_skips(const char *text, struct digest_range *digest) {
  while (*text != '\0') {
    struct span *skip = &digest->skips[digest->skip_count];
    bool last = strchr(text, ':') == NULL;
    if (digest->skip_count == SKIPS_MAX ||
        !take_number(&text, '-', &skip->start) ||
        !take_number(&text, last ? '\0' : ':', &skip->end)) {
      return false;
    }
    digest->skip_count++;
  }
  return true;
}

static bool parse_digest(const char *text) {
  if (options.digest_count == DIGESTS_MAX) {
    return false;
  }
  struct digest_range *digest = &options.digests[options.digest_count++];
  uint64_t length = 0;
  const char *after_start = NULL;

  if (!take_word(&text, ':', digest->name, NAME_SIZE) ||
      !take_number(&text, ':', &digest->all.start)) {
    return false;
  }
  after_start = strchr(text, ':');
  if (!take_number(&text, after_start == NULL ? '\0' : ':', &length)) {
    return false;
  }
  digest->all.end = digest->all.start + length;
  return parse_skips(text, digest);
}

static bool take_descriptor(const char *text, int *descriptor) {
  uint64_t fd = 0;
  bool good = take_number(&text, '\0', &fd);
  *descriptor = (int)fd;
  return good && fd <= INT16_MAX;
}

static bool parse_events(const char *text) {
  return take_descriptor(text, &options.events);
}

static bool parse_pace(const char *text) {
  return take_descriptor(text, &options.pace);
}

static bool parse_trace(const char *text) {
  return *text != '\0' &&
         snprintf(options.trace.file, PATH_SIZE, "%s", text) < PATH_SIZE;
}

static bool parse_classes(const char *text) {
  options.trace.classes = true;
  return take_number(&text, ':', &options.trace.first) &&
         take_number(&text, ':', &options.trace.last) && parse_trace(text);
}

static bool parse_branches(const char *text) {
  return snprintf(options.branches, PATH_SIZE, "%s", text) < PATH_SIZE;
}

static bool parse_checkpoints(const char *text) {
  uint64_t value = 0;
  bool good = take_number(&text, '\0', &value);
  options.checkpoints = (int64_t)value;
  return good && value <= INT64_MAX;
}

static bool parse_told(const char *text) {
  return take_descriptor(text, &options.told);
}

static bool parse_out(const char *text) {
  return snprintf(options.out, PATH_SIZE, "%s", text) < PATH_SIZE;
}

static bool parse_clock(const char *text) {
  options.clock = strcmp(text, "on") == 0;
  options.count = options.count || options.clock;
  return options.clock || strcmp(text, "off") == 0;
}

static bool parse_shared(const char *text) {
  return take_number(&text, ':', &options.shared_virtual) &&
         take_number(&text, ':', &options.shared_physical) &&
         take_number(&text, '\0', &options.shared_length) &&
         options.shared_length <= SHARED_MAX &&
         options.shared_length % sizeof(uint64_t) == 0;
}

static bool parse_starts(const char *text) {
  return take_number(&text, '-', &options.starts.start) &&
         take_number(&text, '\0', &options.starts.end) &&
         options.starts.start < options.starts.end;
}

static bool parse_line(const char *text) {
  return take_number(&text, '\0', &options.line_cost) &&
         options.line_cost <= 1000000u;
}

static bool parse_profile(const char *text) {
  return take_number(&text, '-', &options.profile.start) &&
         take_number(&text, '\0', &options.profile.end) &&
         options.profile.start < options.profile.end &&
         options.profile.end - options.profile.start <= PROFILE_MAX;
}

static bool parse_mark(const char *text) {
  return options.mark_count < MARKS_MAX &&
         take_number(&text, '\0', &options.marks[options.mark_count++]);
}

static const struct {
  const char *key;
  bool (*parse)(const char *value);
} keys[] = {
    {"slice=", parse_slice},     {"count=", parse_count},
    {"range=", parse_range},     {"flip=", parse_flip},
    {"dump=", parse_dump},       {"pause=", parse_pause},
    {"limit=", parse_limit},     {"out=", parse_out},
    {"events=", parse_events},   {"digest=", parse_digest},
    {"profile=", parse_profile}, {"clock=", parse_clock},
    {"shared=", parse_shared},   {"starts=", parse_starts},
    {"line=", parse_line},       {"trace=", parse_trace},
    {"classes=", parse_classes}, {"quiet=", parse_quiet},
    {"probe=", parse_probe},     {"branches=", parse_branches},
    {"told=", parse_told},       {"checkpoints=", parse_checkpoints},
    {"pace=", parse_pace},       {"mark=", parse_mark},
};

bool options_parse(const char *argument) {
  for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
    size_t length = strlen(keys[i].key);
    if (strncmp(argument, keys[i].key, length) == 0) {
      return keys[i].parse(argument + length);
    }
  }
  return false;
}
