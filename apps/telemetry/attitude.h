/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attitude determination and control: gyroscope rates are integrated, and a
 * star tracker's attitude corrects the estimate and the gyroscopes' bias
 * (a complementary filter of Mahony's kind, in quaternions). A proportional and
 * damping law turns the estimate to the target.
 * Pure: no time, no device; equal inputs give equal bits.
 */
#pragma once

#include "rotation.h"

#include <stdbool.h>

struct attitude {
  struct quaternion estimate;
  struct quaternion target;
  struct vector rate; /* body, rad/s, without bias */
  struct vector bias; /* of the gyroscopes, rad/s */
};

/* What the sensors say at one moment. */
struct measurement {
  struct vector gyroscope; /* rad/s, with bias */
  struct quaternion star;  /* attitude */
  bool star_valid;         /* it comes more rarely than rates */
};

/** Nothing is known yet; the target is where the estimate is. */
void attitude_start(struct attitude *attitude);

/** Take a measurement `seconds` after the last one. */
void attitude_update(struct attitude *attitude,
                     const struct measurement *measured, float seconds);

/** @return Torque that the wheels shall give, Nm, each axis bounded. */
struct vector attitude_control(const struct attitude *attitude);

/** @return Angle between estimate and target, rad (small angles). */
float attitude_error(const struct attitude *attitude);
