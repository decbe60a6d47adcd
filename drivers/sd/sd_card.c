/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands of an SD card. A card of standard capacity is addressed in bytes, a
 * larger one in blocks; it tells which it is when it wakes up.
 * Source: SD Physical Layer Simplified Specification 6.00, 4.2, 4.7, 4.9.
 */
#include "sd_card.h"

#include "imx_usdhc.h"

enum command {
  GO_IDLE = 0,
  ALL_SEND_CID = 2,
  SEND_RELATIVE_ADDRESS = 3,
  SELECT_CARD = 7,
  SEND_INTERFACE = 8,
  SEND_CSD = 9,
  SET_BLOCK_LENGTH = 16,
  READ_BLOCK = 17,
  WRITE_BLOCK = 24,
  APPLICATION_CONDITION = 41, /* behind APPLICATION_COMMAND */
  APPLICATION_COMMAND = 55,
};

#define INTERFACE_3V3 0x1aau
#define CONDITION (1u << 30 | 0x00300000u) /* large cards; 3.2 to 3.4 V */
#define CONDITION_READY (1u << 31)
#define CONDITION_LARGE (1u << 30)
#define WAKING_RESTS_MAX 150u
#define BLOCK_BYTES 512u

static bool in_blocks; /* how it is addressed */

static bool send(enum command number, uint32_t argument,
                 enum usdhc_response kind, uint32_t response[4]) {
  return usdhc_send(&(struct usdhc_command){(uint32_t)number, argument, kind},
                    response);
}

/* Ask the card to wake up, until it has. */
static bool wake_up(card_rest *rest) {
  uint32_t response[4] = {0};
  for (word_t rests = 0; rests < WAKING_RESTS_MAX; rests++) {
    if (!send(APPLICATION_COMMAND, 0, USDHC_R1, NULL) ||
        !send(APPLICATION_CONDITION, CONDITION, USDHC_R3, response)) {
      return false;
    }
    if ((response[0] & CONDITION_READY) != 0) {
      in_blocks = (response[0] & CONDITION_LARGE) != 0;
      return true;
    }
    rest();
  }
  return false;
}

/* Give it an address, read its size, have it listen. */
static uint32_t identify(void) {
  uint32_t response[4] = {0};
  uint32_t csd[4] = {0};
  if (!send(ALL_SEND_CID, 0, USDHC_R2, NULL) ||
      !send(SEND_RELATIVE_ADDRESS, 0, USDHC_R1, response)) {
    return 0;
  }
  uint32_t address = response[0] & 0xffff0000u;
  bool done = send(SEND_CSD, address, USDHC_R2, csd) &&
              send(SELECT_CARD, address, USDHC_R1B, NULL) &&
              send(SET_BLOCK_LENGTH, BLOCK_BYTES, USDHC_R1, NULL);
  return done ? card_size(csd) : 0;
}

uint32_t card_start(card_rest *rest) {
  bool awake = send(GO_IDLE, 0, USDHC_NO_RESPONSE, NULL) &&
               send(SEND_INTERFACE, INTERFACE_3V3, USDHC_R1, NULL) &&
               wake_up(rest);
  uint32_t blocks = awake ? identify() : 0;
  usdhc_speed_up();
  return blocks;
}

static struct usdhc_command on_block(enum command number, uint32_t block) {
  uint32_t address = in_blocks ? block : block * BLOCK_BYTES;
  return (struct usdhc_command){(uint32_t)number, address, USDHC_R1};
}

bool card_read(uint32_t block, uint32_t words[128]) {
  struct usdhc_command command = on_block(READ_BLOCK, block);
  return usdhc_read_block(&command, words);
}

bool card_write(uint32_t block, const uint32_t words[128]) {
  struct usdhc_command command = on_block(WRITE_BLOCK, block);
  return usdhc_write_block(&command, words);
}
