/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the chips on the bus. */
#include "environment.h"

#define ROOM_MILLIDEGREES 20000

void environment_start(struct environment *environment) {
  *environment = (struct environment){.millidegrees = ROOM_MILLIDEGREES};
  sensors_start();
}

void environment_read(struct environment *environment) {
  struct sensors_date date;
  int32_t millidegrees;
  environment->measured = sensors_temperature(&millidegrees);
  environment->dated = sensors_date(&date);
  if (environment->measured) {
    environment->millidegrees = millidegrees;
  }
  if (environment->dated) {
    environment->date = date;
  }
}
