/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uSDHC4 without DMA: a block is 128 accesses of the data port, in batches.
 * What the controller has to say comes by interrupt; the bits that have come
 * are collected in `happened` until somebody waits for them.
 * Must never: touch the data port before the controller says that it is ready.
 * Source: IMX6DQRM chapter 67 (uSDHC).
 */
#include "imx_usdhc.h"

#include "driver/alarm.h"
#include "sel4/sel4.h"
#include "shim_user/shim.h"

#include <string.h>

/* IMX6DQRM 67.8, memory map. All registers have 32 bits. */
#define USDHC_BLK_ATT 0x04u
#define USDHC_CMD_ARG 0x08u
#define USDHC_CMD_XFR_TYP 0x0cu
#define USDHC_CMD_RSP0 0x10u
#define USDHC_DATA_PORT 0x20u
#define USDHC_PROT_CTRL 0x28u
#define USDHC_SYS_CTRL 0x2cu
#define USDHC_INT_STATUS 0x30u
#define USDHC_INT_STATUS_EN 0x34u
#define USDHC_INT_SIGNAL_EN 0x38u
#define USDHC_WTMK_LVL 0x44u
#define USDHC_MIX_CTRL 0x48u

#define BLK_ATT_ONE (1u << 16 | 512u)
#define XFR_COMMAND(n) ((n) << 24)
#define XFR_DATA (1u << 21)
#define MIX_READ (1u << 4)
#define PROT_LITTLE_ENDIAN (2u << 4) /* one data line */
#define SYS_RESET (1u << 24)
#define SYS_ALWAYS 0xfu                 /* bits that must be written as 1 */
#define SYS_TIMEOUT (0xeu << 16)        /* the longest */
#define SYS_SLOW (0x80u << 8 | 1u << 4) /* 198 MHz / 256 / 2 */
#define SYS_FAST (0x02u << 8 | 1u << 4) /* 198 MHz / 4 / 2 */
#define WTMK_BLOCK (128u << 16 | 128u)

#define INT_COMMAND (1u << 0)
#define INT_TRANSFER (1u << 1)
#define INT_WRITE_READY (1u << 4)
#define INT_READ_READY (1u << 5)
#define INT_ERRORS 0x117f0000u
#define INT_ALL                                                                \
  (INT_COMMAND | INT_TRANSFER | INT_WRITE_READY | INT_READ_READY | INT_ERRORS)

#define LIMIT_US 500000u /* the longest that a card may take to write */
#define RESET_POLLS_MAX 10000u

static const struct rt_server *server;
static uint32_t happened; /* bits of INT_STATUS that nobody waited for yet */
static struct shim_access batch[SHIM_BATCH_MAX];

static void usdhc_write(word_t offset, uint32_t value) {
  shim_write32(server->device + offset, value);
}

bool usdhc_start(const struct rt_server *of) {
  word_t polls = 0;
  server = of;
  usdhc_write(USDHC_SYS_CTRL, SYS_RESET | SYS_ALWAYS);
  while ((shim_read32(server->device + USDHC_SYS_CTRL) & SYS_RESET) != 0 &&
         polls < RESET_POLLS_MAX) {
    polls++;
  }
  usdhc_write(USDHC_SYS_CTRL, SYS_TIMEOUT | SYS_SLOW | SYS_ALWAYS);
  usdhc_write(USDHC_PROT_CTRL, PROT_LITTLE_ENDIAN);
  usdhc_write(USDHC_WTMK_LVL, WTMK_BLOCK);
  usdhc_write(USDHC_INT_STATUS_EN, INT_ALL);
  usdhc_write(USDHC_INT_SIGNAL_EN, INT_ALL);
  return polls < RESET_POLLS_MAX;
}

void usdhc_speed_up(void) {
  usdhc_write(USDHC_SYS_CTRL, SYS_TIMEOUT | SYS_FAST | SYS_ALWAYS);
}

void usdhc_interrupt(void) {
  uint32_t status = shim_read32(server->device + USDHC_INT_STATUS);
  usdhc_write(USDHC_INT_STATUS, status);
  happened |= status;
}

/* ---- waiting ------------------------------------------------------------- */

/* Sleep until `bits` have happened. @return False at an error or when the time
 * is over. */
static bool await(uint32_t bits) {
  bool late = false;
  alarm_set(LIMIT_US);
  while ((happened & (bits | INT_ERRORS)) == 0 && !late) {
    seL4_Word badge = 0;
    seL4_Wait(server->event, &badge);
    if ((badge & RT_BADGE_INTERRUPT) != 0) {
      usdhc_interrupt();
      seL4_IRQHandler_Ack(server->irq);
    }
    late = alarm_has_rung(badge);
  }
  alarm_cancel();
  bool good = (happened & bits) != 0 && (happened & INT_ERRORS) == 0;
  happened &= ~bits;
  return good;
}

/* ---- commands ------------------------------------------------------------ */

static bool send(const struct usdhc_command *command, uint32_t with_data) {
  happened = 0;
  usdhc_write(USDHC_CMD_ARG, command->argument);
  usdhc_write(USDHC_CMD_XFR_TYP, XFR_COMMAND(command->number) |
                                     (uint32_t)command->response | with_data);
  return await(INT_COMMAND);
}

bool usdhc_send(const struct usdhc_command *command, uint32_t response[4]) {
  if (!send(command, 0)) {
    return false;
  }
  for (word_t i = 0; i < 4 && response != NULL; i++) {
    response[i] = shim_read32(server->device + USDHC_CMD_RSP0 + 4 * i);
  }
  return true;
}

/* Move a block between the data port and `words`. */
static void take_block(uint32_t *words) {
  for (word_t done = 0; done < USDHC_BLOCK_WORDS; done += SHIM_BATCH_MAX) {
    for (word_t i = 0; i < SHIM_BATCH_MAX; i++) {
      batch[i] = shim_load32(server->device + USDHC_DATA_PORT);
    }
    shim_batch(batch, SHIM_BATCH_MAX);
    for (word_t i = 0; i < SHIM_BATCH_MAX; i++) {
      words[done + i] = batch[i].value;
    }
  }
}

static void give_block(const uint32_t *words) {
  for (word_t done = 0; done < USDHC_BLOCK_WORDS; done += SHIM_BATCH_MAX) {
    for (word_t i = 0; i < SHIM_BATCH_MAX; i++) {
      batch[i] =
          shim_store32(server->device + USDHC_DATA_PORT, words[done + i]);
    }
    shim_batch(batch, SHIM_BATCH_MAX);
  }
}

bool usdhc_read_block(const struct usdhc_command *command,
                      uint32_t words[USDHC_BLOCK_WORDS]) {
  usdhc_write(USDHC_BLK_ATT, BLK_ATT_ONE);
  usdhc_write(USDHC_MIX_CTRL, MIX_READ);
  if (!send(command, XFR_DATA) || !await(INT_READ_READY)) {
    return false;
  }
  take_block(words);
  return await(INT_TRANSFER);
}

bool usdhc_write_block(const struct usdhc_command *command,
                       const uint32_t words[USDHC_BLOCK_WORDS]) {
  usdhc_write(USDHC_BLK_ATT, BLK_ATT_ONE);
  usdhc_write(USDHC_MIX_CTRL, 0);
  if (!send(command, XFR_DATA) || !await(INT_WRITE_READY)) {
    return false;
  }
  give_block(words);
  return await(INT_TRANSFER);
}
