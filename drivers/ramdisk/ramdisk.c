/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Driver of the RAM disk, an unprivileged process: input that the host placed
 * in RAM outside every partition. The bytes are an input of the system, so
 * they come through the shim, a page at most at a time, straight into the
 * client's shared memory. Never writes to the disk.
 */
#include "driver/block.h"
#include "driver/server.h"
#include "shim_user/shim.h"

static const struct rt_start *start;

static word_t disk_size(void) {
  return start->arguments.ramdisk_size;
}

static struct server_reply serve_read(const struct server_request *request) {
  const struct rt_client *client = &start->server.clients[request->client];
  word_t offset = request->arguments[0];
  word_t wanted = request->arguments[1];
  if (wanted > client->shared_size) {
    return server_fail(ERR_RANGE);
  }
  word_t left = offset < disk_size() ? disk_size() - offset : 0;
  word_t given = wanted < left ? wanted : left;
  shim_read_block((void *)(uintptr_t)client->shared,
                  start->server.device + offset, given);
  return (struct server_reply){ERR_NONE, {given, 0}};
}

static struct server_reply serve(const struct server_request *request) {
  switch (request->label) {
  case BLOCK_SIZE:
    return (struct server_reply){ERR_NONE, {disk_size(), 0}};
  case BLOCK_READ:
    return serve_read(request);
  default:
    return server_fail(ERR_ILLEGAL_OPERATION);
  }
}

int main(void) {
  start = rt_start_page();
  server_run(server_open_device(),
             &(const struct server_operations){.serve = serve});
}
