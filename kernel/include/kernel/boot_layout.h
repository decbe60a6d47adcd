/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where boot puts the root task's objects: at the top of RAM, so that what is
 * left below is few large blocks. Pure arithmetic on canonical addresses, equal
 * in all replicas.
 */
#pragma once

#include "abi/boot.h"
#include "abi/types.h"
#include "kernel/compiler.h"

struct boot_layout {
  /* The image and what is mapped right behind it. */
  vaddr_t image_start;
  word_t image_pages;
  vaddr_t ipc_buffer;
  vaddr_t bootinfo;
  vaddr_t extra;
  word_t extra_bytes; /* chunks with their headers */
  word_t extra_pages;
  vaddr_t tables_start; /* multiple of 1 MiB */
  word_t table_count;   /* page tables from there on */

  /* Objects, canonical. */
  paddr_t cnode;
  paddr_t page_directory;
  paddr_t asid_pool;
  paddr_t ipc_buffer_frame;
  paddr_t bootinfo_frame;
  paddr_t extra_frames;
  paddr_t tables;
  paddr_t tcb;
  paddr_t objects_start; /* lowest of all */
  paddr_t ram_end;
};

/*
 * @return False if RAM, the user's part of the address space or the root CNode
 *         is too small.
 */
MUST_CHECK bool boot_layout_plan(const struct boot_handover *handover,
                                 struct boot_layout *layout);
