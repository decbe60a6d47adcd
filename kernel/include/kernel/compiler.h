/* SPDX-License-Identifier: BSD-2-Clause */
/* The few compiler attributes that the kernel uses, each by a readable name. */
#pragma once

#define MUST_CHECK __attribute__((warn_unused_result))
#define NORETURN _Noreturn
#define ALIGNED(n) __attribute__((aligned(n)))
#define SECTION(name) __attribute__((section(name)))
#define USED __attribute__((used))
#define IN_LINE static inline __attribute__((always_inline)) /* counted */
#define OUT_OF_LINE __attribute__((noinline)) /* keeps its caller small */

/* State that may differ between healthy replicas: excluded from page hashes. */
#define REPLICA_LOCAL SECTION(".replica_local")

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
