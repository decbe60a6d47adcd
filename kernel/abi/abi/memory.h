/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Physical memory of the 1 GiB board, as loader, kernel, replica control and
 * host tools agree on it. README of kernel/ has the picture.
 *
 *   0x10000000  device-visible image (canonical RAM): belongs to no replica
 *   + (i+1) * stride   partition of replica i
 *   0x4c000000  loader with its payload; parking stub
 *   0x4d000000  RAM disk: input that the host loads
 *   0x4e000000  shared region: one 64 KiB block per replica
 *   0x4e100000  flight recorders of the last lives (abi/event.h)
 */
#pragma once

#include "abi/event.h"
#include "abi/types.h"

#define RAM_BASE 0x10000000u
#define STRIDE_GRANULE 0x01000000u /* 16 MiB: supersections */
#define LOADER_BASE 0x4c000000u
#define LOADER_SIZE 0x01000000u
#define RAMDISK_BASE 0x4d000000u
#define RAMDISK_MAX 0x01000000u
#define SHARED_BASE 0x4e000000u
#define SHARED_BLOCK_SIZE 0x10000u /* per replica */

/* Inside a replica's block; only that replica writes it. */
#define SHARED_SLOT_OFFSET 0x0000u   /* struct slot (rcoe) */
#define SHARED_DATA_OFFSET 0x1000u   /* replicated input bytes (shim) */
#define SHARED_EVENTS_OFFSET 0x8000u /* struct event_record[] */
#define SHARED_LIFE_OFFSET 0xf000u   /* struct life */

_Static_assert(EVENT_RING_SIZE <= SHARED_LIFE_OFFSET - SHARED_EVENTS_OFFSET,
               "the ring fits in its block");

/* Life g lies in place g % PAST_LIVES until life g + PAST_LIVES is over. */
#define PAST_BASE 0x4e100000u
#define PAST_LIVES 8u
#define PAST_SIZE 0x20000u        /* per life */
#define PAST_RING_SIZE 0x7000u    /* ring i at i * PAST_RING_SIZE */
#define PAST_LIFE_OFFSET 0x1f000u /* struct past_life */

_Static_assert(PAST_RING_SIZE == EVENT_RING_SIZE, "a ring per place");
_Static_assert(LIFE_RINGS *PAST_RING_SIZE <= PAST_LIFE_OFFSET, "all fit");
