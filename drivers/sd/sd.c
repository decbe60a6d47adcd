/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Driver of the SD card slot uSDHC4, an unprivileged process: the class
 * protocol of storage in front of sd_card.c. Words go straight between the
 * shared memory and the data port's batches.
 * Must never: touch the card for a request that it has not checked.
 */
#include "driver/block.h"

#include "driver/alarm.h"
#include "driver/server.h"
#include "imx_usdhc.h"
#include "sd_card.h"
#include "shim_user/shim.h"

#define REST_US 10000u
#define BLOCKS_MAX (UINT32_MAX / BLOCK_BYTES) /* offsets have 32 bits */

static const struct rt_server *server;
static uint32_t blocks; /* of the card; 0: none */

static void rest(void) {
  alarm_rest(REST_US);
}

static enum err check(const struct server_request *request) {
  word_t offset = request->arguments[0];
  word_t count = request->arguments[1];
  word_t most = server->clients[request->client].shared_size;
  if ((offset | count) % BLOCK_BYTES != 0) {
    return ERR_ALIGNMENT;
  }
  bool on_card = offset / BLOCK_BYTES <= blocks &&
                 count / BLOCK_BYTES <= blocks - offset / BLOCK_BYTES;
  return on_card && count <= most ? ERR_NONE : ERR_RANGE;
}

static struct server_reply serve_blocks(const struct server_request *request) {
  enum err wrong = check(request);
  if (wrong != ERR_NONE) {
    return server_fail(wrong);
  }
  const struct rt_client *client = &server->clients[request->client];
  uint32_t *words = (uint32_t *)(uintptr_t)client->shared;
  word_t first = request->arguments[0] / BLOCK_BYTES;
  word_t count = request->arguments[1] / BLOCK_BYTES;
  word_t done = 0;
  bool works = true;
  while (works && done < count) {
    works = request->label == BLOCK_READ
                ? card_read(first + done, words + done * USDHC_BLOCK_WORDS)
                : card_write(first + done, words + done * USDHC_BLOCK_WORDS);
    done += works;
  }
  return (struct server_reply){ERR_NONE, {done * BLOCK_BYTES, 0}};
}

static struct server_reply serve(const struct server_request *request) {
  switch (request->label) {
  case BLOCK_SIZE:
    return (struct server_reply){ERR_NONE, {blocks * BLOCK_BYTES, 0}};
  case BLOCK_READ:
  case BLOCK_WRITE:
    return serve_blocks(request);
  default:
    return server_fail(ERR_ILLEGAL_OPERATION);
  }
}

/* The limit of a wait that has ended meanwhile. */
static void late(word_t services) {
  (void)services;
}

int main(void) {
  server = server_open_device();
  blocks = usdhc_start(server) ? card_start(rest) : 0;
  blocks = blocks < BLOCKS_MAX ? blocks : BLOCKS_MAX;
  server_run(server,
             &(const struct server_operations){
                 .serve = serve, .interrupt = usdhc_interrupt, .event = late});
}
