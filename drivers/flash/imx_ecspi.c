/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bursts over ECSPI1: one batch of accesses fills the FIFO and starts the
 * exchange, another takes what came. A burst's first word holds what does not
 * fill a word, then follow whole words, most significant byte first:
 * IMX6DQRM 21.4.3.
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

#define POLLS_MAX 100000u /* a burst of 240 bytes takes 128 us */
#define WORDS_MAX (ECSPI_BURST_MAX / 4)
#define AROUND 4u /* accesses beside those of the FIFO */

_Static_assert(WORDS_MAX + AROUND <= SHIM_BATCH_MAX, "a burst, one batch");

static vaddr_t ecspi;
static vaddr_t gpio;
static uint32_t pins; /* GPIO_DR with the chip released; only ours change */

static struct shim_access batch[WORDS_MAX + AROUND];
static word_t batched;

static void then_store(vaddr_t device, uint32_t value) {
  batch[batched++] = shim_store32(device, value);
}

static void then_load(vaddr_t device) {
  batch[batched++] = shim_load32(device);
}

/* Do all of it. @return What the last load brought. */
static uint32_t run_batch(void) {
  shim_batch(batch, batched);
  uint32_t last = batch[batched - 1].value;
  batched = 0;
  return last;
}

static uint32_t control(word_t bytes) {
  return CONREG_EN | CONREG_MASTER0 | CONREG_PRE_DIVIDER(CLOCK_DIVIDER) |
         CONREG_BURST_BITS(8 * bytes);
}

void ecspi_start(vaddr_t ecspi_page, vaddr_t gpio_page) {
  ecspi = ecspi_page;
  gpio = gpio_page;
  pins = shim_read32(gpio + GPIO_DR) | SELECT_PIN;
  then_store(gpio + GPIO_DR, pins);
  then_store(gpio + GPIO_GDIR, shim_read32(gpio + GPIO_GDIR) | SELECT_PIN);
  then_store(ecspi + ECSPI_CONREG, 0); /* empties the FIFOs */
  then_store(ecspi + ECSPI_CONREG, control(1));
  then_store(ecspi + ECSPI_CONFIGREG, CONFIGREG_MODE0);
  run_batch();
}

static bool is_sent(uint32_t status) {
  for (word_t polls = 0; polls < POLLS_MAX; polls++) {
    if ((status & STATREG_TC) != 0) {
      return true;
    }
    status = shim_read32(ecspi + ECSPI_STATREG);
  }
  return false;
}

/* Send `count` bytes: a first word that holds what does not fill one, and
 * words of zeros. What comes back stays in the FIFO. */
static bool exchange(enum ecspi_part part, uint32_t first, word_t count) {
  if ((part & ECSPI_FIRST) != 0) {
    then_store(gpio + GPIO_DR, pins & ~SELECT_PIN);
  }
  then_store(ecspi + ECSPI_CONREG, control(count));
  then_store(ecspi + ECSPI_TXDATA, first);
  for (word_t sent = (count - 1) % 4 + 1; sent < count; sent += 4) {
    then_store(ecspi + ECSPI_TXDATA, 0);
  }
  then_store(ecspi + ECSPI_CONREG, control(count) | CONREG_XCH);
  then_load(ecspi + ECSPI_STATREG);
  bool sent = is_sent(run_batch());
  if (!sent) {
    shim_write32(gpio + GPIO_DR, pins);
  }
  return sent;
}

/* Take `words` words out of the FIFO, to the start of the batch. */
static void take(enum ecspi_part part, word_t words) {
  for (word_t i = 0; i < words; i++) {
    then_load(ecspi + ECSPI_RXDATA);
  }
  then_store(ecspi + ECSPI_STATREG, STATREG_TC);
  if ((part & ECSPI_LAST) != 0) {
    then_store(gpio + GPIO_DR, pins);
  }
  run_batch();
}

bool ecspi_send(enum ecspi_part part, uint32_t out, word_t count,
                uint32_t *in) {
  if (!exchange(part, out, count)) {
    return false;
  }
  take(part, 1);
  if (in != NULL) {
    *in = batch[0].value;
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

bool ecspi_receive(enum ecspi_part part, uint8_t *bytes, word_t count) {
  word_t words = (count + 3) / 4;
  if (!exchange(part, 0, count)) {
    return false;
  }
  take(part, words);
  bytes = unpack(bytes, batch[0].value, (count - 1) % 4 + 1);
  for (word_t i = 1; i < words; i++) {
    bytes = unpack(bytes, batch[i].value, 4);
  }
  return true;
}
