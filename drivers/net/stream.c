/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP on lwIP's callbacks. What a client does not take stays in the socket and
 * the window is not opened again: the sender on the other side waits. What it
 * offers too much stays with it.
 * Must never: touch a connection after lwIP has said that it is lost.
 */
#include "stream.h"

#include "lwip/tcp.h"

#define BACKLOG 64
#define POLL_HALF_SECONDS 1

static err_t on_received(void *argument, struct tcp_pcb *tcp,
                         struct pbuf *bytes, err_t error) {
  struct socket *socket = argument;
  (void)tcp;
  (void)error;
  if (bytes == NULL) {
    socket->closed_well = true;
    socket_note(socket, NETWORK_CLOSED);
    return ERR_OK;
  }
  if (socket->received == NULL) {
    socket->received = bytes;
  } else {
    pbuf_cat(socket->received, bytes);
  }
  socket_note(socket, NETWORK_DATA);
  return ERR_OK;
}

static void on_lost(void *argument, err_t error) {
  struct socket *socket = argument;
  (void)error;
  socket->tcp = NULL;
  socket->closed_well = false;
  socket_note(socket, NETWORK_CLOSED);
}

static void note_space(struct socket *socket, const struct tcp_pcb *tcp) {
  if (socket->choked && tcp_sndbuf(tcp) >= TCP_SND_BUF / 4) {
    socket->choked = false;
    socket_note(socket, NETWORK_SPACE);
  }
}

static err_t on_sent(void *argument, struct tcp_pcb *tcp, u16_t bytes) {
  (void)bytes;
  note_space(argument, tcp);
  return ERR_OK;
}

/* Memory may have come free without anything of this connection's own. */
static err_t on_poll(void *argument, struct tcp_pcb *tcp) {
  note_space(argument, tcp);
  return ERR_OK;
}

static void adopt(struct socket *socket, struct tcp_pcb *tcp) {
  socket->tcp = tcp;
  tcp_arg(tcp, socket);
  tcp_recv(tcp, on_received);
  tcp_err(tcp, on_lost);
  tcp_sent(tcp, on_sent);
  tcp_poll(tcp, on_poll, POLL_HALF_SECONDS);
  tcp_nagle_disable(tcp);
}

static err_t on_accepted(void *argument, struct tcp_pcb *tcp, err_t error) {
  struct socket *listener = argument;
  if (error != ERR_OK || tcp == NULL) {
    return ERR_VAL;
  }
  struct socket *socket = socket_new(listener->client, SOCKET_STREAM);
  if (socket == NULL) {
    tcp_abort(tcp);
    return ERR_ABRT;
  }
  adopt(socket, tcp);
  socket->listener = socket_number(listener);
  socket_note(socket, NETWORK_ACCEPTED);
  return ERR_OK;
}

static enum err listen_on(struct socket *socket, word_t port) {
  struct tcp_pcb *tcp = tcp_new();
  if (tcp == NULL) {
    return ERR_NOT_ENOUGH_MEMORY;
  }
  ip_set_option(tcp, SOF_REUSEADDR);
  err_t error = tcp_bind(tcp, IP_ADDR_ANY, (u16_t)port);
  if (error == ERR_OK) {
    socket->tcp = tcp_listen_with_backlog_and_err(tcp, BACKLOG, &error);
  }
  if (error != ERR_OK) {
    tcp_abort(tcp);
    return error == ERR_USE ? ERR_DELETE_FIRST : ERR_NOT_ENOUGH_MEMORY;
  }
  tcp_arg(socket->tcp, socket);
  tcp_accept(socket->tcp, on_accepted);
  return ERR_NONE;
}

enum err stream_listen(word_t client, word_t port, word_t *number) {
  struct socket *socket = socket_new(client, SOCKET_LISTENING);
  if (socket == NULL) {
    return ERR_NOT_ENOUGH_MEMORY;
  }
  enum err error = listen_on(socket, port);
  if (error != ERR_NONE) {
    socket_free(socket);
  }
  *number = socket_number(socket);
  return error;
}

static err_t on_connected(void *argument, struct tcp_pcb *tcp, err_t error) {
  (void)tcp;
  (void)error;
  socket_note(argument, NETWORK_CONNECTED);
  return ERR_OK;
}

static enum err connect_to(struct socket *socket,
                           const struct network_peer *to) {
  ip_addr_t address = IPADDR4_INIT(to->address);
  struct tcp_pcb *tcp = tcp_new();
  if (tcp == NULL) {
    return ERR_NOT_ENOUGH_MEMORY;
  }
  adopt(socket, tcp);
  err_t error = tcp_connect(tcp, &address, (u16_t)to->port, on_connected);
  if (error == ERR_OK) {
    return ERR_NONE;
  }
  tcp_err(tcp, NULL);
  tcp_abort(tcp);
  return error == ERR_RTE ? ERR_FAILED_LOOKUP : ERR_NOT_ENOUGH_MEMORY;
}

enum err stream_connect(word_t client, const struct network_peer *to,
                        word_t *number) {
  struct socket *socket = socket_new(client, SOCKET_STREAM);
  if (socket == NULL) {
    return ERR_NOT_ENOUGH_MEMORY;
  }
  enum err error = connect_to(socket, to);
  if (error != ERR_NONE) {
    socket_free(socket);
  }
  *number = socket_number(socket);
  return error;
}

/* Give lwIP as much as it takes, in pieces of about a segment. */
static word_t write_pieces(struct tcp_pcb *tcp, const uint8_t *bytes,
                           word_t count) {
  word_t done = 0;
  while (done < count) {
    word_t part = LWIP_MIN(count - done, LWIP_MIN(tcp_sndbuf(tcp), TCP_MSS));
    if (part == 0 || tcp_write(tcp, &bytes[done], (u16_t)part,
                               TCP_WRITE_FLAG_COPY) != ERR_OK) {
      break;
    }
    done += part;
  }
  return done;
}

word_t stream_send(struct socket *socket, const void *bytes, word_t count,
                   bool hold) {
  if (socket->tcp == NULL) {
    return count;
  }
  word_t taken = write_pieces(socket->tcp, bytes, count);
  socket->choked = taken < count;
  if (socket->choked && hold) {
    socket->holds = true;
  } else {
    socket_resume(socket);
  }
  tcp_output(socket->tcp);
  return taken;
}

word_t stream_take(struct socket *socket, void *bytes, word_t most) {
  struct pbuf *received = socket->received;
  if (received == NULL) {
    return 0;
  }
  u16_t count = (u16_t)LWIP_MIN(received->tot_len, most);
  pbuf_copy_partial(received, bytes, count, 0);
  socket->received = pbuf_free_header(received, count);
  if (socket->tcp != NULL) {
    tcp_recved(socket->tcp, count);
  }
  if (socket->received != NULL) {
    socket_note(socket, NETWORK_DATA);
  }
  return count;
}

/* lwIP keeps a connection that is closed until all is sent. */
static void forget_connection(struct tcp_pcb *tcp, bool listening) {
  tcp_arg(tcp, NULL);
  if (!listening) {
    tcp_recv(tcp, NULL);
    tcp_err(tcp, NULL);
    tcp_sent(tcp, NULL);
    tcp_poll(tcp, NULL, 0);
  }
  if (tcp_close(tcp) != ERR_OK) {
    tcp_abort(tcp);
  }
}

void stream_close(struct socket *socket) {
  if (socket->tcp != NULL) {
    forget_connection(socket->tcp, socket->kind == SOCKET_LISTENING);
  }
  if (socket->received != NULL) {
    pbuf_free(socket->received);
  }
  socket_free(socket);
}
