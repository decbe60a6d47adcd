/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lwIP's configuration: one thread, no sockets layer, IPv4 with ARP, ICMP, UDP,
 * TCP, DHCP and loopback. All memory is fixed when the server is linked; when
 * it is used up, frames are dropped and callers told so.
 * Names and meanings: lwip/opt.h.
 */
#pragma once

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_STATS 0

#define LWIP_ARP 1
#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define LWIP_ICMP 1
#define LWIP_UDP 1
#define LWIP_TCP 1
#define LWIP_DHCP 1
#define LWIP_DNS 0
#define LWIP_RAW 0
#define LWIP_IGMP 0
#define LWIP_ALTCP 0

#define LWIP_HAVE_LOOPIF 1
#define LWIP_NETIF_LOOPBACK 1
#define LWIP_LOOPBACK_MAX_PBUFS 64
#define LWIP_NETIF_STATUS_CALLBACK 0
#define LWIP_NETIF_LINK_CALLBACK 0
#define LWIP_NETIF_HOSTNAME 0

/* Sums of received packets are checked here, inside the sphere of replication:
 * a flip in a frame that waits in device-visible memory does not get past. */
#define LWIP_CHECKSUM_ON_COPY 1
#define LWIP_CHKSUM_ALGORITHM 3

#define MEM_ALIGNMENT __SIZEOF_POINTER__
#define ETH_PAD_SIZE 2 /* aligns what is behind the Ethernet header */
#define MEM_SIZE (192 * 1024)
#define PBUF_POOL_SIZE 128
#define MEMP_NUM_PBUF 64
#define MEMP_NUM_UDP_PCB 10
#define MEMP_NUM_TCP_PCB 240
#define MEMP_NUM_TCP_PCB_LISTEN 8
#define MEMP_NUM_TCP_SEG 512
#define MEMP_NUM_REASSDATA 4
#define IP_REASS_MAX_PBUFS 16
#define ARP_TABLE_SIZE 16
#define ARP_QUEUEING 0

#define TCP_MSS 1460
#define TCP_WND (8 * TCP_MSS)
#define TCP_SND_BUF (8 * TCP_MSS)
#define TCP_SND_QUEUELEN 32
#define TCP_QUEUE_OOSEQ 0
#define TCP_LISTEN_BACKLOG 1
#define SO_REUSE 1 /* for ports with connections that are still closing */
#define LWIP_HOOK_FILENAME "hooks.h"

/* Defaults of lwIP that probe the network for seconds before the first use. */
#define DHCP_DOES_ARP_CHECK 0
#define LWIP_DHCP_DOES_ACD_CHECK 0
