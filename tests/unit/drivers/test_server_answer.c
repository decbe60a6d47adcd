/* SPDX-License-Identifier: BSD-2-Clause */
/* drivers/common/server_answer.c: no service meets a client that does not exist
 * or that shares less memory than the service uses. */
#include "driver/server.h"

#include "harness/check.h"

#define LEAST 64u

static unsigned served;

static struct server_reply serve(const struct server_request *request) {
  served++;
  return (struct server_reply){ERR_NONE, {request->label, request->client}};
}

static enum err ask(word_t shared_size, word_t shared_least, word_t client) {
  const struct rt_server server = {
      .client_count = 2,
      .clients = {{.shared_size = LEAST}, {.shared_size = shared_size}}};
  const struct server_operations operations = {.serve = serve,
                                               .shared_least = shared_least};
  return server_answer(&server, &operations,
                       &(const struct server_request){client, 7, {0, 0}})
      .error;
}

int main(void) {
  CHECK(ask(LEAST, LEAST, 1) == ERR_NONE, "enough is served");
  CHECK(ask(LEAST + 1, LEAST, 1) == ERR_NONE, "more, too");
  CHECK(ask(0, 0, 1) == ERR_NONE, "a service that uses none asks for none");
  CHECK(served == 3, "each once");
  CHECK(ask(LEAST - 1, LEAST, 1) == ERR_RANGE, "a byte less is refused");
  CHECK(ask(0, LEAST, 1) == ERR_RANGE, "so is a client without memory");
  CHECK(ask(0, LEAST, 0) == ERR_NONE, "whose size is asked is the caller's");
  CHECK(ask(LEAST, 0, 2) == ERR_INVALID_CAPABILITY, "nobody has this number");
  CHECK(ask(LEAST, 0, ~(word_t)0) == ERR_INVALID_CAPABILITY, "nor this one");
  CHECK(served == 4, "what is refused is not served");
  return check_report("server_answer");
}
