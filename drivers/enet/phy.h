/* SPDX-License-Identifier: BSD-2-Clause */
/* The Ethernet transceiver behind the controller's MDIO lines. */
#pragma once

#include "abi/types.h"

struct phy_link {
  bool up;
  bool full_duplex;
  uint32_t speed_mbit; /* 10, 100 or 1000 */
};

/** Look for the transceiver of the controller at `device` and have it agree
 * with the other side on a speed. Clears event MII of the controller. */
void phy_start(vaddr_t device);

/** @return What the line is like now; down if there is no transceiver. */
struct phy_link phy_link(void);
