/* SPDX-License-Identifier: BSD-2-Clause */
/* The key-value server that keeps its keys on the flash chip. */
#include "flash_keeper.h"
#include "run.h"

int main(int argc, char **argv) {
  return kv_run(argc, argv, &flash_keeper);
}
