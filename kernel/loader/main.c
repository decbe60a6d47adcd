/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loader: core 0, MMU off, real addresses. Believes nothing of its payload
 * before it is checked, then gives every replica a partition of its own and
 * the core of the same number. Must never run again after that: a reset core
 * is sent to the parking stub.
 */
#include "abi/memory.h"
#include "loader/config.h"
#include "loader/cores.h"
#include "loader/memory.h"
#include "loader/partition.h"
#include "loader/payload.h"
#include "loader/recorder.h"
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
  struct recorder_start start = recorder_begin(&(struct recorder_memory){
      .shared = (uint8_t *)SHARED_BASE, .past = (uint8_t *)PAST_BASE});
  /* the emulator's RAM is zero at the first start; the board's never is */
  plan.clear = (boot_config.flags & BOOT_FLAG_EMULATOR) == 0 || !start.first;

  if (plan.clear) {
    memory_clear((void *)RAM_BASE, boot_config.ram_size); /* the image */
  }
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
