/* SPDX-License-Identifier: BSD-2-Clause */
/* The start page of this process; none in the root task. */
#include "start_page.h"

#include "rt/print.h"

static const struct rt_start *page;

void rt_start_page_set(const struct rt_start *start) {
  if (start->magic != RT_START_MAGIC || start->size != sizeof *start) {
    rt_panic("start page does not match this program");
  }
  page = start;
}

const struct rt_start *rt_start_page(void) {
  return page;
}

const struct rt_connection *rt_connect(enum rt_service service) {
  const struct rt_connection *connection = &page->connections[service];
  if (connection->endpoint == 0) {
    rt_panic("a service that this program needs is not connected");
  }
  return connection;
}
