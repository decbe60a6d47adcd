/* SPDX-License-Identifier: BSD-2-Clause */
/* A driver's first act. Apart from the event loop, which servers without a
 * device share. */
#include "driver/server.h"

#include "shim_user/shim.h"

const struct rt_server *server_open_device(void) {
  const struct rt_start *start = rt_start_page();
  shim_start(&start->arguments);
  return &start->server;
}
