/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls to services. */
#include "driver/client.h"

#include "sel4/sel4.h"

enum err client_call(enum rt_service service, word_t label, word_t words[2]) {
  const struct rt_connection *connection = rt_connect(service);
  seL4_Word sent[2] = {words[0], words[1]};
  seL4_MessageInfo_t reply = seL4_CallWithMRs(
      connection->endpoint, seL4_MessageInfo_new(label, 0, 0, 2), &sent[0],
      &sent[1], NULL, NULL);
  words[0] = sent[0];
  words[1] = sent[1];
  return (enum err)seL4_MessageInfo_get_label(reply);
}

void client_wait(enum rt_service service) {
  seL4_Wait(rt_connect(service)->event, NULL);
}
