/* SPDX-License-Identifier: BSD-2-Clause */
/* Vectors and unit quaternions in single precision. Products are rounded one
 * by one (no fused operations), so that host and board agree. */
#pragma once

struct vector {
  float x, y, z;
};

struct quaternion {
  float w, x, y, z; /* w is the scalar part */
};

#define QUATERNION_NONE ((struct quaternion){1, 0, 0, 0})

struct vector vector_add(struct vector a, struct vector b);
struct vector vector_scale(struct vector a, float by);
float vector_length(struct vector a);

/** First `a`, then `b` in the frame that `a` has made. */
struct quaternion quaternion_multiply(struct quaternion a, struct quaternion b);

/** The rotation back. */
struct quaternion quaternion_conjugate(struct quaternion a);

/** Turn `a` by body rates `rate`, rad/s, for `seconds` (small angles: first
 * order, then scaled back to length one). */
struct quaternion quaternion_turn(struct quaternion a, struct vector rate,
                                  float seconds);

/** From `a` to `b` in the frame of `a`: axis times sine of half the angle,
 * twice; for small angles the angle in rad. The shorter way. */
struct vector quaternion_error(struct quaternion a, struct quaternion b);
