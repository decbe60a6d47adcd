/* SPDX-License-Identifier: BSD-2-Clause */
/* The key-value server that keeps its keys on the flash chip. */
#include "kv/flash_keeper.h"
#include "kv/run.h"

int main(int argc, char **argv) {
  return kv_run(argc, argv, &flash_keeper);
}
