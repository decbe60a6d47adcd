/* SPDX-License-Identifier: BSD-2-Clause */
/* What sockets do with UDP; meanings and errors: driver/network.h. */
#pragma once

#include "sockets.h"

/** Fills *number with the new socket's. */
enum err datagram_bind(word_t client, word_t port, word_t *number);

enum err datagram_send(struct socket *socket, const struct network_peer *to,
                       const void *bytes, word_t count);

/**
 * Take the oldest datagram, as a struct network_peer and its bytes; what is
 * beyond `most` is lost.
 * @return Its bytes, without the peer.
 */
word_t datagram_take(struct socket *socket, void *bytes, word_t most);

/** Close and free the socket. */
void datagram_close(struct socket *socket);
