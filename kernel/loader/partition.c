/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A partition, from RAM_BASE (canonical) upwards: kernel, device tree, root
 * task, hand-over page; each on a page of its own. Every replica gets the same
 * bytes at the same canonical addresses, but for three words of the hand-over.
 */
#include "loader/partition.h"
#include "abi/memory.h"
#include "abi/object.h"
#include "loader/config.h"
#include "loader/cores.h"
#include "loader/memory.h"
#include "loader/payload.h"
#include "loader/report.h"

#define PAGE_SIZE 4096u
#define DEVICE_TREE_MAGIC 0xedfe0dd0u /* d00dfeed, big endian */

static const struct part *part(enum payload_part which) {
  return &payload.parts[which];
}

static word_t page_up(word_t value) {
  return (value + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
}

/* Devicetree Specification 0.4, 5.2: magic and totalsize, big endian. */
static void check_device_tree(const struct part *tree) {
  const uint32_t *header = (const uint32_t *)(const void *)tree->start;
  if (tree->size < 40 || tree->size > BOOT_DEVICE_TREE_MAX) {
    report_refuse(tree->name, "%u bytes: 40 to %u are allowed", tree->size,
                  BOOT_DEVICE_TREE_MAX);
  }
  if (header[0] != DEVICE_TREE_MAGIC ||
      __builtin_bswap32(header[1]) > tree->size) {
    report_refuse(tree->name, "not a flattened device tree");
  }
}

static void check_kernel(const struct elf_span *kernel) {
  if (kernel->paddr_start != RAM_BASE || kernel->vaddr_start % PAGE_SIZE != 0) {
    report_refuse(part(PAYLOAD_KERNEL)->name, "linked for %x, not for %x",
                  kernel->paddr_start, RAM_BASE);
  }
}

/* Its image begins with the page that its first segment begins in. */
static void check_root(struct elf_span *root) {
  root->vaddr_start &= ~(PAGE_SIZE - 1);
  if (root->vaddr_end > USER_TOP) {
    report_refuse(part(PAYLOAD_ROOT)->name, "linked for %x to %x: end below %x",
                  root->vaddr_start, root->vaddr_end, USER_TOP);
  }
}

static void place(struct partition_plan *plan) {
  struct boot_handover *handover = &plan->handover;
  handover->kernel_start = RAM_BASE;
  handover->kernel_end =
      page_up(RAM_BASE + (plan->kernel.vaddr_end - plan->kernel.vaddr_start));
  handover->dtb_start = handover->kernel_end;
  handover->dtb_size = part(PAYLOAD_DEVICE_TREE)->size;
  handover->root_start = page_up(handover->dtb_start + handover->dtb_size);
  handover->root_end = page_up(handover->root_start +
                               (plan->root.vaddr_end - plan->root.vaddr_start));
  handover->root_pv_offset = handover->root_start - plan->root.vaddr_start;
  handover->root_entry = plan->root.entry;
  handover->parking_stub = (paddr_t)parking_stub;
  plan->handover_page = handover->root_end;
  plan->kernel_entry = plan->kernel.entry - plan->kernel.vaddr_start + RAM_BASE;
}

/* Spans are below 2^32 - RAM_BASE each, so one sum in 64 bits is enough. */
static void check_size(const struct partition_plan *plan) {
  uint64_t needed =
      (uint64_t)(plan->kernel.vaddr_end - plan->kernel.vaddr_start) +
      part(PAYLOAD_DEVICE_TREE)->size +
      (plan->root.vaddr_end - plan->root.vaddr_start) + 4 * PAGE_SIZE;
  if (needed > boot_config.ram_size) {
    report_refuse("boot config", "ram_size is %u, the image needs %u",
                  boot_config.ram_size, (word_t)needed);
  }
}

void partition_plan(struct partition_plan *plan, word_t replicas) {
  plan->kernel = elf_check(part(PAYLOAD_KERNEL));
  plan->root = elf_check(part(PAYLOAD_ROOT));
  check_device_tree(part(PAYLOAD_DEVICE_TREE));
  check_kernel(&plan->kernel);
  check_root(&plan->root);
  check_size(plan);
  plan->handover = (struct boot_handover){
      .magic = BOOT_HANDOVER_MAGIC,
      .size = sizeof(struct boot_handover),
      .config = boot_config,
  };
  plan->handover.config.replicas = replicas;
  place(plan);
}

word_t partition_build(const struct partition_plan *plan, word_t replica) {
  word_t offset = (word_t)partition_offset_of(replica, boot_config.stride);
  const struct boot_handover *common = &plan->handover;
  if (plan->clear) {
    memory_clear((void *)(RAM_BASE + offset), boot_config.ram_size);
  }
  elf_load(part(PAYLOAD_KERNEL), &plan->kernel,
           (uint8_t *)(common->kernel_start + offset),
           common->kernel_end - common->kernel_start);
  memory_copy((void *)(common->dtb_start + offset),
              part(PAYLOAD_DEVICE_TREE)->start, common->dtb_size);
  elf_load(part(PAYLOAD_ROOT), &plan->root,
           (uint8_t *)(common->root_start + offset),
           common->root_end - common->root_start);
  struct boot_handover *handover =
      (struct boot_handover *)(plan->handover_page + offset);
  *handover = *common;
  handover->replica = replica;
  handover->partition_offset = offset;
  return offset;
}
