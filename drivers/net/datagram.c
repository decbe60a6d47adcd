/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UDP on lwIP's callbacks. The sender of a datagram that waits is kept in the
 * place of its UDP header, which has been read and is as long.
 */
#include "datagram.h"

#include "lwip/udp.h"

#include <string.h>

#define WAITING_MAX                                                            \
  (sizeof((struct socket *)0)->waiting / sizeof(struct pbuf *))

_Static_assert(sizeof(struct network_peer) == UDP_HLEN, "fits in its place");

static void on_received(void *argument, struct udp_pcb *udp, struct pbuf *bytes,
                        const ip_addr_t *address, u16_t port) {
  struct socket *socket = argument;
  const struct network_peer from = {ip_addr_get_ip4_u32(address), port};
  (void)udp;
  if (socket->count == WAITING_MAX || pbuf_add_header(bytes, sizeof from)) {
    pbuf_free(bytes);
    return;
  }
  pbuf_take(bytes, &from, sizeof from);
  socket->waiting[(socket->oldest + socket->count++) % WAITING_MAX] = bytes;
  socket_note(socket, NETWORK_DATAGRAM);
}

static enum err bind_to(struct socket *socket, word_t port) {
  struct udp_pcb *udp = udp_new();
  if (udp == NULL) {
    return ERR_NOT_ENOUGH_MEMORY;
  }
  if (udp_bind(udp, IP_ADDR_ANY, (u16_t)port) != ERR_OK) {
    udp_remove(udp);
    return ERR_DELETE_FIRST;
  }
  socket->udp = udp;
  udp_recv(udp, on_received, socket);
  return ERR_NONE;
}

enum err datagram_bind(word_t client, word_t port, word_t *number) {
  struct socket *socket = socket_new(client, SOCKET_DATAGRAM);
  if (socket == NULL) {
    return ERR_NOT_ENOUGH_MEMORY;
  }
  enum err error = bind_to(socket, port);
  if (error != ERR_NONE) {
    socket_free(socket);
  }
  *number = socket_number(socket);
  return error;
}

enum err datagram_send(struct socket *socket, const struct network_peer *to,
                       const void *bytes, word_t count) {
  ip_addr_t address = IPADDR4_INIT(to->address);
  struct pbuf *datagram = pbuf_alloc(PBUF_TRANSPORT, (u16_t)count, PBUF_RAM);
  if (datagram == NULL) {
    return ERR_NOT_ENOUGH_MEMORY;
  }
  pbuf_take(datagram, bytes, (u16_t)count);
  err_t error = udp_sendto(socket->udp, datagram, &address, (u16_t)to->port);
  pbuf_free(datagram);
  if (error == ERR_RTE) {
    return ERR_FAILED_LOOKUP;
  }
  return error == ERR_OK ? ERR_NONE : ERR_NOT_ENOUGH_MEMORY;
}

word_t datagram_take(struct socket *socket, void *bytes, word_t most) {
  if (socket->count == 0) {
    return 0;
  }
  struct pbuf *datagram = socket->waiting[socket->oldest];
  socket->oldest = (socket->oldest + 1) % WAITING_MAX;
  socket->count--;
  word_t given =
      pbuf_copy_partial(datagram, bytes, (u16_t)LWIP_MIN(most, 0xffffu), 0);
  pbuf_free(datagram);
  if (socket->count > 0) {
    socket_note(socket, NETWORK_DATAGRAM);
  }
  return given - (word_t)sizeof(struct network_peer);
}

void datagram_close(struct socket *socket) {
  udp_remove(socket->udp);
  while (socket->count > 0) {
    pbuf_free(socket->waiting[socket->oldest]);
    socket->oldest = (socket->oldest + 1) % WAITING_MAX;
    socket->count--;
  }
  socket_free(socket);
}
