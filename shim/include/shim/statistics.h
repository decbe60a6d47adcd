/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the shim has done since the start. Equal in all replicas: only what is
 * agreed on is counted.
 */
#pragma once

#include "shim/request.h"

/* An operation was asked for. */
void statistics_operation(const struct device_request *request);

/* Data that somebody could not read were got once more. */
void statistics_again(void);

/* The primary was lost within an operation, which its successor settled. */
void statistics_taken_over(void);

/* A thread's request was refused. */
void statistics_refused(void);

/* Write EVENT_SHIM, and EVENT_REGION of each region that was used. */
void statistics_report(void);
