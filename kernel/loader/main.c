/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loader: core 0, MMU off, real addresses. Believes nothing of its payload
 * before it is checked, then gives every replica a partition of its own and
 * the core of the same number. Must never run again after that: a reset core
 * is sent to the parking stub.
 */
#include "loader/config.h"
#include "loader/cores.h"
#include "loader/partition.h"
#include "loader/payload.h"
#include "loader/report.h"

/* Called by crt.S. */
NORETURN void loader_main(void);

static struct partition_plan plan;

void loader_main(void) {
  report_init();
  word_t replicas = payload.replicated != 0 ? boot_config.replicas : 1;
  config_check(&boot_config, replicas);
  payload_check();
  partition_plan(&plan, replicas);

  word_t offset[BOOT_MAX_REPLICAS] = {0};
  for (word_t i = 0; i < replicas; i++) {
    offset[i] = partition_build(&plan, i);
  }
  cores_prepare();
  for (word_t i = 1; i < replicas; i++) {
    cores_start(i, plan.kernel_entry + offset[i],
                plan.handover_page + offset[i]);
  }
  loader_jump(plan.kernel_entry + offset[0], plan.handover_page + offset[0]);
}
