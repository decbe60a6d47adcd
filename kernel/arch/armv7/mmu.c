/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel address space: RAM of the own partition, the shared region, the
 * core-local page, and the device window in a domain of its own (layout.h has
 * the map). Page directory and window tables hold real addresses and the own
 * block of the shared region; but for that they are equal in all replicas, and
 * are compared and mended like those of user level.
 *
 * Must never map a foreign partition, nor anything writable that belongs to
 * another replica. Arm ARM DDI 0406C B3.5 (descriptors), B3.7.3 (domains).
 */
#include "armv7/mmu.h"
#include "abi/memory.h"
#include "abi/object.h"
#include "armv7/cp15.h"
#include "armv7/layout.h"
#include "kernel/arch.h"
#include "kernel/asid.h"
#include "kernel/vspace_table.h"

#define MIB (1u << SECTION_SHIFT)
#define PAGE_SIZE 4096u
#define TTBR_WALK 0x6au /* as start.S sets it: walks cached, shareable */

#define DOMAIN_DEVICES 1u
#define DACR_CLOSED 0x1u /* domain 0 client, others no access */
#define DACR_OPEN 0x5u   /* domain 1 client too */

/* Normal, write-back write-allocate, shareable (B3.8.2: TEX 001, C, B). */
#define SECTION_RAM                                                            \
  (PTE_SECTION | PTE_SECTION_TEX(1) | PTE_C | PTE_B | PTE_SECTION_S |          \
   PTE_SECTION_AP(PTE_AP_KERNEL) | PTE_SECTION_XN)
#define PAGE_RAM                                                               \
  (PTE_SMALL | PTE_SMALL_TEX(1) | PTE_C | PTE_B | PTE_PAGE_S |                 \
   PTE_PAGE_AP(PTE_AP_KERNEL))
/* Normal, not cacheable (TEX 001): a reset must not lose what is written. */
#define PAGE_UNCACHED (PAGE_RAM & ~(PTE_C | PTE_B))
/* Strongly ordered: TEX, C, B all 0. */
#define SECTION_DEVICE                                                         \
  (PTE_SECTION | PTE_SECTION_AP(PTE_AP_KERNEL) | PTE_SECTION_XN |              \
   PTE_SECTION_DOMAIN(DOMAIN_DEVICES))
#define PAGE_DEVICE (PTE_SMALL | PTE_SMALL_XN | PTE_PAGE_AP(PTE_AP_KERNEL))
/* Normal, not cacheable (TEX 001): written by another master. */
#define SECTION_SHARED                                                         \
  (PTE_SECTION | PTE_SECTION_TEX(1) | PTE_SECTION_S |                          \
   PTE_SECTION_AP(PTE_AP_KERNEL) | PTE_SECTION_XN |                            \
   PTE_SECTION_DOMAIN(DOMAIN_DEVICES))

struct table {
  word_t entry[PTE_SECOND_ENTRIES];
} ALIGNED(1024);

/* start.S clears and fills the RAM part of this one. */
extern word_t mmu_kernel_pd[PTE_FIRST_ENTRIES];
word_t mmu_kernel_pd[PTE_FIRST_ENTRIES] ALIGNED(16384);

static struct table image_table;
static struct table shared_table;
static struct table local_table;
static struct table gicd_table;
static struct table foreign_table; /* empty but for one page */
static word_t partition_offset REPLICA_LOCAL;
static word_t ttbr_offset REPLICA_LOCAL; /* with the attributes of walks */

/* kernel.ld */
extern char __kernel_start[], __kernel_readonly_end[], __stack_guard[];
extern char __replica_local_start[], __replica_local_end[];
extern char _start[]; /* start.S */

/* Device window: what is mapped in domain 1, and where. */
static const struct window {
  paddr_t paddr;
  word_t size;
  vaddr_t vaddr;
} windows[] = {
    {AIPS_PADDR, AIPS_SIZE, LAYOUT_AIPS},
    {GICD_PADDR, PAGE_SIZE, LAYOUT_GICD},
    {RAMDISK_BASE, RAMDISK_MAX, LAYOUT_RAMDISK},
    {RAM_BASE, LAYOUT_RAM_MAX, LAYOUT_IMAGE},
};

/* ---- addresses ----------------------------------------------------------- */

_Static_assert(ARCH_RAM_WINDOW == LAYOUT_RAM, "one window for all of RAM");

paddr_t arch_kernel_entry(void) {
  return arch_paddr(_start);
}

bool arch_is_replica_local(paddr_t paddr) {
  return paddr >= arch_paddr(__replica_local_start) &&
         paddr < arch_paddr(__replica_local_end);
}

bool arch_is_constant(paddr_t paddr) {
  return paddr >= arch_paddr(__kernel_start) &&
         paddr < arch_paddr(__kernel_readonly_end);
}

word_t arch_partition_offset(void) {
  return partition_offset;
}

volatile void *arch_device_ptr(paddr_t paddr) {
  for (word_t i = 0; i < ARRAY_SIZE(windows); i++) {
    word_t distance = paddr - windows[i].paddr;
    if (distance < windows[i].size) {
      return (volatile void *)(windows[i].vaddr + distance);
    }
  }
  return NULL;
}

bool arch_device_is_at(const volatile void *address, paddr_t paddr) {
  word_t found = cp15_translate((word_t)(uintptr_t)address);
  return (found & CP15_PAR_FAULT) == 0 &&
         (found & PTE_SMALL_ADDRESS) == (paddr & PTE_SMALL_ADDRESS);
}

volatile void *arch_shared_block(word_t replica) {
  return (volatile void *)(LAYOUT_SHARED + replica * SHARED_BLOCK_SIZE);
}

/* The barriers keep accesses inside the opening (B3.7.3 wants only the ISB). */
void arch_devices_open(void) {
  cp15_write_dacr(DACR_OPEN);
}

void arch_devices_close(void) {
  cp15_dsb();
  cp15_write_dacr(DACR_CLOSED);
}

/* ---- building ------------------------------------------------------------ */

static void set_table(vaddr_t vaddr, const struct table *table, word_t domain) {
  mmu_kernel_pd[vaddr >> SECTION_SHIFT] =
      (arch_paddr(table) + partition_offset) | PTE_SECTION_DOMAIN(domain) |
      PTE_TABLE;
}

static void map_sections(vaddr_t vaddr, word_t size, word_t first_entry) {
  for (word_t done = 0; done < size; done += MIB) {
    mmu_kernel_pd[(vaddr + done) >> SECTION_SHIFT] = first_entry + done;
  }
}

/*
 * Code and constants of the kernel: not writable; all the rest: no code. The
 * page below the kernel stack: nothing.
 */
static void map_ram(word_t ram_size) {
  paddr_t start = RAM_BASE + partition_offset;
  word_t readonly = (word_t)(__kernel_readonly_end - __kernel_start);
  for (word_t at = 0; at < MIB; at += PAGE_SIZE) {
    word_t protection = at < readonly ? PTE_PAGE_APX : PTE_SMALL_XN;
    image_table.entry[at / PAGE_SIZE] = (start + at) | PAGE_RAM | protection;
  }
  word_t guard = (word_t)(__stack_guard - __kernel_start) / PAGE_SIZE;
  image_table.entry[guard] = PTE_INVALID;
  cp15_dsb();
  set_table(LAYOUT_RAM, &image_table, 0);
  map_sections(LAYOUT_RAM + MIB, ram_size - MIB, (start + MIB) | SECTION_RAM);
}

static void map_shared(const struct boot_handover *handover) {
  word_t pages = SHARED_BLOCK_SIZE / PAGE_SIZE;
  for (word_t i = 0; i < handover->config.replicas * pages; i++) {
    word_t foreign = i / pages == handover->replica ? 0 : PTE_PAGE_APX;
    bool ring = i % pages >= SHARED_EVENTS_OFFSET / PAGE_SIZE;
    shared_table.entry[i] = (SHARED_BASE + i * PAGE_SIZE) |
                            (ring ? PAGE_UNCACHED : PAGE_RAM) | PTE_SMALL_XN |
                            foreign;
  }
  set_table(LAYOUT_SHARED, &shared_table, 0);
}

static void map_devices(word_t ram_size) {
  local_table.entry[0] = CORE_LOCAL_PADDR | PAGE_DEVICE;
  set_table(LAYOUT_LOCAL, &local_table, 0);
  gicd_table.entry[0] = GICD_PADDR | PAGE_DEVICE;
  set_table(LAYOUT_GICD, &gicd_table, DOMAIN_DEVICES);
  set_table(LAYOUT_FOREIGN, &foreign_table, DOMAIN_DEVICES);
  map_sections(LAYOUT_AIPS, AIPS_SIZE, AIPS_PADDR | SECTION_DEVICE);
  map_sections(LAYOUT_RAMDISK, RAMDISK_MAX, RAMDISK_BASE | SECTION_SHARED);
  map_sections(LAYOUT_IMAGE, ram_size, RAM_BASE | SECTION_SHARED);
}

static void drop_identity(void) {
  for (word_t i = 0; i < USER_TOP >> SECTION_SHIFT; i++) {
    mmu_kernel_pd[i] = PTE_INVALID;
  }
}

static void mark_tables(void) {
  const struct table *tables[] = {&image_table, &shared_table, &local_table,
                                  &gicd_table, &foreign_table};
  vspace_table_mark(arch_paddr(mmu_kernel_pd), PAGE_DIRECTORY_BITS);
  for (word_t i = 0; i < ARRAY_SIZE(tables); i++) {
    vspace_table_mark(arch_paddr(tables[i]), PAGE_TABLE_BITS);
  }
}

void mmu_init(const struct boot_handover *handover) {
  partition_offset = handover->partition_offset;
  ttbr_offset = partition_offset + TTBR_WALK;
  map_ram(handover->config.ram_size);
  map_shared(handover);
  map_devices(handover->config.ram_size);
  drop_identity();
  mark_tables();
  arch_tlb_flush_all();
}

/* ---- foreign page -------------------------------------------------------- */

static void set_foreign(word_t entry) {
  foreign_table.entry[0] = entry;
  arch_tlb_flush_page(LAYOUT_FOREIGN, 0);
}

paddr_t arch_shared_table(void) {
  return arch_paddr(&shared_table);
}

paddr_t arch_foreign_table(void) {
  return arch_paddr(&foreign_table);
}

void *arch_foreign_map(paddr_t real) {
  set_foreign(real | PAGE_RAM | PTE_SMALL_XN);
  return (void *)LAYOUT_FOREIGN;
}

void arch_foreign_unmap(bool written) {
  if (written)
    arch_cache_clean((const void *)LAYOUT_FOREIGN, PAGE_SIZE);
  set_foreign(PTE_INVALID);
}

/* ---- address spaces ------------------------------------------------------ */

void arch_vspace_init(word_t *pd) {
  for (word_t i = USER_TOP >> SECTION_SHIFT; i < PTE_FIRST_ENTRIES; i++) {
    pd[i] = mmu_kernel_pd[i];
  }
}

/*
 * ASID 0 is never used by an address space: while the base changes, walks made
 * ahead of time are tagged with it (B3.10.4). The first DSB is the workaround
 * of Cortex-A9 erratum 754322 (faulty translations after an ASID switch).
 */
void arch_vspace_switch(paddr_t pd, word_t hardware_asid) {
  cp15_dsb();
  cp15_write_contextidr(0);
  cp15_isb();
  cp15_write_ttbr0(pd + ttbr_offset);
  cp15_isb();
  cp15_write_contextidr(hardware_asid);
  cp15_isb();
}

void arch_vspace_leave(void) {
  arch_vspace_switch(arch_paddr(mmu_kernel_pd), HARDWARE_ASID_KERNEL);
}
