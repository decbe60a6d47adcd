/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The transceiver: standard registers 0-10 (IEEE 802.3 clause 22) over MDIO
 * (IMX6DQRM 23.5.8). It is looked for at all 32 addresses, as boards differ.
 * An MDIO transfer takes 26 us at 2.4 MHz: the driver asks a bounded number of
 * times whether it is over, which is cheaper than an interrupt.
 */
#include "phy.h"

#include "imx_enet.h"
#include "shim_user/shim.h"

#define PHY_ADDRESSES 32u
#define PHY_NOTHING                                                            \
  0xffffu /* what an address without a transceiver reads as                    \
           */
#define MDIO_TRIES 100u

enum phy_register {
  PHY_CONTROL = 0,
  PHY_STATUS = 1,
  PHY_ID = 2,
  PHY_OWN = 4,   /* what we can do */
  PHY_OTHER = 5, /* what the other side can do */
  PHY_OWN_GIGABIT = 9,
  PHY_OTHER_GIGABIT = 10, /* bits two above those of PHY_OWN_GIGABIT */
};

#define PHY_CONTROL_NEGOTIATE ((1u << 12) | (1u << 9)) /* from the start */
#define PHY_STATUS_LINK (1u << 2) /* stays 0 after a loss until it is read */
#define PHY_STATUS_AGREED (1u << 5)
#define PHY_GIGABIT_FULL (1u << 9)
#define PHY_GIGABIT_HALF (1u << 8)

static vaddr_t enet;
static word_t address = PHY_ADDRESSES; /* not found */

/* One transfer; @return the data in MMFR, PHY_NOTHING if it does not end. */
static uint32_t transfer(uint32_t command, enum phy_register number) {
  struct shim_access accesses[] = {
      shim_store32(enet + ENET_EIR, ENET_EVENT_MII),
      shim_store32(enet + ENET_MMFR,
                   command | (uint32_t)number << ENET_MMFR_REGISTER_SHIFT),
      shim_load32(enet + ENET_EIR),
      shim_load32(enet + ENET_MMFR),
  };
  shim_batch(accesses, 4);
  for (word_t i = 0; i < MDIO_TRIES; i++) {
    if ((accesses[2].value & ENET_EVENT_MII) != 0) {
      return accesses[3].value & 0xffffu;
    }
    shim_batch(&accesses[2], 2);
  }
  return PHY_NOTHING;
}

static uint32_t phy_read(enum phy_register number) {
  return transfer(ENET_MMFR_READ | address << ENET_MMFR_PHY_SHIFT, number);
}

static void phy_write(enum phy_register number, uint32_t value) {
  transfer(ENET_MMFR_WRITE | address << ENET_MMFR_PHY_SHIFT | value, number);
}

void phy_start(vaddr_t device) {
  enet = device;
  for (address = 0; address < PHY_ADDRESSES; address++) {
    uint32_t id = phy_read(PHY_ID);
    if (id != PHY_NOTHING && id != 0) {
      phy_write(PHY_CONTROL, PHY_CONTROL_NEGOTIATE);
      return;
    }
  }
}

/* The best that both sides can do, IEEE 802.3 annex 28B.3. */
static struct phy_link agreed_link(void) {
  static const struct {
    uint32_t bit;
    struct phy_link link;
  } modes[] = {
      {1u << 8, {true, true, 100}},
      {1u << 7, {true, false, 100}},
      {1u << 6, {true, true, 10}},
  };
  uint32_t gigabit =
      phy_read(PHY_OWN_GIGABIT) & phy_read(PHY_OTHER_GIGABIT) >> 2;
  uint32_t both = phy_read(PHY_OWN) & phy_read(PHY_OTHER);
  if ((gigabit & (PHY_GIGABIT_FULL | PHY_GIGABIT_HALF)) != 0) {
    return (struct phy_link){true, (gigabit & PHY_GIGABIT_FULL) != 0, 1000};
  }
  for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
    if ((both & modes[i].bit) != 0) {
      return modes[i].link;
    }
  }
  return (struct phy_link){true, false, 10};
}

struct phy_link phy_link(void) {
  const uint32_t wanted = PHY_STATUS_LINK | PHY_STATUS_AGREED;
  if (address == PHY_ADDRESSES) {
    return (struct phy_link){false, false, 0};
  }
  uint32_t status = phy_read(PHY_STATUS);
  return (status & wanted) == wanted ? agreed_link()
                                     : (struct phy_link){false, false, 0};
}
