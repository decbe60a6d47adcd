/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of the i.MX6 Ethernet controller: offsets from its base, and the
 * fields that the driver uses. IMX6DQRM chapter 23 (ENET), 23.5 memory map. All
 * registers are 32 bits wide.
 */
#pragma once

#define ENET_EIR 0x004u           /* events; write 1 to clear */
#define ENET_EIMR 0x008u          /* interrupt enables, at the bits of EIR */
#define ENET_EVENT_RXF (1u << 25) /* a frame was received */
#define ENET_EVENT_MII (1u << 23) /* an MDIO transfer is over */

#define ENET_RDAR 0x010u /* look for empty receive descriptors again */
#define ENET_TDAR 0x014u /* look for ready transmit descriptors again */
#define ENET_ACTIVE (1u << 24)

#define ENET_ECR 0x024u
#define ENET_ECR_ETHEREN (1u << 1)
#define ENET_ECR_SPEED (1u << 5) /* 1000 Mbit/s */
#define ENET_ECR_DBSWP (1u << 8) /* descriptors are little-endian */

#define ENET_MMFR 0x040u /* one MDIO transfer; 23.5.8 */
#define ENET_MMFR_READ 0x60020000u
#define ENET_MMFR_WRITE 0x50020000u
#define ENET_MMFR_PHY_SHIFT 23
#define ENET_MMFR_REGISTER_SHIFT 18
#define ENET_MSCR 0x044u
#define ENET_MSCR_2_4_MHZ (13u << 1) /* of the 66 MHz clock: / 2 / (13 + 1) */

#define ENET_RCR 0x084u
#define ENET_RCR_MII_MODE (1u << 2)
#define ENET_RCR_FCE (1u << 5) /* obey pause frames */
#define ENET_RCR_RGMII_EN (1u << 6)
#define ENET_RCR_10T (1u << 9)
#define ENET_RCR_MAX_FL_SHIFT 16

#define ENET_TCR 0x0c4u
#define ENET_TCR_FDEN (1u << 2) /* full duplex */

#define ENET_PALR 0x0e4u /* own address, bytes 0-3, the first one highest */
#define ENET_PAUR 0x0e8u /* bytes 4-5 in the upper half */
#define ENET_IAUR 0x118u /* hash filters: which other addresses are taken */
#define ENET_IALR 0x11cu
#define ENET_GAUR 0x120u
#define ENET_GALR 0x124u
#define ENET_TFWR 0x144u
#define ENET_TFWR_STRFWD (1u << 8) /* send only what is there as a whole */
#define ENET_RDSR 0x180u           /* physical address of the receive ring */
#define ENET_TDSR 0x184u
#define ENET_MRBR 0x188u /* size of a receive buffer, a multiple of 16 */
