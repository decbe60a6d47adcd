/* SPDX-License-Identifier: BSD-2-Clause */
/* What bench and its partner say to each other. */
#pragma once

/* Label of a Call: from now on without floating-point registers. */
#define PARTNER_INTEGER 1u

/* Flag of a thread that may not use them. */
#define NO_FLOATING_POINT 1u
