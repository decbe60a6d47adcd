/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The SD host controller uSDHC4: commands, and one block of data at a time
 * through its data port. Every wait ends with an interrupt or a time limit.
 * Source: IMX6DQRM chapter 67 (uSDHC).
 */
#pragma once

#include "rt/start.h"

#define USDHC_BLOCK_WORDS 128u

/* What answers a command: IMX6DQRM 67.8.4, CMD_XFR_TYP. */
enum usdhc_response {
  USDHC_NO_RESPONSE = 0,
  USDHC_R1 = 0x1a << 16,  /* 48 bits, index and CRC checked; also R6, R7 */
  USDHC_R1B = 0x1b << 16, /* the same, then the card may be busy */
  USDHC_R2 = 0x09 << 16,  /* 136 bits, CRC checked */
  USDHC_R3 = 0x02 << 16,  /* 48 bits, nothing checked */
};

/* A command: its number, its argument, what answers. */
struct usdhc_command {
  uint32_t number;
  uint32_t argument;
  enum usdhc_response response;
};

/** Reset the controller; the card's clock at 387 kHz. */
bool usdhc_start(const struct rt_server *server);

/** Have the card's clock at 24.75 MHz. */
void usdhc_speed_up(void);

/**
 * Send a command without data.
 * @param response  Set to the four response words; may be NULL.
 * @return False if it fails or the time is over.
 */
bool usdhc_send(const struct usdhc_command *command, uint32_t response[4]);

/** Send a command that reads or writes one block. */
bool usdhc_read_block(const struct usdhc_command *command,
                      uint32_t words[USDHC_BLOCK_WORDS]);
bool usdhc_write_block(const struct usdhc_command *command,
                       const uint32_t words[USDHC_BLOCK_WORDS]);

/** An interrupt that nobody waits for. */
void usdhc_interrupt(void);
