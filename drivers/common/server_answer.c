/* SPDX-License-Identifier: BSD-2-Clause */
/* What holds for the Calls of all services, before one serves them. Apart from
 * the event loop, as it needs no kernel. */
#include "driver/server.h"

struct server_reply server_answer(const struct rt_server *server,
                                  const struct server_operations *operations,
                                  const struct server_request *request) {
  if (request->client >= server->client_count) {
    return server_fail(ERR_INVALID_CAPABILITY);
  }
  if (server->clients[request->client].shared_size < operations->shared_least) {
    return server_fail(ERR_RANGE);
  }
  return operations->serve(request);
}
