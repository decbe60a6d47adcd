/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Class protocol of Ethernet devices. A client Calls; the reply's label is an
 * `enum err`. Frames travel in the connection's shared memory, which is an
 * array of `struct ethernet_slot`: from its start, without a gap.
 *
 *   label             MR0             reply MR0, MR1
 *   ETHERNET_STATUS   -               own address: bytes 0-3 (the first is the
 *                                     lowest), then bytes 4-5 and
 *                                     ETHERNET_LINK_UP
 *   ETHERNET_SEND     frames to send  frames taken: the first ones
 *   ETHERNET_RECEIVE  frames wanted   frames given, 0 = none yet; 1 if there
 *                                     may be more, else 0
 *
 * After an ETHERNET_RECEIVE without more, the service signals the client's
 * event once when there is a frame. With more, the client asks again when it
 * likes: no request takes longer than two rounds of the ring, whatever comes.
 * There is one client. What it does not take waits in the device's ring, which
 * is bounded: a full one drops. A full transmit ring takes no more; while the
 * link is down it takes all and loses it. ETHERNET_STATUS looks at the line and
 * follows its changes: without one call nothing is received, and who wants to
 * know calls it now and then. Errors: ERR_RANGE, more frames than the shared
 * memory has slots, or a frame that is shorter than its header or too long
 * (none is sent then); ERR_ILLEGAL_OPERATION, unknown label.
 */
#pragma once

#include <stdint.h>

#define ETHERNET_HEADER_SIZE 14u
#define ETHERNET_FRAME_MAX 1514u /* without the check sequence */
#define ETHERNET_SLOT_SIZE 2048u

struct ethernet_slot {
  uint32_t bytes; /* of the frame, without the check sequence */
  uint8_t frame[ETHERNET_SLOT_SIZE - sizeof(uint32_t)];
};

enum ethernet_label {
  ETHERNET_STATUS = 1,
  ETHERNET_SEND = 2,
  ETHERNET_RECEIVE = 3,
};

#define ETHERNET_LINK_UP (1u << 31) /* in MR1 of ETHERNET_STATUS */
