/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Address space of a process, as the root task lays it out: a page table for
 * the first MiB, one for shared memory, and those of devices and large memory.
 * Processes learn these addresses from their start page.
 *
 *   0x00010000  program: text, then data on pages of its own
 *   0x000dc000  stack, 16 KiB, with an unmapped page below; those of further
 *               threads below it
 *   0x000e4000  start page
 *   0x000e8000  IPC buffer; those of further threads behind it
 *   0x00100000  shared memory of the process's connections, by service
 *   0x00180000  shared memory of its clients, by client
 *   0x01000000  device; register pages follow each other
 *   0x04000000  DMA memory: rings, not cached
 *   0x05000000  DMA memory: buffers, cached
 */
#pragma once

#define LAYOUT_PAGE 0x1000u
#define LAYOUT_PROGRAM_END 0x000d0000u
#define LAYOUT_STACK_TOP 0x000e0000u
#define LAYOUT_STACK_PAGES 4u
#define LAYOUT_STACK_STRIDE 0x5000u /* to the stack of the next thread */
#define LAYOUT_START 0x000e4000u
#define LAYOUT_IPC_BUFFER 0x000e8000u
#define LAYOUT_SHARED_MAX 0x8000u /* bytes of one connection */
#define LAYOUT_CONNECTION(service) (0x00100000u + (service)*LAYOUT_SHARED_MAX)
#define LAYOUT_CLIENT(client) (0x00180000u + (client)*LAYOUT_SHARED_MAX)
#define LAYOUT_DEVICE 0x01000000u
#define LAYOUT_MEMORY 0x03000000u
#define LAYOUT_RINGS 0x04000000u
#define LAYOUT_BUFFERS 0x05000000u

/* Slots of a process's CNode; it learns them from its start page as well. */
#define CHILD_CNODE_BITS 6
enum child_slot {
  CHILD_PARENT = 1,      /* also the fault endpoint */
  CHILD_SERVICE = 2,     /* what it serves */
  CHILD_EVENT = 3,       /* its interrupt's notification */
  CHILD_INTERRUPT = 4,   /* its interrupt handler */
  CHILD_SPACE = 5,       /* its address space, if it has DMA memory */
  CHILD_THREAD = 6,      /* its first thread, if its plan says so */
  CHILD_CONNECTIONS = 8, /* two for each service: endpoint, event */
  CHILD_CLIENTS = 40,    /* one for each client: event */
};
