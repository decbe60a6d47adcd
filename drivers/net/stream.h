/* SPDX-License-Identifier: BSD-2-Clause */
/* What sockets do with TCP; meanings and errors: driver/network.h. */
#pragma once

#include "sockets.h"

/* Each fills *number with the new socket's. */
enum err stream_listen(word_t client, word_t port, word_t *number);
enum err stream_connect(word_t client, const struct network_peer *to,
                        word_t *number);

/** @param hold  Give no DATA until the rest has been taken, too.
 * @return Bytes taken of `count`. */
word_t stream_send(struct socket *socket, const void *bytes, word_t count,
                   bool hold);

/** Take what has been received: at most `most` bytes. @return How many. */
word_t stream_take(struct socket *socket, void *bytes, word_t most);

/** Close a connection, or stop to listen, and free the socket. */
void stream_close(struct socket *socket);
