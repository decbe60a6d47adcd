/* SPDX-License-Identifier: BSD-2-Clause */
/* The filter and the control law, with gains for the body of plant.c. */
#include "attitude.h"

#define GAIN_ANGLE 1.0f /* 1/s: correction of the estimate by a star fix */
#define GAIN_BIAS 0.1f  /* 1/s^2 */
#define GAIN_TARGET 0.08f
#define GAIN_DAMPING 0.8f
#define TORQUE_MAX 0.02f /* Nm */

void attitude_start(struct attitude *attitude) {
  *attitude =
      (struct attitude){.estimate = QUATERNION_NONE, .target = QUATERNION_NONE};
}

void attitude_update(struct attitude *attitude,
                     const struct measurement *measured, float seconds) {
  struct vector turn;
  attitude->rate =
      vector_add(measured->gyroscope, vector_scale(attitude->bias, -1));
  turn = attitude->rate;
  if (measured->star_valid) {
    struct vector error = quaternion_error(attitude->estimate, measured->star);
    turn = vector_add(turn, vector_scale(error, GAIN_ANGLE));
    attitude->bias =
        vector_add(attitude->bias, vector_scale(error, -GAIN_BIAS * seconds));
  }
  attitude->estimate = quaternion_turn(attitude->estimate, turn, seconds);
}

static float bound(float value) {
  if (value > TORQUE_MAX) {
    return TORQUE_MAX;
  }
  return value < -TORQUE_MAX ? -TORQUE_MAX : value;
}

struct vector attitude_control(const struct attitude *attitude) {
  struct vector error = quaternion_error(attitude->estimate, attitude->target);
  struct vector torque =
      vector_add(vector_scale(error, GAIN_TARGET),
                 vector_scale(attitude->rate, -GAIN_DAMPING));
  return (struct vector){bound(torque.x), bound(torque.y), bound(torque.z)};
}

float attitude_error(const struct attitude *attitude) {
  return vector_length(quaternion_error(attitude->estimate, attitude->target));
}
