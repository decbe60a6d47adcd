/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A workload in floating point: `gauss ROUNDS` solves ROUNDS systems of 64
 * linear equations by Gaussian elimination with pivoting, in doubles (IEEE
 * 754), without a single system call in between, and prints a hash of all bits
 * of all solutions. The host can compute the same, bit for bit.
 */
#include "app/arguments.h"
#include "app/console.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define EXIT_SINGULAR 1
#define ORDER 64u
#define SEED 2463534242u
#define FNV_PRIME 16777619u /* 32 bits */
#define FNV_OFFSET 2166136261u

static double memory[ORDER][ORDER + 1]; /* last column: the right-hand side */
static double *row[ORDER];              /* of `memory`, as they were swapped */
static double solution[ORDER];

/* xorshift (Marsaglia, Xorshift RNGs, 2003). */
static uint32_t next_random(uint32_t value) {
  value ^= value << 13;
  value ^= value >> 17;
  value ^= value << 5;
  return value;
}

/* Coefficients from -1 to 1. */
static uint32_t fill(uint32_t value) {
  for (uint32_t i = 0; i < ORDER; i++) {
    row[i] = memory[i];
    for (uint32_t j = 0; j <= ORDER; j++) {
      value = next_random(value);
      row[i][j] = (int32_t)value * 0x1p-31;
    }
  }
  return value;
}

/* Bring the row with the largest coefficient of unknown `k` to its place. */
static void swap_pivot(uint32_t k) {
  uint32_t best = k;
  for (uint32_t i = k + 1; i < ORDER; i++) {
    if (fabs(row[i][k]) > fabs(row[best][k])) {
      best = i;
    }
  }
  double *pivot = row[best];
  row[best] = row[k];
  row[k] = pivot;
}

/* Take multiples of row `k` from those below it. */
static void subtract(uint32_t k) {
  const double *pivot = row[k];
  for (uint32_t i = k + 1; i < ORDER; i++) {
    double *other = row[i];
    double factor = other[k] / pivot[k];
    for (uint32_t j = k + 1; j <= ORDER; j++) {
      other[j] -= factor * pivot[j];
    }
  }
}

/* @return False if the equations have no single solution. */
static bool eliminate(void) {
  for (uint32_t k = 0; k < ORDER; k++) {
    swap_pivot(k);
    if (row[k][k] == 0) {
      return false;
    }
    subtract(k);
  }
  return true;
}

static void substitute(void) {
  for (uint32_t i = ORDER; i-- > 0;) {
    double rest = row[i][ORDER];
    for (uint32_t j = i + 1; j < ORDER; j++) {
      rest -= row[i][j] * solution[j];
    }
    solution[i] = rest / row[i][i];
  }
}

static uint32_t hash_solution(uint32_t hash) {
  for (uint32_t i = 0; i < ORDER; i++) {
    uint32_t bits[2]; /* the low ones first */
    memcpy(bits, &solution[i], sizeof bits);
    hash = (hash ^ bits[0]) * FNV_PRIME;
    hash = (hash ^ bits[1]) * FNV_PRIME;
  }
  return hash;
}

/* @return False if a system has no single solution. */
static bool solve(uint32_t rounds, uint32_t *hash) {
  uint32_t value = SEED;
  for (uint32_t round = 0; round < rounds; round++) {
    value = fill(value);
    if (!eliminate()) {
      return false;
    }
    substitute();
    *hash = hash_solution(*hash);
  }
  return true;
}

int main(int argc, char **argv) {
  uint32_t rounds = 0;
  uint32_t hash = FNV_OFFSET;
  console_start();
  if (argc != 2 || !argument_count(argv[1], &rounds)) {
    puts("usage: gauss ROUNDS");
    return EXIT_USAGE;
  }
  if (!solve(rounds, &hash)) {
    puts("gauss: singular equations");
    return EXIT_SINGULAR;
  }
  printf("gauss %lu %08lx\n", (unsigned long)rounds, (unsigned long)hash);
  return 0;
}
