/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Driver of the bus I2C1 as its only master, an unprivileged process. Each byte
 * ends with an interrupt, which the driver sleeps for; the whole transfer has a
 * time limit by the timer service, because a chip may hold the bus for ever.
 * Must never: leave the bus without a stop.
 * Source: IMX6DQRM chapter 35 (I2C); NXP UM10204 for the bus.
 */
#include "imx_i2c.h"

#include "driver/alarm.h"
#include "driver/i2c.h"
#include "driver/server.h"

#include "sel4/sel4.h"
#include "shim_user/shim.h"

#define ADDRESS_MAX 0x7fu
#define READING 1u       /* lowest bit of the address byte */
#define LIMIT_US 100000u /* 130 bytes take 14 ms */
#define IDLE (I2C_I2CR_IEN | I2C_I2CR_IIEN)
#define WRITING (IDLE | I2C_I2CR_MSTA | I2C_I2CR_MTX)

static const struct rt_server *server;

static void i2c_write(word_t offset, uint32_t value) {
  shim_write16(server->device + offset, (uint16_t)value);
}

static uint32_t i2c_read(word_t offset) {
  return shim_read16(server->device + offset);
}

static void i2c_start(void) {
  i2c_write(I2C_I2CR, 0);
  i2c_write(I2C_IFDR, I2C_IFDR_768);
  i2c_write(I2C_I2SR, 0);
  i2c_write(I2C_I2CR, IDLE);
}

/* ---- waiting ------------------------------------------------------------- */

/* @return The status at the interrupt. */
static uint32_t take_interrupt(void) {
  uint32_t status = i2c_read(I2C_I2SR);
  i2c_write(I2C_I2SR, 0);
  seL4_IRQHandler_Ack(server->irq);
  return status;
}

/* Sleep until the byte is through; the signal of an interrupt that came late,
 * behind the end of the last transfer, does not say so.
 * @return False if nobody acknowledged it, or the time is over. */
static bool byte_is_through(void) {
  seL4_Word badge = 0;
  uint32_t status;
  do {
    seL4_Wait(server->event, &badge);
    if (alarm_has_rung(badge)) {
      return false;
    }
    status = (badge & RT_BADGE_INTERRUPT) != 0 ? take_interrupt() : 0;
  } while ((status & I2C_I2SR_IIF) == 0);
  return (status & (I2C_I2SR_RXAK | I2C_I2SR_IAL)) == 0;
}

/* ---- transfers ----------------------------------------------------------- */

static bool send(uint32_t byte) {
  i2c_write(I2C_I2DR, byte);
  return byte_is_through();
}

static bool send_all(const uint8_t *bytes, word_t count) {
  word_t sent = 0;
  while (sent < count && send(bytes[sent])) {
    sent++;
  }
  return sent == count;
}

/* Reading a byte has the controller take the next one; the last one is not
 * acknowledged, and is read behind the stop: IMX6DQRM 35.5.4. */
static bool receive_all(uint8_t *bytes, word_t count) {
  const uint32_t reading = IDLE | I2C_I2CR_MSTA;
  bool good = true;
  i2c_write(I2C_I2CR, count == 1 ? reading | I2C_I2CR_TXAK : reading);
  i2c_read(I2C_I2DR); /* nothing yet: takes the first byte */
  for (word_t i = 0; good && i < count; i++) {
    seL4_Word left = count - i;
    good = byte_is_through() || left == 1;
    if (left == 2) {
      i2c_write(I2C_I2CR, reading | I2C_I2CR_TXAK);
    } else if (left == 1) {
      i2c_write(I2C_I2CR, IDLE | I2C_I2CR_MTX); /* stop */
    }
    bytes[i] = (uint8_t)i2c_read(I2C_I2DR);
  }
  return good;
}

static bool transfer(const struct server_request *request, uint8_t *bytes) {
  uint32_t address = request->arguments[0] << 1;
  word_t written = request->arguments[1] & 0xffffu;
  word_t read = request->arguments[1] >> 16;
  i2c_write(I2C_I2CR, WRITING);
  if (written > 0 && !(send(address) && send_all(bytes, written))) {
    return false;
  }
  if (read == 0) {
    return true;
  }
  if (written > 0) {
    i2c_write(I2C_I2CR, WRITING | I2C_I2CR_RSTA);
  }
  return send(address | READING) && receive_all(bytes, read);
}

static bool is_right(const struct server_request *request) {
  word_t written = request->arguments[1] & 0xffffu;
  word_t read = request->arguments[1] >> 16;
  return request->arguments[0] <= ADDRESS_MAX && written <= I2C_MAX &&
         read <= I2C_MAX && written + read > 0;
}

static struct server_reply serve(const struct server_request *request) {
  if (request->label != I2C_TRANSFER) {
    return server_fail(ERR_ILLEGAL_OPERATION);
  }
  if (!is_right(request)) {
    return server_fail(ERR_RANGE);
  }
  const struct rt_client *client = &server->clients[request->client];
  alarm_set(LIMIT_US);
  bool done = transfer(request, (uint8_t *)(uintptr_t)client->shared);
  i2c_write(I2C_I2CR, IDLE); /* stop, if that was not yet */
  alarm_cancel();
  return done
             ? (struct server_reply){ERR_NONE, {request->arguments[1] >> 16, 0}}
             : server_fail(ERR_FAILED_LOOKUP);
}

/* An interrupt behind the end of a transfer: nobody waits for it. */
static void interrupt(void) {
  i2c_write(I2C_I2SR, 0);
}

/* The limit of a transfer that has ended meanwhile. */
static void late(word_t services) {
  (void)services;
}

int main(void) {
  server = server_open_device();
  i2c_start();
  server_run(server,
             &(const struct server_operations){.serve = serve,
                                               .interrupt = interrupt,
                                               .event = late,
                                               .shared_least = I2C_MAX});
}
