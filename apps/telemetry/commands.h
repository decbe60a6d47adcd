/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Telecommands, time-tagged as spacecraft have them: each packet says at which
 * cycle it is to be done. Data of a command packet:
 *
 *   octets 0-3  cycle; one that has passed is done at once
 *   octet 4     function, below
 *   ...         its arguments
 */
#pragma once

#include "attitude.h"
#include "packet.h"

#define APID_COMMANDS 0x100u

enum function {
  FUNCTION_PING = 1,   /* send housekeeping now */
  FUNCTION_TARGET = 2, /* four floats: attitude to hold, w x y z */
  FUNCTION_END = 3,    /* end the program */
};

enum command_result {
  COMMAND_DONE = 0,
  COMMAND_FOREIGN = 1,   /* not a command, or not for this APID */
  COMMAND_UNKNOWN = 2,   /* no such function */
  COMMAND_MALFORMED = 3, /* arguments of another length, or no rotation */
  COMMAND_NO_ROOM = 4,   /* too many wait */
};

struct command {
  uint32_t cycle;
  enum function function;
  struct quaternion target;
};

/** Read what a good packet asks for. */
enum command_result command_read(const struct packet *packet,
                                 struct command *command);
