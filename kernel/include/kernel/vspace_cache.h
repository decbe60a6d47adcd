/* SPDX-License-Identifier: BSD-2-Clause */
/* Invocations that clean or invalidate caches. */
#pragma once

#include "kernel/invocation.h"

/* INVOCATION_PAGE_CLEAN_DATA and its three neighbours. */
invocation_handler vspace_cache_frame;

/* All invocations of page directories are of this kind. */
invocation_handler vspace_invoke_page_directory;
