/* SPDX-License-Identifier: BSD-2-Clause */
/* Where lwIP asks us before it goes on; included by its own files. */
#pragma once

#include "lwip/err.h"

struct pbuf;
struct tcp_hdr;
struct tcp_pcb;

/*
 * May this segment for `tcp` be processed? If neither side of a connection has
 * room, lwIP answers each empty acknowledgement with one of its own, for ever:
 * one that says nothing new is dropped.
 */
err_t hook_segment(const struct tcp_pcb *tcp, const struct tcp_hdr *header,
                   const struct pbuf *bytes);

#define LWIP_HOOK_TCP_INPACKET_PCB(tcp, header, optlen, opt1len, opt2, bytes)  \
  hook_segment((tcp), (header), (bytes))
