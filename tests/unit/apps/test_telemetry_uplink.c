/* SPDX-License-Identifier: BSD-2-Clause */
/* apps/telemetry/uplink.c and commands.c: good packets are found in any noise,
 * commands wait for their cycle, bad ones are refused with the reason. */
#include "fields.h"
#include "uplink.h"

#include "harness/check.h"

#include <stdio.h>
#include <string.h>

static struct uplink uplink;
static uint32_t told_count;
static uint32_t told_results[8];
static uint16_t told_number;

static void told(uint16_t number, enum command_result result) {
  told_count++;
  told_results[result]++;
  told_number = number;
}

static void start(void) {
  memset(&uplink, 0, sizeof uplink);
  memset(told_results, 0, sizeof told_results);
  told_count = 0;
}

static bool told_once(enum command_result result) {
  bool once = told_count == 1 && told_results[result] == 1;
  start();
  return once;
}

/* Data of a command; `floats` of them behind the function. */
static struct fields data_of(uint32_t cycle, uint32_t function,
                             const float *numbers, size_t floats) {
  static uint8_t room[64];
  struct fields fields = {.room = room, .size = sizeof room};
  fields_put(&fields, cycle, 4);
  fields_put(&fields, function, 1);
  for (size_t i = 0; i < floats; i++) {
    fields_put_float(&fields, numbers[i]);
  }
  return fields;
}

static size_t packet_of(struct fields fields, uint16_t apid, uint8_t *bytes) {
  return packet_encode(&(struct packet){.command = true,
                                        .apid = apid,
                                        .number = 9,
                                        .data = fields.room,
                                        .length = fields.at},
                       bytes);
}

static void read_one(struct fields fields, uint16_t apid) {
  uint8_t bytes[PACKET_MAX];
  uplink_read(&uplink, bytes, packet_of(fields, apid, bytes), told);
}

static void commands_wait_for_their_cycle(void) {
  struct command command;
  start();
  read_one(data_of(20, FUNCTION_PING, NULL, 0), APID_COMMANDS);
  read_one(data_of(10, FUNCTION_END, NULL, 0), APID_COMMANDS);
  CHECK(told_results[COMMAND_DONE] == 2 && told_number == 9,
        "both are accepted, by their numbers");
  CHECK(!uplink_next(&uplink, 9, &command), "neither is due");
  CHECK(uplink_next(&uplink, 10, &command) &&
            command.function == FUNCTION_END &&
            !uplink_next(&uplink, 19, &command),
        "each at its cycle");
  CHECK(uplink_next(&uplink, 21, &command) &&
            command.function == FUNCTION_PING &&
            !uplink_next(&uplink, 21, &command),
        "or later, once");
}

static void packets_are_found_in_noise(void) {
  uint8_t bytes[3 * PACKET_MAX];
  size_t count = 5;
  start();
  memset(bytes, 0x11, sizeof bytes);
  count += packet_of(data_of(1, FUNCTION_PING, NULL, 0), APID_COMMANDS,
                     bytes + count);
  count += 7;
  count += packet_of(data_of(1, FUNCTION_PING, NULL, 0), APID_COMMANDS,
                     bytes + count);
  uplink_read(&uplink, bytes, count + 3, told);
  CHECK(told_count == 2 && uplink.skipped == 15, "noise is skipped, counted");
}

static void bad_ones_are_refused(void) {
  const float good[] = {0.6f, 0.8f, 0, 0};
  const float odd[] = {0.6f, 0.6f, 0, 0};
  const float none[] = {__builtin_nanf(""), 0, 0, 0};
  start();
  read_one(data_of(1, FUNCTION_TARGET, good, 4), APID_COMMANDS);
  CHECK(told_once(COMMAND_DONE), "a rotation is a target");
  read_one(data_of(1, FUNCTION_TARGET, odd, 4), APID_COMMANDS);
  CHECK(told_once(COMMAND_MALFORMED), "what is no rotation is not");
  read_one(data_of(1, FUNCTION_TARGET, none, 4), APID_COMMANDS);
  CHECK(told_once(COMMAND_MALFORMED), "nor what is no number");
  read_one(data_of(1, FUNCTION_TARGET, good, 3), APID_COMMANDS);
  CHECK(told_once(COMMAND_MALFORMED), "too few arguments");
  read_one(data_of(1, FUNCTION_PING, good, 1), APID_COMMANDS);
  CHECK(told_once(COMMAND_MALFORMED), "too many arguments");
  read_one(data_of(1, 99, NULL, 0), APID_COMMANDS);
  CHECK(told_once(COMMAND_UNKNOWN), "an unknown function");
  read_one(data_of(1, FUNCTION_PING, NULL, 0), APID_COMMANDS + 1);
  CHECK(told_once(COMMAND_FOREIGN), "somebody else's packet");
}

static void to_line(const uint8_t *bytes, size_t count,
                    char line[UPLINK_LINE_MAX + 1]) {
  memcpy(line, "TC ", 4);
  for (size_t i = 0; i < count; i++) {
    snprintf(&line[3 + 2 * i], 3, "%02x", bytes[i]);
  }
}

static void read_line(const char *line) {
  start();
  uplink_read_line(&uplink, line, told);
}

static void lines_are_packets_in_hexadecimal(void) {
  static char line[UPLINK_LINE_MAX + 2];
  uint8_t bytes[PACKET_MAX];
  size_t count =
      packet_of(data_of(1, FUNCTION_PING, NULL, 0), APID_COMMANDS, bytes);
  to_line(bytes, count, line);
  read_line(line);
  CHECK(told_once(COMMAND_DONE) && uplink.skipped == 0, "a line is a packet");
  line[0] = 'X';
  read_line(line);
  CHECK(told_count == 0 && uplink.skipped == 3 + 2 * count, "no other is");
  line[0] = 'T';
  line[7] = 'G';
  read_line(line);
  CHECK(told_count == 0 && uplink.skipped == 3 + 2 * count, "nor other digits");
  read_line("TC 123");
  CHECK(told_count == 0 && uplink.skipped == 6, "nor half an octet");
  read_line("TC ");
  read_line("");
  CHECK(told_count == 0 && uplink.skipped == 0, "nor nothing");
  memset(line, '0', sizeof line - 1);
  memcpy(line, "TC ", 3);
  read_line(line);
  CHECK(told_count == 0 && uplink.skipped == UPLINK_LINE_MAX + 1,
        "nor one that is too long");
}

static void room_is_bounded(void) {
  start();
  for (uint32_t i = 0; i <= UPLINK_MAX; i++) {
    read_one(data_of(1, FUNCTION_PING, NULL, 0), APID_COMMANDS);
  }
  CHECK(told_results[COMMAND_DONE] == UPLINK_MAX &&
            told_results[COMMAND_NO_ROOM] == 1,
        "one more than fits is refused");
}

int main(void) {
  commands_wait_for_their_cycle();
  packets_are_found_in_noise();
  bad_ones_are_refused();
  lines_are_packets_in_hexadecimal();
  room_is_bounded();
  return check_report("telemetry uplink");
}
