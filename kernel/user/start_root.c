/* SPDX-License-Identifier: BSD-2-Clause */
/* From the root task's first instruction to its program. */
#include "rt/root.h"
#include "rt/thread.h"

_Noreturn void rt_start_root(const struct bootinfo *info);

static struct rt_thread first_thread;

_Noreturn void rt_start_root(const struct bootinfo *info) {
  first_thread.ipc_buffer = (struct ipc_buffer *)(uintptr_t)info->ipc_buffer;
  rt_thread_enter(&first_thread);
  root_main(info);
}
