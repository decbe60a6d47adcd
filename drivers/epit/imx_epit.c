/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Driver of the timer EPIT1, an unprivileged process. The counter runs free,
 * down, at 1 MHz; the compare register calls. What it tells and keeps for
 * clients: timer_server.h. Every value of the counter is an input: it is read
 * through the shim only.
 *
 * The first lap is a second long and not 71.6 minutes: so every run that
 * lasts goes through a roll-over, and a defect there would not wait for an hour
 * to show.
 * Source: IMX6DQRM chapter 24.
 */
#include "imx_epit.h"

#include "shim_user/shim.h"
#include "timer/timer_server.h"

#define FIRST_LAP_US 1000000u

static const struct rt_server *server;

static void epit_write(word_t offset, uint32_t value) {
  shim_write32(server->device + offset, value);
}

/* LR is 0 afterwards: without RLD the chip does not look at it, but the
 * emulator adds it to the way to a compare behind the roll-over. */
static void epit_start(void) {
  uint32_t mode = EPIT_CR_ENMOD | EPIT_CR_OCIEN |
                  EPIT_CR_PRESCALAR(EPIT_CLOCK_MHZ) | EPIT_CR_WAITEN |
                  EPIT_CR_CLKSRC_IPG;
  epit_write(EPIT_CR, 0);
  epit_write(EPIT_CR, mode | EPIT_CR_IOVW); /* clock, while disabled: 24.5 */
  epit_write(EPIT_SR, EPIT_SR_OCIF);
  epit_write(EPIT_CR, mode | EPIT_CR_IOVW | EPIT_CR_EN);
  epit_write(EPIT_LR, FIRST_LAP_US);
  epit_write(EPIT_CR, mode | EPIT_CR_EN);
  epit_write(EPIT_LR, 0);
}

/* The counter goes down: its complement goes up. */
static uint32_t epit_count(void) {
  return ~shim_read32(server->device + EPIT_CNR);
}

static void epit_call_at(uint32_t count) {
  epit_write(EPIT_CMPR, ~count);
}

static void epit_acknowledge(void) {
  epit_write(EPIT_SR, EPIT_SR_OCIF);
}

int main(void) {
  server = server_open_device();
  epit_start();
  timer_server_start(server, &(const struct timer_device){
                                 epit_count, epit_call_at, epit_acknowledge});
  server_run(server, &(const struct server_operations){
                         .serve = timer_server_serve,
                         .interrupt = timer_server_interrupt});
}
