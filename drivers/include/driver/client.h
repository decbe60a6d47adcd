/* SPDX-License-Identifier: BSD-2-Clause */
/* A client's end of every class protocol: one Call with two words each way. */
#pragma once

#include "abi/error.h"
#include "rt/start.h"

/**
 * Call `service`, which this process must be connected to.
 * @param words  Arguments; after the return the reply's words.
 * @return The reply's label.
 */
enum err client_call(enum rt_service service, word_t label, word_t words[2]);

/** @return The memory that this process shares with `service`. */
static inline uint8_t *client_shared(enum rt_service service) {
  return (uint8_t *)(uintptr_t)rt_connect(service)->shared;
}

/** Sleep until `service` has news; of a server itself: until it or the
 * interrupt has. */
void client_wait(enum rt_service service);
