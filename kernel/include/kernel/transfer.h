/* SPDX-License-Identifier: BSD-2-Clause */
/* Moves one message: words, badge, capabilities. */
#pragma once

#include "abi/types.h"
#include "kernel/message.h"

struct tcb;

struct transfer {
  paddr_t endpoint; /* 0: a reply */
  word_t badge;
  bool grant; /* capabilities may travel */
};

/*
 * Deliver the message of `sender`, or its pending fault, to `receiver`.
 * Changes no thread's state.
 */
void transfer_message(struct tcb *sender, struct tcb *receiver,
                      const struct transfer *how);
