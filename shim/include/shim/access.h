/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The primary's part of a device operation: what touches the bus, once, after
 * the vote; how far it has come, for a successor; and what a batch has brought.
 */
#pragma once

#include "shim/request.h"

/*
 * Do the operation. Steps before `from` were done by a predecessor.
 * @param done  Out: value, bytes and check of the operation log.
 * Context: the log says STARTED; the device window is open.
 */
void access_perform(const struct device_request *request, word_t from,
                    struct operation *done);

#define ACCESS_NOT_BEGUN (~(word_t)0)

/*
 * Steps done of operation `number` when `of` was lost; ACCESS_NOT_BEGUN if it
 * had begun none of that number. What stands there does not depend on the
 * replica's slot, so it can be believed where the log is not there.
 */
word_t access_progress(uint32_t of, uint32_t number);

/* `done` steps of replica.operation are done / were, by `predecessor`. */
void access_begin(word_t done);
void access_inherit(const struct device_request *request, uint32_t predecessor,
                    word_t done);

/*
 * Take what an operation that brings data has brought to the primary's data
 * area into private memory.
 * @return Whether it fits the check in the primary's log.
 */
bool access_take(const struct device_request *request,
                 const struct operation *log);
