/* SPDX-License-Identifier: BSD-2-Clause */
/* Input streamed over the serial line in frames; README.md has the protocol. */
#pragma once

#include "app/input.h"

/** Input from the serial line; asks the host for each frame. */
extern const struct input input_uart;
