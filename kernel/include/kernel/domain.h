/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scheduling domains. This configuration has one, so the schedule is data that
 * the invocations check and keep, and that nothing reads.
 */
#pragma once

#include "kernel/invocation.h"

invocation_handler domain_invoke;
