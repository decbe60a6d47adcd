/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Driver of the general purpose timer, an unprivileged process. The counter
 * runs free at 1 MHz; compare 1 calls. What it tells and keeps for clients:
 * timer_server.h. Every value of the counter is an input: it is read through
 * the shim only.
 * Source: IMX6DQRM chapter 30.
 */
#include "imx_gpt.h"

#include "shim_user/shim.h"
#include "timer_server.h"

static const struct rt_server *server;

static void gpt_write(word_t offset, uint32_t value) {
  shim_write32(server->device + offset, value);
}

static void gpt_start(void) {
  uint32_t mode = GPT_CR_ENMOD | GPT_CR_WAITEN | GPT_CR_CLKSRC_IPG | GPT_CR_FRR;
  gpt_write(GPT_CR, 0);
  gpt_write(GPT_IR, 0);
  gpt_write(GPT_CR, mode); /* the clock is chosen while disabled: 30.5 */
  gpt_write(GPT_PR, GPT_CLOCK_MHZ - 1);
  gpt_write(GPT_SR, GPT_SR_OF1);
  gpt_write(GPT_CR, mode | GPT_CR_EN);
  gpt_write(GPT_IR, GPT_SR_OF1);
}

static uint32_t gpt_count(void) {
  return shim_read32(server->device + GPT_CNT);
}

static void gpt_call_at(uint32_t count) {
  gpt_write(GPT_OCR1, count);
}

static void gpt_acknowledge(void) {
  gpt_write(GPT_SR, GPT_SR_OF1);
}

int main(void) {
  server = server_open_device();
  gpt_start();
  timer_server_start(server, &(const struct timer_device){
                                 gpt_count, gpt_call_at, gpt_acknowledge});
  server_run(server, &(const struct server_operations){
                         .serve = timer_server_serve,
                         .interrupt = timer_server_interrupt});
}
