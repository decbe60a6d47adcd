/* SPDX-License-Identifier: BSD-2-Clause */
/* The static description of the system: every process that can exist. */
#pragma once

#include "abi/types.h"
#include "rt/start.h"

/* Where a process's device comes from. */
enum plan_device {
  PLAN_NO_DEVICE = 0,
  PLAN_REGISTERS, /* the pages in the row */
  PLAN_RAMDISK,   /* the range in the boot arguments */
};

#define PLAN_REGISTERS_MAX 2

struct process_plan {
  const char *name;        /* also of its program; at most 11 bytes */
  uint8_t priority;        /* 0..254; the root task has 255 */
  uint8_t memory_bits;     /* all its objects and pages come from 2^n bytes */
  uint16_t extra_pages;    /* of zeroed memory beside the program's own */
  enum rt_service serves;  /* RT_SERVICE_NONE: it is an application */
  uint32_t uses;           /* mask of 1 << enum rt_service */
  uint8_t shared_pages;    /* with each client; 0 = one page */
  uint8_t further_threads; /* beside the first: rt_thread_main */
  bool own_thread;         /* it gets the capability to its first thread */
  word_t irq;              /* 0 = none */
  enum plan_device device;
  paddr_t registers[PLAN_REGISTERS_MAX]; /* one page each; 0 = none */
  uint16_t ring_pages;   /* DMA memory that is not cached (rt_server.rings) */
  uint16_t buffer_pages; /* DMA memory that is cached (rt_server.buffers) */
};

/** @return The application `name`; NULL if there is none. */
const struct process_plan *system_find_application(const char *name);

/** @return The application that runs beside `application`; NULL if none. */
const struct process_plan *
system_find_beside(const struct process_plan *application);

/** @return The process that serves `service`. */
const struct process_plan *system_find_server(enum rt_service service);

/** Print the names of all applications, each after a blank. */
void system_print_applications(void);
