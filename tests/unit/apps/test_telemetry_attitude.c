/* SPDX-License-Identifier: BSD-2-Clause */
/* apps/telemetry/attitude.c against plant.c: from tumbling to the target, with
 * noise, and with the bias found. */
#include "plant.h"

#include "harness/check.h"

#include <string.h>

#define STEP_S 0.1f

static struct plant plant;
static struct attitude attitude;

static void run(uint32_t steps) {
  for (uint32_t i = 0; i < steps; i++) {
    struct measurement measured = plant_measure(&plant);
    attitude_update(&attitude, &measured, STEP_S);
    plant_step(&plant, attitude_control(&attitude), STEP_S);
  }
}

static float estimate_error(void) {
  return vector_length(quaternion_error(attitude.estimate, plant.attitude));
}

static void comes_to_rest_at_the_target(void) {
  bool all = true;
  for (uint32_t seed = 1; seed <= 20; seed++) {
    plant_start(&plant, seed);
    attitude_start(&attitude);
    run(1500);
    all = all && estimate_error() < 1e-3f && attitude_error(&attitude) < 1e-3f;
    attitude.target = (struct quaternion){0.8f, 0, 0.6f, 0};
    run(1500);
    all = all && attitude_error(&attitude) < 1e-3f &&
          vector_length(plant.rate) < 1e-3f;
  }
  CHECK(all, "within a milliradian of the first target and of the next");
  struct vector bias_error =
      vector_add(attitude.bias, (struct vector){-0.002f, 0.001f, -0.0015f});
  CHECK(vector_length(bias_error) < 1e-4f, "the gyroscopes' bias is found");
}

static void torque_is_bounded(void) {
  attitude_start(&attitude);
  attitude.rate = (struct vector){9, -9, 0};
  struct vector torque = attitude_control(&attitude);
  CHECK(torque.x == -0.02f && torque.y == 0.02f && torque.z == 0,
        "wheels give so much and no more");
}

static void equal_inputs_give_equal_bits(void) {
  plant_start(&plant, 3);
  attitude_start(&attitude);
  run(500);
  struct attitude first = attitude;
  plant_start(&plant, 3);
  attitude_start(&attitude);
  run(500);
  CHECK(memcmp(&first, &attitude, sizeof first) == 0, "bit for bit");
}

static void rotations_are_rotations(void) {
  struct quaternion turned = QUATERNION_NONE;
  for (uint32_t i = 0; i < 1000; i++) {
    turned =
        quaternion_turn(turned, (struct vector){0, 0, 3.14159265f}, 0.001f);
  }
  CHECK(turned.w < 1e-3f && turned.w > -1e-3f && turned.z > 0.999f,
        "half a turn a second for a second is half a turn");
  struct quaternion back =
      quaternion_multiply(turned, quaternion_conjugate(turned));
  CHECK(back.w > 0.9999f && back.w < 1.0001f, "and back is none");
}

int main(void) {
  comes_to_rest_at_the_target();
  torque_is_bounded();
  equal_inputs_give_equal_bits();
  rotations_are_rotations();
  return check_report("telemetry attitude");
}
