/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The portable key-value server behind sockets of the host, for tests with real
 * clients and without an emulator: `kv_host CONNECTIONS`. It listens on a free
 * port of the loopback device, says `port N`, and ends when its standard
 * input does.
 */
#include "session.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MEMORY (2u << 20)
#define PIECE 4096u
#define STDIN_PLACE 0u
#define LISTEN_PLACE 1u
#define FIRST_PLACE 2u

static struct server server;
static struct session *sessions;
static struct pollfd *places; /* standard input, listener, connections */
static uint32_t memory[MEMORY / 4];

static uint64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static int listen_somewhere(void) {
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 ||
      listen(fd, 256) != 0 ||
      getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
    perror("kv_host");
    exit(1);
  }
  printf("port %u\n", ntohs(address.sin_port));
  fflush(stdout);
  return fd;
}

static void accept_one(int listener) {
  int fd = accept(listener, NULL, NULL);
  uint32_t i = 0;
  while (i < server.connections_max && places[FIRST_PLACE + i].fd >= 0) {
    i++;
  }
  if (fd < 0) {
    return;
  }
  if (i == server.connections_max) {
    server.refused++;
    (void)!write(fd, SESSION_REFUSAL, strlen(SESSION_REFUSAL));
    close(fd);
    return;
  }
  fcntl(fd, F_SETFL, O_NONBLOCK);
  places[FIRST_PLACE + i].fd = fd;
  session_open(&sessions[i], &server);
}

static void hang_up(uint32_t i) {
  close(places[FIRST_PLACE + i].fd);
  places[FIRST_PLACE + i].fd = -1;
  session_close(&sessions[i], &server);
}

/* False: the connection has gone. */
static bool bring(uint32_t i) {
  uint8_t piece[PIECE];
  uint32_t room = session_room(&sessions[i]);
  if (room == 0) {
    return true;
  }
  ssize_t count =
      read(places[FIRST_PLACE + i].fd, piece, room < PIECE ? room : PIECE);
  if (count > 0) {
    (void)session_take(&sessions[i], (struct slice){piece, (uint32_t)count});
  }
  return count > 0 || (count < 0 && errno == EAGAIN);
}

static bool let_leave(uint32_t i) {
  struct slice waiting;
  do {
    (void)session_run(&sessions[i], &server, UINT32_MAX);
    waiting = session_waiting(&sessions[i]);
    ssize_t count =
        write(places[FIRST_PLACE + i].fd, waiting.bytes, waiting.length);
    if (count < 0) {
      return errno == EAGAIN;
    }
    session_sent(&sessions[i], (uint32_t)count);
  } while (waiting.length > 0);
  return !session_over(&sessions[i]);
}

static void serve(uint32_t i) {
  struct pollfd *place = &places[FIRST_PLACE + i];
  if (place->fd < 0) {
    return;
  }
  bool here = place->revents == 0 || (place->revents & POLLIN) == 0 || bring(i);
  if (!here || (place->revents != 0 && !let_leave(i))) {
    hang_up(i);
  }
}

static void wait_for_events(void) {
  for (uint32_t i = 0; i < server.connections_max; i++) {
    struct pollfd *place = &places[FIRST_PLACE + i];
    bool waits = place->fd >= 0 && session_waiting(&sessions[i]).length > 0;
    bool takes = place->fd >= 0 && session_room(&sessions[i]) > 0;
    place->events = (short)((takes ? POLLIN : 0) | (waits ? POLLOUT : 0));
  }
  poll(places, FIRST_PLACE + server.connections_max, 100);
  database_set_time(&server.database, now_ms());
  database_sweep(&server.database, 64);
}

int main(int argc, char **argv) {
  uint32_t count = argc == 2 ? (uint32_t)strtoul(argv[1], NULL, 10) : 0;
  if (count == 0) {
    fputs("usage: kv_host CONNECTIONS\n", stderr);
    return 2;
  }
  server.connections_max = count;
  sessions = calloc(count, sizeof *sessions);
  places = calloc(FIRST_PLACE + count, sizeof *places);
  if (sessions == NULL || places == NULL) {
    return 1;
  }
  for (uint32_t i = 0; i < count; i++) {
    places[FIRST_PLACE + i].fd = -1;
  }
  database_start(&server.database, memory, sizeof memory);
  places[STDIN_PLACE] = (struct pollfd){.fd = 0, .events = POLLIN};
  places[LISTEN_PLACE] =
      (struct pollfd){.fd = listen_somewhere(), .events = POLLIN};
  while (places[STDIN_PLACE].revents == 0) {
    wait_for_events();
    if ((places[LISTEN_PLACE].revents & POLLIN) != 0) {
      accept_one(places[LISTEN_PLACE].fd);
    }
    for (uint32_t i = 0; i < count; i++) {
      serve(i);
    }
  }
  free(sessions);
  free(places);
  return 0;
}
