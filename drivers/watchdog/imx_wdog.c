/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Driver of WDOG2, the watchdog of programs, an unprivileged process. (WDOG1 is
 * the kernel's: kernel/plat/imx6/watchdog.c. That one says that the system is
 * served, this one that a program does its work.) Each access is voted on, so
 * only a healthy majority feeds.
 * Must never: feed without having been asked.
 * Source: IMX6DQRM chapter 70.
 */
#include "imx_wdog.h"

#include "driver/server.h"
#include "driver/watchdog.h"
#include "shim_user/shim.h"

#define NOBODY RT_CLIENTS_MAX

static const struct rt_server *server;
static word_t owner = NOBODY;
static uint16_t warning; /* WICR without WTIS */

static void wdog_write(word_t offset, uint32_t value) {
  shim_write16(server->device + offset, (uint16_t)value);
}

static void interrupt(void) {
  wdog_write(WDOG_WICR, warning | WDOG_WICR_WTIS);
  if (owner != NOBODY) {
    server_signal(server, owner);
  }
}

static enum err start_watch(const struct server_request *request) {
  word_t timeout = request->arguments[0];
  word_t before = request->arguments[1];
  if (owner != NOBODY) {
    return ERR_ILLEGAL_OPERATION;
  }
  if (timeout < 1 || timeout > WATCHDOG_TIMEOUT_MAX || before >= timeout) {
    return ERR_RANGE;
  }
  owner = request->client;

  warning = (uint16_t)(before == 0 ? 0 : WDOG_WICR_WIE | before);
  wdog_write(WDOG_WMCR, 0);
  wdog_write(WDOG_WICR, warning);
  wdog_write(WDOG_WCR, WDOG_WCR_TIMEOUT(timeout) | WDOG_WCR_WDA | WDOG_WCR_SRS |
                           WDOG_WCR_WDT | WDOG_WCR_WDE);
  return ERR_NONE;
}

static enum err feed(word_t client) {
  if (owner == NOBODY) {
    return ERR_ILLEGAL_OPERATION;
  }
  if (owner != client) {
    return ERR_INVALID_CAPABILITY;
  }
  wdog_write(WDOG_WSR, WDOG_WSR_FIRST);
  wdog_write(WDOG_WSR, WDOG_WSR_SECOND);
  return ERR_NONE;
}

static struct server_reply serve(const struct server_request *request) {
  switch (request->label) {
  case WATCHDOG_START:
    return server_fail(start_watch(request));
  case WATCHDOG_FEED:
    return server_fail(feed(request->client));
  default:
    return server_fail(ERR_ILLEGAL_OPERATION);
  }
}

int main(void) {
  server = server_open_device();
  server_run(server, &(const struct server_operations){.serve = serve,
                                                       .interrupt = interrupt});
}
