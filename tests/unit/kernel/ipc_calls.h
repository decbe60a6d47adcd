/* SPDX-License-Identifier: BSD-2-Clause */
/* A client and a server with an endpoint between them. */
#pragma once

#include "harness/check.h"
#include "harness/system.h"

#define EP SLOT_FREE
#define BADGED (SLOT_FREE + 1) /* badge 7, all rights */
#define DEST (SLOT_FREE + 2)   /* receive slot */
#define OTHER (SLOT_FREE + 3)  /* another endpoint */

static struct tcb *client;
static struct tcb *server;

/* The server is current; the client, of lower priority, is ready. */
static inline void start(void) {
  struct ipc_buffer *buffer;

  system_start();
  server = system_thread(100);
  client = system_thread(50);
  system_wake(server);
  CHECK(system_retype(OBJECT_ENDPOINT, 0, EP, 1) == ERR_NONE &&
            system_mint(BADGED, EP, 7) == ERR_NONE &&
            system_retype(OBJECT_ENDPOINT, 0, OTHER, 1) == ERR_NONE,
        "endpoints");
  buffer = system_buffer(server);
  buffer->receive_cnode = SLOT_CNODE;
  buffer->receive_index = DEST;
  buffer->receive_depth = 32;
  system_wake(client);
}
