/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The boot story: from the loader's hand-over to the root task's first
 * instruction. Everything that is built here is equal in all replicas, for
 * every number of them; the baseline differs in one word of the boot arguments.
 */
#include "kernel/init.h"
#include "abi/bootinfo.h"
#include "abi/memory.h"
#include "abi/object.h"
#include "kernel/arch.h"
#include "kernel/assert.h"
#include "kernel/boot_info.h"
#include "kernel/boot_layout.h"
#include "kernel/event.h"
#include "kernel/hooks.h"
#include "kernel/plat.h"
#include "kernel/sched.h"
#include "kernel/slot.h"
#include "kernel/syscall.h"
#include "kernel/tcb.h"
#include "kernel/untyped.h"
#include "kernel/vspace.h"
#include "kernel/vspace_table.h"

#define PAGE_SIZE (1u << SMALL_PAGE_BITS)
#define ROOT_GUARD_SIZE (WORD_BITS - ROOT_CNODE_BITS)
#define GUARD_SIZE_SHIFT 3 /* in the guard word of the ABI */
#define REGIONS_MAX 16u

static struct boot_handover handover REPLICA_LOCAL;

/* What boot carries from step to step. */
struct boot {
  struct boot_layout layout;
  struct cap cnode;
  struct vspace space;
  struct bootinfo *info;
  word_t next_slot;
};

/* ---- hand-over ----------------------------------------------------------- */

/* Keep a copy where replicas may differ; the page itself becomes free RAM. */
static void take_handover(paddr_t paddr) {
  struct boot_handover *source = arch_ptr(paddr);
  handover = *source;
  uint8_t *byte = (uint8_t *)source;
  for (word_t i = 0; i < sizeof(*source); i++) {
    byte[i] = 0;
  }
}

NORETURN static void refuse(word_t reason, const char *what) {
  event_write(EVENT_REFUSED, (word_t[4]){reason}, what);
  plat_power_off(PLAT_STATUS_REFUSED);
}

static void check_handover(struct boot_layout *layout) {
  if (handover.magic != BOOT_HANDOVER_MAGIC ||
      handover.size != sizeof(handover)) {
    refuse(1, "hand-over");
  }
  if (!boot_info_tree_ok(&handover)) {
    refuse(2, "device tree");
  }
  if (!boot_layout_plan(&handover, layout)) {
    refuse(3, "ram size"); /* or the image is too large */
  }
}

/* ---- capabilities of the root task --------------------------------------- */

static struct cap_slot *root_slot(const struct boot *boot, word_t index) {
  return slot_of_cnode(&boot->cnode, index);
}

static void give(struct boot *boot, word_t index, struct cap cap) {
  slot_insert_root(root_slot(boot, index), cap);
}

static struct bootinfo_slots slots_from(const struct boot *boot, word_t start) {
  return (struct bootinfo_slots){.start = start, .end = boot->next_slot};
}

static void create_cnode(struct boot *boot) {
  boot->cnode = cap_cnode(boot->layout.cnode, ROOT_CNODE_BITS);
  bool fits =
      cap_cnode_set_guard(&boot->cnode, ROOT_GUARD_SIZE << GUARD_SIZE_SHIFT);
  kernel_assert(fits);
  give(boot, ROOT_SLOT_CNODE, boot->cnode);
  give(boot, ROOT_SLOT_IRQ_CONTROL, cap_irq_control());
  give(boot, ROOT_SLOT_ASID_CONTROL, cap_asid_control());
  give(boot, ROOT_SLOT_DOMAIN, cap_domain());
}

/* Page directory, ASID, and the page tables of image and bootinfo. */
static void create_vspace(struct boot *boot) {
  const struct boot_layout *layout = &boot->layout;
  vspace_object_init(OBJECT_PAGE_DIRECTORY, layout->page_directory);
  asid_pool_register(0, layout->asid_pool);
  asid_set(ASID_ROOT, layout->page_directory);
  give(boot, ROOT_SLOT_ASID_POOL, cap_asid_pool(layout->asid_pool, 0));
  struct cap pd = cap_page_directory(layout->page_directory);
  cap_page_directory_set_asid(&pd, ASID_ROOT);
  give(boot, ROOT_SLOT_VSPACE, pd);
  boot->space =
      (struct vspace){.pd = layout->page_directory, .asid = ASID_ROOT};

  word_t first = boot->next_slot;
  for (word_t i = 0; i < layout->table_count; i++) {
    paddr_t paddr = layout->tables + (i << PAGE_TABLE_BITS);
    vaddr_t vaddr = layout->tables_start + (i << SECTION_BITS);
    struct cap table = cap_page_table(paddr);
    cap_page_table_set_mapping(&table, vaddr, ASID_ROOT);
    vspace_object_init(OBJECT_PAGE_TABLE, paddr);
    vspace_table_enter(&boot->space, vaddr, paddr);
    give(boot, boot->next_slot++, table);
  }
  boot->info->user_image_paging = slots_from(boot, first);
}

/* A small page of the root task: capability and mapping. */
static struct cap map_page(const struct boot *boot, paddr_t paddr,
                           vaddr_t vaddr, word_t attributes) {
  struct cap frame = cap_frame(paddr, FRAME_SMALL, FRAME_READ_WRITE, false);
  cap_frame_set_mapping(&frame, vaddr, boot->space.asid);
  vspace_map_frame(&boot->space, &frame, FRAME_READ_WRITE, attributes);
  return frame;
}

/* Consecutive pages, each with a capability in the next slot. */
static struct bootinfo_slots map_pages(struct boot *boot, paddr_t paddr,
                                       vaddr_t vaddr, word_t count) {
  word_t first = boot->next_slot;
  for (word_t i = 0; i < count; i++) {
    word_t distance = i << SMALL_PAGE_BITS;
    give(boot, boot->next_slot++,
         map_page(boot, paddr + distance, vaddr + distance, VM_DEFAULT));
  }
  return slots_from(boot, first);
}

static void create_frames(struct boot *boot) {
  const struct boot_layout *layout = &boot->layout;
  word_t data = VM_DEFAULT | VM_EXECUTE_NEVER;
  give(boot, ROOT_SLOT_IPC_BUFFER,
       map_page(boot, layout->ipc_buffer_frame, layout->ipc_buffer, data));
  give(boot, ROOT_SLOT_BOOTINFO_FRAME,
       map_page(boot, layout->bootinfo_frame, layout->bootinfo, data));
  boot->info->extra_pages =
      map_pages(boot, layout->extra_frames, layout->extra, layout->extra_pages);
  boot->info->user_image_frames = map_pages(
      boot, handover.root_start, layout->image_start, layout->image_pages);
}

/* ---- untyped memory ------------------------------------------------------ */

static void give_untyped(struct boot *boot, paddr_t start, paddr_t end,
                         bool device) {
  struct bootinfo *info = boot->info;
  while (start != end) {
    word_t bits;
    paddr_t next = boot_info_cut(start, end, &bits);
    word_t index = boot->next_slot - info->untyped.start;
    if (bits != 0 && index < BOOTINFO_MAX_UNTYPED) {
      info->untyped_list[index] =
          (struct bootinfo_untyped){.paddr = start,
                                    .size_bits = (uint8_t)bits,
                                    .is_device = device ? 1 : 0};
      give(boot, boot->next_slot++, cap_untyped(start, bits, device));
    }
    start = next;
  }
}

static void create_untypeds(struct boot *boot) {
  struct plat_region regions[REGIONS_MAX];
  word_t count = plat_device_regions(&handover.config, regions, REGIONS_MAX);
  boot->info->untyped.start = boot->next_slot;
  for (word_t i = 0; i < count; i++) {
    give_untyped(boot, regions[i].start, regions[i].end, true);
  }
  paddr_t tree_end = handover.dtb_start + handover.dtb_size;
  give_untyped(boot, tree_end, handover.root_start, false);
  give_untyped(boot, handover.root_end, boot->layout.objects_start, false);
  boot->info->untyped.end = boot->next_slot;
  boot->info->empty = (struct bootinfo_slots){.start = boot->next_slot,
                                              .end = 1u << ROOT_CNODE_BITS};
}

/* ---- root thread --------------------------------------------------------- */

static void install(struct boot *boot, struct tcb *tcb, enum tcb_slot which,
                    word_t root_index) {
  struct cap_slot *source = root_slot(boot, root_index);
  struct cap cap = slot_cap(source);
  if (cap.type == CAP_FRAME) {
    cap_frame_set_mapping(&cap, 0, 0); /* a copy has no mapping of its own */
  }
  slot_insert(&tcb->slots[which], source, cap);
}

static void create_thread(struct boot *boot) {
  struct tcb *tcb = tcb_at(boot->layout.tcb);
  tcb_init(tcb);
  give(boot, ROOT_SLOT_TCB, cap_tcb(boot->layout.tcb));
  install(boot, tcb, TCB_SLOT_CSPACE, ROOT_SLOT_CNODE);
  install(boot, tcb, TCB_SLOT_VSPACE, ROOT_SLOT_VSPACE);
  install(boot, tcb, TCB_SLOT_BUFFER, ROOT_SLOT_IPC_BUFFER);
  tcb->ipc_buffer = boot->layout.ipc_buffer;
  tcb->priority = TCB_PRIORITY_MAX;
  tcb->mcp = TCB_PRIORITY_MAX;
  tcb->context.reg[CONTEXT_R0] = boot->layout.bootinfo;
  tcb->context.reg[CONTEXT_PC] = handover.root_entry;
  tcb->context.reg[CONTEXT_FAULT_IP] = handover.root_entry;
  tcb_set_name(tcb, "root", sizeof("root") - 1);
  thread_set_state(tcb, THREAD_RUNNING);
  sched_wake(tcb);
}

static void fill_bootinfo(struct boot *boot) {
  struct bootinfo *info = boot->info;
  info->extra_len = boot->layout.extra_bytes;
  info->node_count = 1;
  info->ipc_buffer = boot->layout.ipc_buffer;
  info->root_cnode_bits = ROOT_CNODE_BITS;
  boot_info_write_extra(arch_ptr(boot->layout.extra_frames), &handover);
}

static void create_root_task(struct boot *boot) {
  boot->next_slot = ROOT_SLOT_FIRST_FREE;
  boot->info = arch_ptr(boot->layout.bootinfo_frame);
  create_cnode(boot);
  create_vspace(boot);
  create_frames(boot);
  create_untypeds(boot);
  create_thread(boot);
  fill_bootinfo(boot);
}

/* ---- story --------------------------------------------------------------- */

void kernel_main(paddr_t handover_paddr) {
  static struct boot boot;
  take_handover(handover_paddr);
  plat_init(&handover.config);
  arch_init(&handover);
  if (handover.magic == BOOT_HANDOVER_REJOIN) {
    kernel_rejoin(hook_rejoin(&handover));
    return;
  }
  hook_boot(&handover);
  check_handover(&boot.layout);

  vspace_table_init(handover.config.ram_size);
  untyped_mark_dirty(RAM_BASE, handover.root_end);
  untyped_mark_dirty(boot.layout.objects_start, boot.layout.ram_end);
  arch_irq_distributor_init();
  plat_watchdog_start(&handover.config);
  create_root_task(&boot);
  hook_boot_done();
  kernel_exit();
}
