/* SPDX-License-Identifier: BSD-2-Clause */
/* Building packets and sending them. */
#include "downlink.h"

#include "driver/crc32.h"
#include "fields.h"
#include "ground.h"
#include "rt/start.h"
#include "shim_user/shim.h"

#include <stdio.h>

#define ROOM 64u /* octets of data of the longest packet */

static uint32_t cycle;
static uint32_t accepted;
static uint32_t refused;
static uint32_t sent;
static uint32_t crc;

void downlink_cycle(uint32_t number) {
  cycle = number;
}

uint32_t downlink_count(void) {
  return sent;
}

uint32_t downlink_crc(void) {
  return crc;
}

static void say(const uint8_t *bytes, size_t count) {
  static char line[3 + 2 * PACKET_MAX + 1] = "TM ";
  for (size_t i = 0; i < count; i++) {
    line[3 + 2 * i] = "0123456789abcdef"[bytes[i] >> 4];
    line[4 + 2 * i] = "0123456789abcdef"[bytes[i] & 0xf];
  }
  line[3 + 2 * count] = '\0';
  puts(line);
}

/* Sequence counts run per APID. */
static void send(uint16_t apid, const struct fields *fields) {
  static uint16_t numbers[APID_ENVIRONMENT - APID_HOUSEKEEPING + 1];
  static uint8_t bytes[PACKET_MAX];
  uint16_t *number = &numbers[apid - APID_HOUSEKEEPING];
  struct packet packet = {.secondary = true,
                          .apid = apid,
                          .number = (*number)++,
                          .data = fields->room,
                          .length = fields->at};
  size_t count = packet_encode(&packet, bytes);
  say(bytes, count);
  ground_send(bytes, count);
  crc = crc32_update(crc, bytes, count);
  sent++;
}

static struct fields begin(void) {
  static uint8_t room[ROOM];
  struct fields fields = {.room = room, .size = sizeof room};
  fields_put(&fields, cycle, 4);
  return fields;
}

static void put_count(struct fields *fields, uint32_t count) {
  fields_put(fields, count < UINT16_MAX ? count : UINT16_MAX, 2);
}

static void put_vector(struct fields *fields, struct vector a) {
  fields_put_float(fields, a.x);
  fields_put_float(fields, a.y);
  fields_put_float(fields, a.z);
}

void downlink_housekeeping(uint32_t skipped) {
  struct shim_replicas now = shim_replicas(&rt_start_page()->arguments);
  struct fields fields = begin();
  fields_put(&fields, now.live, 1);
  fields_put(&fields, now.primary, 1);
  put_count(&fields, now.downgrades);
  put_count(&fields, now.returns);
  put_count(&fields, now.mended);
  put_count(&fields, accepted);
  put_count(&fields, refused);
  put_count(&fields, skipped);
  send(APID_HOUSEKEEPING, &fields);
}

void downlink_attitude(const struct attitude *attitude) {
  struct fields fields = begin();
  fields_put_float(&fields, attitude->estimate.w);
  fields_put_float(&fields, attitude->estimate.x);
  fields_put_float(&fields, attitude->estimate.y);
  fields_put_float(&fields, attitude->estimate.z);
  put_vector(&fields, attitude->rate);
  put_vector(&fields, attitude->bias);
  fields_put_float(&fields, attitude_error(attitude));
  send(APID_ATTITUDE, &fields);
}

void downlink_environment(const struct environment *environment) {
  const struct sensors_date *date = &environment->date;
  struct fields fields = begin();
  fields_put(&fields, environment->measured, 1);
  fields_put(&fields, (uint32_t)environment->millidegrees, 4);
  fields_put(&fields, environment->dated, 1);
  fields_put(&fields, date->year, 2);
  fields_put(&fields, date->month, 1);
  fields_put(&fields, date->day, 1);
  fields_put(&fields, date->hour, 1);
  fields_put(&fields, date->minute, 1);
  fields_put(&fields, date->second, 1);
  send(APID_ENVIRONMENT, &fields);
}

void downlink_verify(uint16_t number, enum command_result result) {
  struct fields fields = begin();
  if (result == COMMAND_DONE) {
    accepted++;
  } else {
    refused++;
  }
  fields_put(&fields, number, 2);
  fields_put(&fields, (uint32_t)result, 1);
  send(APID_VERIFICATION, &fields);
}
