/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel/core/init.c, boot_layout.c, boot_info.c: what the root task finds,
 * read as the root task would read it.
 */
#include "kernel/init.h"

#include "abi/bootinfo.h"
#include "abi/syscall.h"
#include "harness/check.h"
#include "harness/fake_arch.h"
#include "harness/fake_hooks.h"
#include "harness/fake_plat.h"
#include "kernel/arch.h"
#include "kernel/boot_info.h"
#include "kernel/boot_layout.h"
#include "kernel/sched.h"
#include "kernel/tcb.h"
#include "kernel/vspace.h"

#include <setjmp.h>
#include <string.h>

#define PAGE 4096u
#define KERNEL_PAGES 32u
#define TREE_SIZE 1001u /* not a multiple of anything */
#define ROOT_PAGES 5u
#define ROOT_VADDR 0x10000u
#define TREE_START (RAM_BASE + KERNEL_PAGES * PAGE)
#define ROOT_START (TREE_START + PAGE)
#define ROOT_END (ROOT_START + ROOT_PAGES * PAGE)

static jmp_buf refused;

static void end_refused(void) {
  longjmp(refused, 1);
}

/* A hand-over as the loader leaves it, and the memory that it describes. */
static struct boot_handover *prepare(void) {
  fake_arch_reset();
  fake_hooks_reset();
  fake_hooks.device_access = true;
  uint8_t *tree = arch_ptr(TREE_START);
  memset(tree, 0x55, TREE_SIZE);
  memcpy(tree, "\xd0\x0d\xfe\xed\0\0\x03\xe9", 8);
  struct boot_handover *handover = arch_ptr(ROOT_END);
  *handover = (struct boot_handover){
      .magic = BOOT_HANDOVER_MAGIC,
      .size = sizeof(*handover),
      .replica = 2,
      .partition_offset = FAKE_PARTITION_OFFSET,
      .kernel_start = RAM_BASE,
      .kernel_end = TREE_START,
      .dtb_start = TREE_START,
      .dtb_size = TREE_SIZE,
      .root_start = ROOT_START,
      .root_end = ROOT_END,
      .root_pv_offset = ROOT_START - ROOT_VADDR,
      .root_entry = ROOT_VADDR + 8,
      .config = {.replicas = 3,
                 .ram_size = FAKE_RAM_SIZE,
                 .ramdisk_base = RAMDISK_BASE,
                 .ramdisk_size = 77,
                 .command_line = "digest fast"},
  };
  return handover;
}

/* Kernel pointer to what the root thread sees at `vaddr`. */
static const void *seen(vaddr_t vaddr) {
  struct vspace_translation t;
  CHECK(vspace_translate(sched_current, vaddr, false, &t),
        "the root task can read what it is told about");
  return arch_ptr(t.paddr);
}

static const struct bootinfo *bootinfo(void) {
  return seen(sched_current->context.reg[CONTEXT_R0]);
}

static struct cap root_cap(word_t index) {
  struct cap cnode = slot_cap(&sched_current->slots[TCB_SLOT_CSPACE]);
  return slot_cap(slot_of_cnode(&cnode, index));
}

static void check_thread(void) {
  const struct context *context = &sched_current->context;
  CHECK(context->reg[CONTEXT_PC] == ROOT_VADDR + 8, "it starts at its entry");
  CHECK(context->reg[CONTEXT_SP] == 0 && context->reg[CONTEXT_R1] == 0,
        "with all other registers zero");
  CHECK(sched_current->priority == 255 && sched_current->mcp == 255,
        "at the highest priority");
  CHECK(vspace_ipc_buffer(sched_current, true) == seen(bootinfo()->ipc_buffer),
        "its IPC buffer is where bootinfo says");
}

static void check_fixed_slots(void) {
  static const struct {
    word_t slot;
    enum cap_type type;
  } expected[] = {
      {0, CAP_NULL},           {1, CAP_TCB},         {2, CAP_CNODE},
      {3, CAP_PAGE_DIRECTORY}, {4, CAP_IRQ_CONTROL}, {5, CAP_ASID_CONTROL},
      {6, CAP_ASID_POOL},      {7, CAP_NULL},        {8, CAP_NULL},
      {9, CAP_FRAME},          {10, CAP_FRAME},      {11, CAP_DOMAIN},
      {12, CAP_NULL},          {15, CAP_NULL},       {16, CAP_PAGE_TABLE},
  };
  for (word_t i = 0; i < ARRAY_SIZE(expected); i++) {
    CHECK(root_cap(expected[i].slot).type == expected[i].type,
          "each fixed slot holds what the ABI says");
  }
}

static void check_image(void) {
  const struct bootinfo *info = bootinfo();
  word_t first = info->user_image_frames.start;
  CHECK(info->user_image_frames.end - first == ROOT_PAGES,
        "a frame for each page of the image");
  for (word_t i = 0; i < ROOT_PAGES; i++) {
    struct cap frame = root_cap(first + i);
    CHECK(cap_frame_paddr(&frame) == ROOT_START + i * PAGE &&
              cap_frame_vaddr(&frame) == ROOT_VADDR + i * PAGE,
          "in order, mapped where the image is linked");
  }
  CHECK(info->ipc_buffer == ROOT_VADDR + ROOT_PAGES * PAGE,
        "the IPC buffer follows the image");
}

static const void *chunk(enum bootinfo_chunk_id id, word_t *length) {
  vaddr_t vaddr = sched_current->context.reg[CONTEXT_R0] + PAGE;
  for (word_t done = 0; done < bootinfo()->extra_len;) {
    const struct bootinfo_chunk *at = seen(vaddr + done);
    if (at->id == id) {
      *length = at->length - (word_t)sizeof(*at);
      return at + 1;
    }
    done += at->length;
  }
  return NULL;
}

static void check_extra(void) {
  word_t length = 0;
  const uint8_t *tree = chunk(BOOTINFO_CHUNK_DEVICE_TREE, &length);
  CHECK(tree != NULL && length == TREE_SIZE, "the device tree is there");
  CHECK(tree != NULL && memcmp(tree, arch_ptr(TREE_START), TREE_SIZE) == 0,
        "byte for byte");
  CHECK(((uintptr_t)tree & 7) == 0, "and aligned");
  const struct boot_arguments *arguments =
      chunk(BOOTINFO_CHUNK_BOOT_ARGUMENTS, &length);
  CHECK(arguments != NULL && length == sizeof(*arguments),
        "the boot arguments too");
  CHECK(arguments != NULL && arguments->device_by_call == 0 &&
            arguments->ramdisk_base == RAMDISK_BASE &&
            arguments->ramdisk_size == 77 &&
            strcmp(arguments->command_line, "digest fast") == 0,
        "as the boot configuration has them");
}

/* Bytes of RAM untypeds; each must be zero, aligned and really a capability. */
static word_t check_untypeds(void) {
  const struct bootinfo *info = bootinfo();
  word_t ram = 0;
  for (word_t i = 0; i < info->untyped.end - info->untyped.start; i++) {
    const struct bootinfo_untyped *entry = &info->untyped_list[i];
    struct cap cap = root_cap(info->untyped.start + i);
    CHECK(cap.type == CAP_UNTYPED && cap_untyped_paddr(&cap) == entry->paddr &&
              cap_untyped_bits(&cap) == entry->size_bits &&
              cap_untyped_device(&cap) == (entry->is_device != 0),
          "the list describes the capabilities");
    CHECK((entry->paddr & ((1u << entry->size_bits) - 1)) == 0,
          "blocks are aligned to their size");
    if (!entry->is_device) {
      ram += 1u << entry->size_bits;
      CHECK(fake_ram_is_zero(entry->paddr, 1u << entry->size_bits),
            "free RAM is zero, the hand-over page included");
    }
  }
  CHECK(info->empty.start == info->untyped.end && info->empty.end == 8192,
        "everything behind is empty");
  return ram;
}

static void the_root_task_finds_all_that_it_is_told(void) {
  CHECK(prepare() == arch_ptr(ROOT_END), "a hand-over");
  kernel_main(ROOT_END);
  CHECK(sched_current != NULL, "the root thread runs");
  CHECK(bootinfo()->node_count == 1 && bootinfo()->root_cnode_bits == 13,
        "bootinfo is where r0 says");
  check_thread();
  check_fixed_slots();
  check_image();
  check_extra();
  word_t ram = check_untypeds();
  CHECK(ram > FAKE_RAM_SIZE - 0x80000 && ram < FAKE_RAM_SIZE,
        "nearly all of RAM is free");
}

static void bad_hand_overs_are_refused(void) {
  for (volatile int i = 0; i < 10; i++) {
    struct boot_handover *handover = prepare();
    fake_plat.status = 0;
    fake_plat_end = end_refused;
    if (i == 0) {
      handover->magic ^= 1;
    } else if (i == 5) {
      handover->size++;
    } else if (i == 6) {
      handover->dtb_size = 39;
    } else if (i == 7) {
      handover->dtb_size = 1000; /* its header says 1001 */
    } else if (i == 8) {
      handover->root_pv_offset = ROOT_START - USER_TOP;
    } else if (i == 1) {
      handover->dtb_size = BOOT_DEVICE_TREE_MAX + 1;
    } else if (i == 2) {
      *(uint8_t *)arch_ptr(TREE_START) ^= 1;
    } else if (i == 9) { /* a slot for each page is too many */
      handover->root_end = ROOT_START + 8000 * PAGE;
      handover->config.ram_size = 0x04000000;
    } else if (i == 3) {
      handover->config.ram_size = 0x40000;
    } else {
      handover->root_pv_offset = ROOT_START - (USER_TOP - 2 * PAGE);
    }
    if (setjmp(refused) == 0) {
      kernel_main(ROOT_END);
    }
    CHECK(fake_plat.status == 35, "the run ends as refused");
  }
}

/* Boots that differ from the usual one in a word or two. */
static void a_system_without_tree_and_disk_boots(void) {
  struct boot_handover *handover = prepare();
  const struct boot_arguments *arguments;
  word_t length = 0;

  handover->dtb_size = 0;
  handover->config.ramdisk_size = 0;
  fake_hooks.device_access = false;
  kernel_main(ROOT_END);
  CHECK(chunk(BOOTINFO_CHUNK_DEVICE_TREE, &length) == NULL,
        "there is no chunk for no tree");
  arguments = chunk(BOOTINFO_CHUNK_BOOT_ARGUMENTS, &length);
  CHECK(arguments != NULL && arguments->ramdisk_base == 0,
        "nor an address of no disk");
  CHECK(arguments != NULL && arguments->device_by_call == 1,
        "and it is told how devices are reached");
}

static void a_foreign_root_task_finds_what_the_abi_says(void) {
  struct boot_handover *handover = prepare();
  word_t length = 0;

  handover->config.command_line[0] = '\0';
  handover->config.ramdisk_size = 0;
  kernel_main(ROOT_END);
  CHECK(bootinfo()->extra_len == 8 + TREE_SIZE,
        "without arguments there is the tree, and nothing else");
  const uint8_t *first = seen(sched_current->context.reg[CONTEXT_R0] + PAGE);
  CHECK(chunk(BOOTINFO_CHUNK_DEVICE_TREE, &length) == first + 8 &&
            length == TREE_SIZE,
        "at the very start");
  handover = prepare();
  handover->config.command_line[0] = '\0';
  handover->config.ramdisk_size = 0;
  handover->dtb_size = 0;
  kernel_main(ROOT_END);
  CHECK(bootinfo()->extra_len == 0 &&
            bootinfo()->extra_pages.start == bootinfo()->extra_pages.end,
        "without tree, nothing at all");
  handover = prepare();
  handover->config.command_line[0] = '\0';
  kernel_main(ROOT_END);
  CHECK(chunk(BOOTINFO_CHUNK_BOOT_ARGUMENTS, &length) != NULL,
        "but with a disk it is told where that is");
}

static void a_large_tree_has_as_many_pages_as_it_needs(void) {
  struct boot_handover *handover = prepare();

  memcpy(arch_ptr(TREE_START), "\xd0\x0d\xfe\xed\0\0\x30\0", 8);
  handover->dtb_size = 3 * PAGE;
  handover->root_start += 2 * PAGE;
  handover->root_end += 2 * PAGE;
  handover->root_pv_offset += 2 * PAGE;
  kernel_main(ROOT_END);
  CHECK(bootinfo()->extra_pages.end - bootinfo()->extra_pages.start == 4,
        "three pages, and one for the chunks' headers");
  CHECK(bootinfo()->user_image_paging.end -
                bootinfo()->user_image_paging.start ==
            1,
        "behind the image, within the first MiB");
}

static void rejoin(void) {
  struct boot_handover *handover = arch_ptr(ROOT_END);

  *handover = (struct boot_handover){.magic = BOOT_HANDOVER_REJOIN,
                                     .size = sizeof(*handover)};
  kernel_main(ROOT_END);
}

static void a_copy_goes_on_where_its_donor_stood(void) {
  (void)prepare();
  kernel_main(ROOT_END);
  struct tcb *tcb = sched_current;
  tcb->context.reg[CONTEXT_R7] = (word_t)SYSCALL_YIELD;
  fake_hooks.may_rejoin = true;
  CHECK(fake_hooks_enter(rejoin) == FAKE_END_USER && sched_current == tcb &&
            fake_hooks.entry_detail == (word_t)SYSCALL_YIELD,
        "with the call that it made");
}

static void check_cut(paddr_t start, paddr_t end) {
  paddr_t at = start;
  bool good = true;
  word_t bytes = 0;
  while (at != end) {
    word_t bits;
    paddr_t next = boot_info_cut(at, end, &bits);
    if (bits == 0) {
      good = good && (at == start || next == end) && next - at < 16;
    } else {
      good = good && bits >= 4 && bits <= 29 && next == at + (1u << bits) &&
             (at & ((1u << bits) - 1)) == 0;
    }
    bytes += next - at;
    at = next;
  }
  CHECK(good && bytes == end - start, "blocks cover a region exactly");
}

static void regions_are_cut_into_aligned_blocks(void) {
  check_cut(0x50000000u, 0);
  check_cut(0x00100000u, 0x00900000u);
  word_t seed = 1;
  for (word_t i = 0; i < 2000; i++) {
    seed = seed * 1103515245u + 12345u;
    paddr_t start = seed >> 4;
    seed = seed * 1103515245u + 12345u;
    check_cut(start, start + (seed >> (4 + i % 24)) + 1);
  }
}

int main(void) {
  regions_are_cut_into_aligned_blocks();
  bad_hand_overs_are_refused();
  the_root_task_finds_all_that_it_is_told();
  a_system_without_tree_and_disk_boots();
  a_foreign_root_task_finds_what_the_abi_says();
  a_large_tree_has_as_many_pages_as_it_needs();
  a_copy_goes_on_where_its_donor_stood();
  return check_report("boot");
}
