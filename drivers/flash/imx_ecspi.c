/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bursts over ECSPI1: one batch of accesses fills the FIFO and starts the
 * exchange, another takes what came. A burst's first word holds what does not
 * fill a word, then follow whole words, most significant byte first:
 * IMX6DQRM 21.4.3.
 *
 * A primary that dies between an access and its note has its successor do that
 * access again. A second store to TXDATA leaves a word too many in the FIFO:
 * each burst begins with empty FIFOs, and only its first word matters. A second
 * load of RXDATA takes a word too many: each answer is one word longer than
 * what is taken, so that it shows when the FIFO is empty too early.
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
#define STATREG_RR (1u << 3) /* a word has come that was not taken */
#define STATREG_TC (1u << 7) /* all sent */

#define CLOCK_DIVIDER 4u /* 15 MHz; the chip's plain read takes 25 */

/* IMX6DQRM 28.5: the pin that is the chip's select line, GPIO3_IO19. */
#define GPIO_DR 0x0u
#define GPIO_GDIR 0x4u
#define SELECT_PIN (1u << 19) /* low: selected */

#define POLLS_MAX 100000u /* a burst of 58 words takes 124 us */
#define AROUND 6u         /* accesses beside those of the FIFO */

_Static_assert(ECSPI_WORDS_MAX + 1 + AROUND <= SHIM_BATCH_MAX,
               "a burst, one batch");

static vaddr_t ecspi;
static vaddr_t gpio;
static uint32_t pins; /* GPIO_DR with the chip released; only ours change */

static struct shim_access batch[SHIM_BATCH_MAX];
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

static void release(void) {
  shim_write32(gpio + GPIO_DR, pins);
}

/* Send `bytes` bytes: a first word that holds what does not fill one, and words
 * of zeros. What comes back stays in the FIFO. */
static bool exchange(enum ecspi_part part, uint32_t first, word_t bytes) {
  then_store(ecspi + ECSPI_CONREG, 0); /* empties the FIFOs, clears TC */
  then_store(ecspi + ECSPI_CONREG, control(bytes));
  then_store(ecspi + ECSPI_CONFIGREG, CONFIGREG_MODE0);
  if ((part & ECSPI_FIRST) != 0) {
    then_store(gpio + GPIO_DR, pins & ~SELECT_PIN);
  }
  then_store(ecspi + ECSPI_TXDATA, first);
  for (word_t sent = (bytes - 1) % 4 + 1; sent < bytes; sent += 4) {
    then_store(ecspi + ECSPI_TXDATA, 0);
  }
  then_store(ecspi + ECSPI_CONREG, control(bytes) | CONREG_XCH);
  then_load(ecspi + ECSPI_STATREG);
  bool sent = is_sent(run_batch());
  if (!sent) {
    release();
  }
  return sent;
}

bool ecspi_send(enum ecspi_part part, uint32_t out, word_t count) {
  bool sent = exchange(part, out, count);
  if (sent && (part & ECSPI_LAST) != 0) {
    release();
  }
  return sent;
}

bool ecspi_ask(uint32_t out, uint32_t *words, word_t count) {
  if (!exchange(ECSPI_WHOLE, out, 4 * (count + 1))) {
    return false;
  }
  for (word_t i = 0; i < count; i++) {
    then_load(ecspi + ECSPI_RXDATA);
  }
  then_store(gpio + GPIO_DR, pins);
  then_load(ecspi + ECSPI_STATREG);
  bool whole = (run_batch() & STATREG_RR) != 0;
  for (word_t i = 0; i < count; i++) {
    words[i] = batch[i].value;
  }
  return whole;
}
