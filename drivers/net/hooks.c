/* SPDX-License-Identifier: BSD-2-Clause */
/* Where lwIP asks us before it goes on. */
#include "hooks.h"

#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/tcp.h"

#include <stdbool.h>
#include <string.h>

#define OPTION_PADDING 1
#define FAR (1u << 30) /* no window comes near it */

static bool says_nothing(const struct tcp_pcb *tcp,
                         const struct tcp_hdr *header,
                         const struct pbuf *bytes) {
  return tcp->state == ESTABLISHED && tcp->rcv_wnd == 0 &&
         bytes->tot_len == 0 && TCPH_FLAGS(header) == TCP_ACK &&
         header->ackno == tcp->lastack && header->wnd == tcp->snd_wnd;
}

/* A peer that has forgotten the connection and begins anew may be anywhere. */
static bool is_far(const struct tcp_pcb *tcp, const struct tcp_hdr *header) {
  bool anew = (TCPH_FLAGS(header) & TCP_SYN) != 0 && tcp->state != SYN_RCVD;
  return tcp->state != TIME_WAIT && !anew &&
         header->seqno - tcp->rcv_nxt + FAR > 2 * FAR;
}

err_t hook_segment(const struct tcp_pcb *tcp, const struct tcp_hdr *header,
                   struct hook_options options, const struct pbuf *bytes) {
  if (tcp->state == LISTEN || tcp->state == SYN_SENT) {
    return ERR_OK;
  }
  memset(options.first, OPTION_PADDING, options.first_bytes);
  if (options.second != NULL) {
    memset(options.second, OPTION_PADDING, options.second_bytes);
  }
  bool refused = is_far(tcp, header) || says_nothing(tcp, header, bytes);
  return refused ? ERR_ABRT : ERR_OK;
}

void hook_timers(void) {
  for (struct tcp_pcb *tcp = tcp_active_pcbs; tcp != NULL; tcp = tcp->next) {
    if (tcp->unsent == NULL) {
      tcp->persist_backoff = 0;
    }
  }
}
