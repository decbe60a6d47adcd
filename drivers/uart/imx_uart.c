/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Driver of the board's console UART (UART2), an unprivileged process.
 *
 * Transmission: a batch of at most one FIFO is written once the FIFO is empty;
 * while it is not, the driver sleeps for the FIFO-empty interrupt. Reception:
 * by interrupt into a bounded queue; bytes that do not fit are dropped, as on
 * any serial line (protocols above it are framed). Input is switched on by the
 * first read, so that a run without input has no input interrupts.
 * Line settings are those that the boot firmware left.
 *
 * Must never: poll a register in a loop without waiting for the interrupt.
 * Source: IMX6DQRM chapter 64.
 */
#include "imx_uart.h"

#include "driver/queue.h"
#include "driver/serial.h"
#include "driver/server.h"
#include "sel4/sel4.h"
#include "shim_user/shim.h"

#include <string.h>

#define NO_CLIENT RT_CLIENTS_MAX

static const struct rt_server *server;
static struct queue input;
static word_t reader = NO_CLIENT; /* waits for the event that input came */
static uint32_t status; /* USR2 behind the last batch; nobody else fills */

static uint32_t uart_read(word_t offset) {
  return shim_read32(server->device + offset);
}

static void uart_write(word_t offset, uint32_t value) {
  shim_write32(server->device + offset, value);
}

static void uart_set(word_t offset, uint32_t bits) {
  uart_write(offset, uart_read(offset) | bits);
}

static void uart_clear(word_t offset, uint32_t bits) {
  uart_write(offset, uart_read(offset) & ~bits);
}

static void uart_start(void) {
  uint32_t fifo = uart_read(UART_UFCR) & ~UART_UFCR_RXTL_MASK;
  uart_write(UART_UFCR, fifo | 1u);
  uart_set(UART_UCR2,
           UART_UCR2_SRST | UART_UCR2_TXEN | UART_UCR2_RXEN | UART_UCR2_IRTS);
  uart_set(UART_UCR1, UART_UCR1_UARTEN);
}

/* Empty the receive FIFO into the queue; this also ends the interrupt. */
static void uart_receive(void) {
  uint32_t received = uart_read(UART_URXD);
  while ((received & UART_URXD_CHARRDY) != 0) {
    if ((received & UART_URXD_ERR) == 0) {
      queue_push(&input, (uint8_t)received);
    }
    received = uart_read(UART_URXD);
  }
  if (reader != NO_CLIENT && queue_length(&input) > 0) {
    server_signal(server, reader);
    reader = NO_CLIENT;
  }
}

/* Sleep until the status bit `ready` of USR2 is set; both bits that are
 * waited for follow the FIFO-empty interrupt. */
static void uart_wait_for(uint32_t ready) {
  while ((uart_read(UART_USR2) & ready) == 0) {
    uart_set(UART_UCR1, UART_UCR1_TXMPTYEN);
    seL4_Wait(server->event, NULL);
    uart_clear(UART_UCR1, UART_UCR1_TXMPTYEN);
    uart_receive();
    seL4_IRQHandler_Ack(server->irq);
  }
}

static void uart_transmit(const uint8_t *bytes, size_t count) {
  while (count > 0) {
    size_t batch = count < UART_TX_FIFO_SIZE ? count : UART_TX_FIFO_SIZE;
    if ((status & UART_USR2_TXFE) == 0) {
      uart_wait_for(UART_USR2_TXFE);
    }
    status = shim_write_fifo(server->device + UART_UTXD, bytes, batch,
                             server->device + UART_USR2);
    bytes += batch;
    count -= batch;
  }
}

static struct server_reply serve_write(const struct rt_client *client,
                                       word_t count) {
  if (count > client->shared_size) {
    return server_fail(ERR_RANGE);
  }
  uart_transmit((const uint8_t *)(uintptr_t)client->shared, count);
  return (struct server_reply){ERR_NONE, {count, 0}};
}

static struct server_reply serve_read(const struct server_request *request,
                                      const struct rt_client *client) {
  word_t wanted = request->arguments[0];
  if (wanted > client->shared_size) {
    return server_fail(ERR_RANGE);
  }
  uart_set(UART_UCR1, UART_UCR1_RRDYEN);
  size_t given =
      queue_pop(&input, (uint8_t *)(uintptr_t)client->shared, wanted);
  reader = given == 0 ? request->client : NO_CLIENT;
  return (struct server_reply){ERR_NONE, {(word_t)given, 0}};
}

static struct server_reply serve(const struct server_request *request) {
  const struct rt_client *client = &server->clients[request->client];
  switch (request->label) {
  case SERIAL_WRITE:
    return serve_write(client, request->arguments[0]);
  case SERIAL_READ:
    return serve_read(request, client);
  case SERIAL_DRAIN:
    uart_wait_for(UART_USR2_TXDC);
    return server_fail(ERR_NONE);
  default:
    return server_fail(ERR_ILLEGAL_OPERATION);
  }
}

int main(void) {
  server = server_open_device();
  uart_start();
  server_run(server, &(const struct server_operations){
                         .serve = serve, .interrupt = uart_receive});
}
