/* SPDX-License-Identifier: BSD-2-Clause */
/* What joins processes to each other and to their devices. */
#pragma once

#include "process.h"

/** Give a server its endpoint, and its device and interrupt if it has any. */
void wiring_serve(struct process *server,
                  const struct boot_arguments *arguments);

/** Join `client` to `server`: endpoint, event, and a page that both see. */
void wiring_connect(struct process *client, struct process *server);
