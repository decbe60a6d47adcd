/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands on their way in: packets one behind the other in any memory (the
 * input file, a datagram). What is no good packet is skipped octet by octet
 * until the next one; good ones wait here until their cycle comes.
 */
#pragma once

#include "commands.h"

#define UPLINK_MAX 64u                         /* commands that can wait */
#define UPLINK_LINE_MAX (3u + 2u * PACKET_MAX) /* characters */

struct uplink {
  struct command waiting[UPLINK_MAX];
  uint32_t count;
  uint32_t skipped; /* octets that were no packet */
};

/* Told about each packet that was read: its sequence count and whether it was
 * accepted. */
typedef void uplink_told(uint16_t number, enum command_result result);

/** Read all packets of `count` octets. */
void uplink_read(struct uplink *uplink, const uint8_t *bytes, size_t count,
                 uplink_told *told);

/** Read a line `TC <octets in hex>`; any other counts as skipped octets. */
void uplink_read_line(struct uplink *uplink, const char *line,
                      uplink_told *told);

/** Take out the oldest command that is due at `cycle`. @return False: none. */
bool uplink_next(struct uplink *uplink, uint32_t cycle,
                 struct command *command);
