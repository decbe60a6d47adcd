/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The start page: what the root task tells each process that it creates. It
 * is mapped read-only, and its address is in r0 at the first instruction.
 * A process learns everything about its place in the system from here and
 * assumes nothing else (no slot numbers, no addresses).
 *
 * A connection joins a client to a service: an endpoint to Call, a
 * notification by which the service tells that something came, and memory that
 * both have mapped. The memory belongs to the client, except between a Call
 * and its reply, when it belongs to the service; so nobody ever races for it,
 * and replicas of the system can not differ by the moment of a pre-emption.
 */
#pragma once

#include "abi/boot.h"
#include "abi/types.h"

#define RT_START_MAGIC 0x54525453u /* "STRT" */
#define RT_NAME_SIZE 16
#define RT_CLIENTS_MAX 4

/*
 * Services; the number is the index in rt_start.connections. A server may use
 * only services with smaller numbers than its own.
 */
enum rt_service {
  RT_SERVICE_SERIAL = 0,    /* driver/serial.h */
  RT_SERVICE_TIMER = 1,     /* driver/timer.h */
  RT_SERVICE_BLOCK = 2,     /* driver/block.h */
  RT_SERVICE_PARTNER = 3,   /* a workload's second process */
  RT_SERVICE_ETHERNET = 4,  /* driver/ethernet.h */
  RT_SERVICE_NETWORK = 5,   /* driver/network.h */
  RT_SERVICE_FLASH = 6,     /* driver/flash.h */
  RT_SERVICE_STORE = 7,     /* driver/store.h */
  RT_SERVICE_I2C = 8,       /* driver/i2c.h */
  RT_SERVICE_GPIO = 9,      /* driver/gpio.h */
  RT_SERVICE_WATCHDOG = 10, /* driver/watchdog.h */
  RT_SERVICE_SD = 11,       /* driver/block.h */
  RT_SERVICE_EPIT = 12,     /* driver/timer.h, a timer apart */
  RT_SERVICE_COUNT = 13,
};
#define RT_SERVICE_NONE RT_SERVICE_COUNT

/* A client's end. `endpoint` 0: not connected. */
struct rt_connection {
  cptr_t endpoint; /* Call */
  cptr_t event;    /* Wait: the service has news; a server's own bound one */
  vaddr_t shared;
  word_t shared_size; /* bytes */
};

/* A service's end. */
struct rt_client {
  cptr_t event; /* Signal: news for this client */
  vaddr_t shared;
  word_t shared_size; /* bytes */
};

/* Memory that a driver shares with its device. `size` 0: none. */
struct rt_dma {
  vaddr_t at;    /* where the driver has it mapped */
  paddr_t paddr; /* what its device is told; the bytes follow each other */
  word_t size;   /* bytes */
};

/* What a process that serves gets. `endpoint` 0: it serves nothing. */
struct rt_server {
  cptr_t endpoint; /* Recv; badge = client number, or as below */
  cptr_t event;    /* bound notification: interrupts, events of services */
  cptr_t irq;      /* interrupt handler, 0 = none */
  vaddr_t device;  /* its device's registers or memory, 0 = none */
  word_t device_size;
  struct rt_dma rings;   /* not cached: one memory for driver and device */
  struct rt_dma buffers; /* cached: private until cleaned or invalidated */
  cptr_t space;          /* its address space, if it has DMA memory */
  word_t client_count;
  struct rt_client clients[RT_CLIENTS_MAX];
};

/* Badges of signals, added up when several come; client numbers are smaller. */
#define RT_BADGE_INTERRUPT 0x08000000u
#define RT_BADGE_EVENT 0x04000000u /* and a bit for each service with news */
#define RT_BADGE_SERVICE(service) (RT_BADGE_EVENT | 1u << (service))

struct rt_start {
  word_t magic;
  word_t size;        /* of this structure */
  vaddr_t ipc_buffer; /* of the first thread */
  cptr_t parent;      /* endpoint to the root task: see RT_LABEL_EXIT */
  struct rt_connection connections[RT_SERVICE_COUNT];
  struct rt_server server;
  cptr_t thread;      /* its first thread, if its plan says so; 0: not given */
  vaddr_t memory;     /* zeroed pages that a process with a large plan gets */
  word_t memory_size; /* bytes, mostly 0 */
  struct boot_arguments arguments;
  char name[RT_NAME_SIZE]; /* NUL terminated */
};

/* Message to `parent`: this process has ended; MR0 = its exit code. */
#define RT_LABEL_EXIT 0x100

/** @return This process's start page; NULL in the root task. */
const struct rt_start *rt_start_page(void);

/** @return This process's connection to `service`; panics if there is none. */
const struct rt_connection *rt_connect(enum rt_service service);
