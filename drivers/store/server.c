/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The record store as a server, an unprivileged process without a device: the
 * class protocol in front of store.c, and the flash service under it. Its
 * part of the chip begins behind the first MiB, where the board's boot firmware
 * lies, and ends before the last 64 KiB, which are for tests.
 * Must never: answer before the flash has it.
 */
#include "driver/server.h"
#include "driver/client.h"
#include "driver/flash.h"
#include "store.h"

#include <string.h>

#define STORE_BASE 0x100000u
#define STORE_SECTOR 0x10000u
#define STORE_SECTORS 15u

_Static_assert(RECORD_MAX <= STORE_SECTOR * 26 / 100,
               "records are small against a sector: README.md");

static const struct rt_server *server;
static struct store store;
static enum store_result mounted;
static word_t erase_size; /* bytes that the chip erases at once */

/* ---- the flash below ----------------------------------------------------- */

/* Call the flash service; it must do all `count` bytes. */
static bool flash_call(enum flash_label label, word_t offset, word_t count) {
  word_t words[2] = {STORE_BASE + offset, count};
  return client_call(RT_SERVICE_FLASH, label, words) == ERR_NONE &&
         words[0] == count;
}

static word_t flash_piece(word_t left) {
  word_t most = rt_connect(RT_SERVICE_FLASH)->shared_size;
  return left < most ? left : most;
}

static bool flash_read(void *context, uint32_t offset, void *bytes,
                       uint32_t count) {
  uint8_t *to = bytes;
  bool works = true;
  (void)context;
  while (works && count > 0) {
    word_t part = flash_piece(count);
    works = flash_call(FLASH_READ, offset, part);
    memcpy(to, client_shared(RT_SERVICE_FLASH), part);
    to += part;
    offset += part;
    count -= part;
  }
  return works;
}

static bool flash_program(void *context, uint32_t offset, const void *bytes,
                          uint32_t count) {
  const uint8_t *from = bytes;
  bool works = true;
  (void)context;
  while (works && count > 0) {
    word_t part = flash_piece(count);
    memcpy(client_shared(RT_SERVICE_FLASH), from, part);
    works = flash_call(FLASH_PROGRAM, offset, part);
    from += part;
    offset += part;
    count -= part;
  }
  return works;
}

static bool flash_erase(void *context, uint32_t sector) {
  bool works = true;
  (void)context;
  for (word_t done = 0; works && done < STORE_SECTOR; done += erase_size) {
    works = flash_call(FLASH_ERASE, sector * STORE_SECTOR + done, erase_size);
  }
  return works;
}

static const struct store_flash flash = {.sector_size = STORE_SECTOR,
                                         .sectors = STORE_SECTORS,
                                         .read = flash_read,
                                         .program = flash_program,
                                         .erase = flash_erase};

static enum store_result mount(void) {
  word_t info[2] = {0, 0};
  client_call(RT_SERVICE_FLASH, FLASH_INFO, info);
  erase_size = info[1];
  bool fits = info[0] >= STORE_BASE + STORE_SECTORS * STORE_SECTOR;
  return fits ? store_mount(&store, &flash) : STORE_DEVICE;
}

/* ---- the service --------------------------------------------------------- */

static struct server_reply answer(enum store_result result, word_t first,
                                  word_t second) {
  return (struct server_reply){(enum err)result, {first, second}};
}

/* Lay a key and a value out for the client. */
static void give(uint8_t *shared, const struct store_bytes *key,
                 const struct store_bytes *value) {
  memcpy(shared, key->bytes, key->size);
  memcpy(shared + STORE_VALUE_AT, value->bytes, value->size);
}

static struct server_reply serve_get(uint8_t *shared,
                                     const struct store_bytes *key) {
  struct store_bytes value = {NULL, 0};
  enum store_result result = store_get(&store, key, &value);
  if (result == STORE_DONE) {
    memcpy(shared + STORE_VALUE_AT, value.bytes, value.size);
  }
  return answer(result, value.size, 0);
}

static struct server_reply serve_next(uint8_t *shared, word_t cursor) {
  struct store_bytes key = {NULL, 0};
  struct store_bytes value = {NULL, 0};
  uint32_t next = cursor;
  enum store_result result = store_next(&store, &next, &key, &value);
  if (result == STORE_DONE) {
    give(shared, &key, &value);
  }
  return answer(result, key.size | value.size << 16, next);
}

static struct server_reply serve_status(uint8_t *shared) {
  memcpy(shared, store_look(&store), sizeof(struct store_status));
  return answer(STORE_DONE, 0, 0);
}

/* The key is copied first: another thread of the client may write to the shared
 * memory, and what is looked for must be what is written. */
static struct server_reply serve_key(const struct server_request *request,
                                     uint8_t *shared) {
  static uint8_t own_key[STORE_KEY_MAX];
  struct store_bytes key = {own_key, request->arguments[0]};
  struct store_bytes value = {shared + STORE_VALUE_AT, request->arguments[1]};
  bool put = request->label == STORE_PUT;
  if (key.size == 0 || key.size > STORE_KEY_MAX ||
      (put && value.size > STORE_VALUE_MAX)) {
    return server_fail(ERR_RANGE);
  }
  memcpy(own_key, shared, key.size);
  if (request->label == STORE_GET) {
    return serve_get(shared, &key);
  }
  return answer(
      put ? store_put(&store, &key, &value) : store_delete(&store, &key), 0, 0);
}

static struct server_reply serve(const struct server_request *request) {
  uint8_t *shared =
      (uint8_t *)(uintptr_t)server->clients[request->client].shared;
  if (request->label < STORE_GET || request->label > STORE_STATUS) {
    return server_fail(ERR_ILLEGAL_OPERATION);
  }
  if (mounted != STORE_DONE) {
    return answer(mounted, 0, 0);
  }
  switch (request->label) {
  case STORE_NEXT:
    return serve_next(shared, request->arguments[0]);
  case STORE_STATUS:
    return serve_status(shared);
  default:
    return serve_key(request, shared);
  }
}

int main(void) {
  server = &rt_start_page()->server;
  mounted = mount();
  server_run(server, &(const struct server_operations){
                         .serve = serve,
                         .shared_least = STORE_VALUE_AT + STORE_VALUE_MAX});
}
