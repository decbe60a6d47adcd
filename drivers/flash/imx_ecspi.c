/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bursts over ECSPI1. The FIFO is filled first and the exchange started by one
 * write: nothing is lost if the access is done again by another primary.
 * A burst's first word holds what does not fill a word, then follow whole
 * words, most significant byte first: IMX6DQRM 21.4.3.
 * Must never: release the chip before the controller says that all is sent.
 */
#include "imx_ecspi.h"

#include "shim_user/shim.h"

/* IMX6DQRM 21.7, memory map. All registers have 32 bits. */
#define ECSPI_RXDATA 0x00u
#define ECSPI_TXDATA 0x04u
#define ECSPI_CONREG 0x08u
#define ECSPI_CONFIGREG 0x0cu
#define ECSPI_STATREG 0x18u

#define CONREG_EN (1u << 0)
#define CONREG_XCH (1u << 2)
#define CONREG_MASTER0 (1u << 4)              /* channel 0 is a master */
#define CONREG_PRE_DIVIDER(n) (((n)-1) << 12) /* of 60 MHz */
#define CONREG_BURST_BITS(n) (((n)-1) << 20)
#define CONFIGREG_MODE0 0u   /* clock idles low, data on its first edge */
#define STATREG_TC (1u << 7) /* all sent; write 1 to clear */

#define CLOCK_DIVIDER 4u /* 15 MHz; the chip's plain read takes 25 */

/* IMX6DQRM 28.5: the pin that is the chip's select line, GPIO3_IO19. */
#define GPIO_DR 0x0u
#define GPIO_GDIR 0x4u
#define SELECT_PIN (1u << 19) /* low: selected */

#define POLLS_MAX 100000u /* a burst of 256 bytes takes 137 us */

static vaddr_t ecspi;
static vaddr_t gpio;
static uint32_t pins;  /* GPIO_DR, this driver's alone */
static uint32_t burst; /* CONREG for the last burst's length */

static void configure(word_t bytes) {
  uint32_t wanted = CONREG_EN | CONREG_MASTER0 |
                    CONREG_PRE_DIVIDER(CLOCK_DIVIDER) |
                    CONREG_BURST_BITS(8 * bytes);
  if (wanted != burst) {
    burst = wanted;
    shim_write32(ecspi + ECSPI_CONREG, burst);
  }
}

void ecspi_start(vaddr_t ecspi_page, vaddr_t gpio_page) {
  ecspi = ecspi_page;
  gpio = gpio_page;
  pins = shim_read32(gpio + GPIO_DR) | SELECT_PIN;
  shim_write32(gpio + GPIO_DR, pins);
  shim_write32(gpio + GPIO_GDIR, shim_read32(gpio + GPIO_GDIR) | SELECT_PIN);
  shim_write32(ecspi + ECSPI_CONREG, 0); /* empties the FIFOs */
  configure(1);
  shim_write32(ecspi + ECSPI_CONFIGREG, CONFIGREG_MODE0);
}

void ecspi_select(void) {
  shim_write32(gpio + GPIO_DR, pins & ~SELECT_PIN);
}

void ecspi_release(void) {
  shim_write32(gpio + GPIO_DR, pins);
}

/* Start what lies in the FIFO and wait for its end. */
static bool exchange(void) {
  shim_write32(ecspi + ECSPI_CONREG, burst | CONREG_XCH);
  for (word_t polls = 0; polls < POLLS_MAX; polls++) {
    if ((shim_read32(ecspi + ECSPI_STATREG) & STATREG_TC) != 0) {
      shim_write32(ecspi + ECSPI_STATREG, STATREG_TC);
      return true;
    }
  }
  return false;
}

bool ecspi_exchange(uint32_t out, word_t count, uint32_t *in) {
  configure(count);
  shim_write32(ecspi + ECSPI_TXDATA, out);
  if (!exchange()) {
    return false;
  }
  uint32_t received = shim_read32(ecspi + ECSPI_RXDATA);
  if (in != NULL) {
    *in = received;
  }
  return true;
}

/* The lowest `count` bytes of `word`, highest first. */
static uint8_t *unpack(uint8_t *bytes, uint32_t word, word_t count) {
  for (word_t i = count; i > 0; i--) {
    *bytes++ = (uint8_t)(word >> (8 * (i - 1)));
  }
  return bytes;
}

bool ecspi_receive(uint8_t *bytes, word_t count) {
  static const uint8_t nothing[ECSPI_BURST_MAX / 4];
  word_t words = (count + 3) / 4;
  configure(count);
  shim_write_fifo(ecspi + ECSPI_TXDATA, nothing, words, 0);
  if (!exchange()) {
    return false;
  }
  word_t first = count - 4 * (words - 1);
  bytes = unpack(bytes, shim_read32(ecspi + ECSPI_RXDATA), first);
  for (word_t i = 1; i < words; i++) {
    bytes = unpack(bytes, shim_read32(ecspi + ECSPI_RXDATA), 4);
  }
  return true;
}
