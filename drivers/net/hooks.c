/* SPDX-License-Identifier: BSD-2-Clause */
/* Where lwIP asks us before it goes on. */
#include "hooks.h"

#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/tcp.h"

#include <stdbool.h>

err_t hook_segment(const struct tcp_pcb *tcp, const struct tcp_hdr *header,
                   const struct pbuf *bytes) {
  bool says_nothing = tcp->state == ESTABLISHED && tcp->rcv_wnd == 0 &&
                      bytes->tot_len == 0 && TCPH_FLAGS(header) == TCP_ACK &&
                      header->ackno == tcp->lastack &&
                      header->wnd == tcp->snd_wnd;
  return says_nothing ? ERR_ABRT : ERR_OK;
}
