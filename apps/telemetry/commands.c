/* SPDX-License-Identifier: BSD-2-Clause */
/* Telecommands out of packets: checked as a whole before anything is done. */
#include "commands.h"

#include "fields.h"

#define LENGTH_TOLERANCE 0.01f /* of a unit quaternion's length, squared */

/* Compared so that NaN is no rotation either. */
static bool is_rotation(struct quaternion a) {
  float square = a.w * a.w + a.x * a.x + a.y * a.y + a.z * a.z;
  return square > 1 - LENGTH_TOLERANCE && square < 1 + LENGTH_TOLERANCE;
}

static enum command_result read_target(struct fields *fields,
                                       struct command *command) {
  struct quaternion *target = &command->target;
  target->w = fields_get_float(fields);
  target->x = fields_get_float(fields);
  target->y = fields_get_float(fields);
  target->z = fields_get_float(fields);
  return !fields->bad && is_rotation(*target) ? COMMAND_DONE
                                              : COMMAND_MALFORMED;
}

enum command_result command_read(const struct packet *packet,
                                 struct command *command) {
  struct fields fields = {.bytes = packet->data, .size = packet->length};
  enum command_result result = COMMAND_DONE;
  if (!packet->command || packet->apid != APID_COMMANDS) {
    return COMMAND_FOREIGN;
  }
  command->cycle = fields_get(&fields, 4);
  command->function = (enum function)fields_get(&fields, 1);
  switch (command->function) {
  case FUNCTION_PING:
  case FUNCTION_END:
    break;
  case FUNCTION_TARGET:
    result = read_target(&fields, command);
    break;
  default:
    result = fields.bad ? COMMAND_MALFORMED : COMMAND_UNKNOWN;
  }
  bool exact = !fields.bad && fields.at == fields.size;
  return result == COMMAND_DONE && !exact ? COMMAND_MALFORMED : result;
}
