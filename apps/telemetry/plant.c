/* SPDX-License-Identifier: BSD-2-Clause */
/* A rigid body (Euler's equations, principal axes) and its sensors. */
#include "plant.h"

#define STAR_EVERY 4u
#define RATE_NOISE 1e-4f /* rad/s, largest */
#define STAR_NOISE 2e-5f /* rad, largest */
#define ROOM 20.0f       /* degrees at which the bias is as below */
#define BIAS_GROWS 0.01f /* of itself, per degree */

static const struct vector inertia = {2.0f, 2.5f, 3.0f}; /* kg m^2 */
static const struct vector bias = {0.002f, -0.001f, 0.0015f};

void plant_start(struct plant *plant, uint32_t seed) {
  *plant = (struct plant){.attitude = {0.8f, 0.6f, 0, 0},
                          .rate = {0.02f, -0.03f, 0.01f},
                          .temperature = ROOM,
                          .noise = seed | 1u};
}

/* From -1 to 1. */
static float noise(struct plant *plant) {
  plant->noise ^= plant->noise << 13;
  plant->noise ^= plant->noise >> 17;
  plant->noise ^= plant->noise << 5;
  return (float)(int32_t)plant->noise / 2147483648.0f;
}

static struct vector noise_vector(struct plant *plant, float largest) {
  struct vector some = {noise(plant), noise(plant), noise(plant)};
  return vector_scale(some, largest);
}

void plant_step(struct plant *plant, struct vector torque, float seconds) {
  struct vector w = plant->rate;
  struct vector change = {
      (torque.x - (inertia.z - inertia.y) * w.y * w.z) / inertia.x,
      (torque.y - (inertia.x - inertia.z) * w.z * w.x) / inertia.y,
      (torque.z - (inertia.y - inertia.x) * w.x * w.y) / inertia.z,
  };
  plant->rate = vector_add(w, vector_scale(change, seconds));
  plant->attitude = quaternion_turn(plant->attitude, plant->rate, seconds);
  plant->steps++;
}

struct measurement plant_measure(struct plant *plant) {
  float growth = 1 + BIAS_GROWS * (plant->temperature - ROOM);
  struct vector rate = vector_add(plant->rate, vector_scale(bias, growth));
  return (struct measurement){
      .gyroscope = vector_add(rate, noise_vector(plant, RATE_NOISE)),
      .star =
          quaternion_turn(plant->attitude, noise_vector(plant, STAR_NOISE), 1),
      .star_valid = plant->steps % STAR_EVERY == 0,
  };
}
