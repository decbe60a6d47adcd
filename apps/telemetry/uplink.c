/* SPDX-License-Identifier: BSD-2-Clause */
/* The queue of commands that wait. */
#include "uplink.h"

#include <string.h>

static enum command_result keep(struct uplink *uplink,
                                const struct packet *packet) {
  struct command command = {0};
  enum command_result result = command_read(packet, &command);
  if (result != COMMAND_DONE) {
    return result;
  }
  if (uplink->count == UPLINK_MAX) {
    return COMMAND_NO_ROOM;
  }
  uplink->waiting[uplink->count++] = command;
  return COMMAND_DONE;
}

void uplink_read(struct uplink *uplink, const uint8_t *bytes, size_t count,
                 uplink_told *told) {
  size_t at = 0;
  while (at < count) {
    struct packet packet;
    size_t size = 0;
    if (packet_decode(bytes + at, count - at, &packet, &size) == PACKET_GOOD) {
      told(packet.number, keep(uplink, &packet));
      at += size;
    } else {
      uplink->skipped++;
      at++;
    }
  }
}

/* @return Its value; -1 if it is no hexadecimal digit. */
static int digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void uplink_read_line(struct uplink *uplink, const char *line,
                      uplink_told *told) {
  uint8_t octets[PACKET_MAX];
  size_t length = strlen(line);
  size_t count = 0;
  bool good = length > 3 && length <= UPLINK_LINE_MAX && length % 2 == 1 &&
              memcmp(line, "TC ", 3) == 0;
  for (size_t at = 3; good && at < length; at += 2) {
    int high = digit(line[at]);
    int low = digit(line[at + 1]);
    good = high >= 0 && low >= 0;
    octets[count++] = (uint8_t)(good ? high << 4 | low : 0);
  }
  if (good) {
    uplink_read(uplink, octets, count, told);
  } else {
    uplink->skipped += (uint32_t)length;
  }
}

bool uplink_next(struct uplink *uplink, uint32_t cycle,
                 struct command *command) {
  for (uint32_t i = 0; i < uplink->count; i++) {
    if (uplink->waiting[i].cycle <= cycle) {
      *command = uplink->waiting[i];
      uplink->count--;
      memmove(&uplink->waiting[i], &uplink->waiting[i + 1],
              (uplink->count - i) * sizeof uplink->waiting[0]);
      return true;
    }
  }
  return false;
}
