/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Driver of the board's SPI NOR flash, an unprivileged process: the class
 * protocol in front of sst25.c. It holds two register pages: ECSPI1, and GPIO3,
 * of which one pin selects the chip. While the chip erases it sleeps by the
 * timer service.
 * Must never: touch the chip for a request that it has not checked.
 */
#include "driver/flash.h"

#include "driver/alarm.h"
#include "driver/server.h"

#include "imx_ecspi.h"

#include "shim_user/shim.h"
#include "sst25.h"

#define PAGE_SIZE 0x1000u
#define REST_US 1000u

static const struct rt_server *server;
static word_t size; /* of the chip; 0: none */

static void rest(void) {
  alarm_rest(REST_US);
}

static struct server_reply reply_with(word_t value, word_t second) {
  return (struct server_reply){ERR_NONE, {value, second}};
}

/* The bytes that a request names, on the chip and in the shared memory. */
static enum err check_bytes(const struct server_request *request,
                            const struct rt_client *client) {
  word_t offset = request->arguments[0];
  word_t count = request->arguments[1];
  bool fits =
      count <= client->shared_size && offset <= size && count <= size - offset;
  if (!fits) {
    return ERR_RANGE;
  }
  bool program = request->label == FLASH_PROGRAM;
  return program && (offset | count) % FLASH_UNIT != 0 ? ERR_ALIGNMENT
                                                       : ERR_NONE;
}

static struct server_reply serve_bytes(const struct server_request *request) {
  const struct rt_client *client = &server->clients[request->client];
  word_t offset = request->arguments[0];
  word_t count = request->arguments[1];
  uint8_t *bytes = (uint8_t *)(uintptr_t)client->shared;
  enum err wrong = check_bytes(request, client);
  if (wrong != ERR_NONE) {
    return server_fail(wrong);
  }
  word_t done = request->label == FLASH_READ
                    ? sst25_read(offset, bytes, count)
                    : sst25_program(offset, bytes, count);
  return reply_with(done, 0);
}

static struct server_reply serve_erase(word_t offset) {
  if (offset >= size) {
    return server_fail(ERR_RANGE);
  }
  if (offset % SST25_SECTOR != 0) {
    return server_fail(ERR_ALIGNMENT);
  }
  return reply_with(sst25_erase(offset), 0);
}

static struct server_reply serve(const struct server_request *request) {
  switch (request->label) {
  case FLASH_INFO:
    return reply_with(size, SST25_SECTOR);
  case FLASH_READ:
  case FLASH_PROGRAM:
    return serve_bytes(request);
  case FLASH_ERASE:
    return serve_erase(request->arguments[0]);
  default:
    return server_fail(ERR_ILLEGAL_OPERATION);
  }
}

int main(void) {
  server = server_open_device();
  ecspi_start(server->device, server->device + PAGE_SIZE);
  size = sst25_start(rest) ? SST25_SIZE : 0;
  server_run(server, &(const struct server_operations){.serve = serve});
}
