/* SPDX-License-Identifier: BSD-2-Clause */
/* Rotations. */
#include "rotation.h"

/* The instruction of the VFP; exact to the last bit wherever it runs. */
static float square_root(float value) {
  return __builtin_sqrtf(value);
}

struct vector vector_add(struct vector a, struct vector b) {
  return (struct vector){a.x + b.x, a.y + b.y, a.z + b.z};
}

struct vector vector_scale(struct vector a, float by) {
  return (struct vector){a.x * by, a.y * by, a.z * by};
}

float vector_length(struct vector a) {
  return square_root(a.x * a.x + a.y * a.y + a.z * a.z);
}

struct quaternion quaternion_multiply(struct quaternion a,
                                      struct quaternion b) {
  return (struct quaternion){
      a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z,
      a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y,
      a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x,
      a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w,
  };
}

struct quaternion quaternion_conjugate(struct quaternion a) {
  return (struct quaternion){a.w, -a.x, -a.y, -a.z};
}

static struct quaternion normalize(struct quaternion a) {
  float length = square_root(a.w * a.w + a.x * a.x + a.y * a.y + a.z * a.z);
  if (!(length > 0)) {
    return QUATERNION_NONE;
  }
  float by = 1 / length;
  return (struct quaternion){a.w * by, a.x * by, a.y * by, a.z * by};
}

struct quaternion quaternion_turn(struct quaternion a, struct vector rate,
                                  float seconds) {
  struct vector half = vector_scale(rate, seconds / 2);
  struct quaternion step = {1, half.x, half.y, half.z};
  return normalize(quaternion_multiply(a, step));
}

struct vector quaternion_error(struct quaternion a, struct quaternion b) {
  struct quaternion difference =
      quaternion_multiply(quaternion_conjugate(a), b);
  float by = difference.w < 0 ? -2 : 2;
  return vector_scale((struct vector){difference.x, difference.y, difference.z},
                      by);
}
