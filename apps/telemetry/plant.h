/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A satellite in software: the board's emulator has no gyroscopes, star tracker
 * or wheels, so a rigid body takes their place, and sensors with bias, noise
 * and steps. Pure; its noise comes from a seed.
 */
#pragma once

#include "attitude.h"

#include <stdint.h>

struct plant {
  struct quaternion attitude;
  struct vector rate; /* rad/s */
  float temperature;  /* of the gyroscopes, degrees Celsius: their bias grows */
  uint32_t noise;     /* state of the generator */
  uint32_t steps;
};

/** Tumbling slowly. */
void plant_start(struct plant *plant, uint32_t seed);

/** Go on for `seconds` under `torque`, Nm. */
void plant_step(struct plant *plant, struct vector torque, float seconds);

/** Read the sensors; the star tracker has a fix at every fourth step. */
struct measurement plant_measure(struct plant *plant);
