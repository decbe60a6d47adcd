/* SPDX-License-Identifier: BSD-2-Clause */
/* Where lwIP asks us before it goes on; included by its own files. */
#pragma once

#include "lwip/arch.h"
#include "lwip/err.h"

struct pbuf;
struct tcp_hdr;
struct tcp_pcb;

/* TCP options of a segment; they may lie in two pieces. */
struct hook_options {
  u8_t *first;
  u16_t first_bytes;
  u8_t *second; /* NULL: there is none */
  u16_t second_bytes;
};

/*
 * May this segment for `tcp` be processed? Three faults of lwIP 2.1.3 that a
 * peer could use are kept from it:
 * - If neither side of a connection has room, it answers each empty
 *   acknowledgement with one of its own, for ever: one that says nothing new is
 *   dropped.
 * - It lets the peer change the largest segment at any time, and an assertion
 *   fails when that becomes smaller than what waits to be sent: options count
 *   only while a connection opens, later ones become padding.
 * - A byte whose number is 2^31 away passes for one that is partly known
 *   already, and an assertion fails: what is far away is dropped.
 */
err_t hook_segment(const struct tcp_pcb *tcp, const struct tcp_hdr *header,
                   struct hook_options options, const struct pbuf *bytes);

/*
 * To be called before lwIP's timers run. A fourth fault: if a segment waits to
 * be sent again while the peer's window is closed, and the peer then turns out
 * to have got it, nothing is left to be sent, but the timer that asks for a
 * window goes on and an assertion fails. It is stopped here.
 */
void hook_timers(void);

#define LWIP_HOOK_TCP_INPACKET_PCB(tcp, header, all, in_first, in_second,      \
                                   bytes)                                      \
  hook_segment((tcp), (header),                                                \
               (struct hook_options){(u8_t *)((header) + 1), (in_first),       \
                                     (in_second),                              \
                                     (u16_t)((all) - (in_first))},             \
               (bytes))
