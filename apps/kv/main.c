/* SPDX-License-Identifier: BSD-2-Clause */
/* The key-value server that keeps nothing when the board stops. */
#include "run.h"

int main(int argc, char **argv) {
  return kv_run(argc, argv, NULL);
}
