/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Capabilities as values: how each type lays out its 64 bits (table in
 * kernel/cap.h, with the fields that are read most). Pure functions; slots and
 * the derivation list are slot.c.
 */
#include "kernel/cap.h"

#define PAGE_MASK 0xfffff000u
#define BADGE_MASK ((1u << BADGE_BITS) - 1)

#define UNTYPED_DEVICE (1u << 0)
#define UNTYPED_BITS_MASK 0x1fu
#define UNTYPED_WATERMARK_SHIFT 5 /* counts units of 16 bytes */
#define UNTYPED_UNIT_BITS 4

#define FRAME_SIZE_MASK 0x3u
#define FRAME_RIGHTS_SHIFT 2
#define FRAME_RIGHTS_MASK (0x3u << FRAME_RIGHTS_SHIFT)
#define FRAME_DEVICE (1u << 4)
#define FRAME_POOL_SHIFT 5
#define FRAME_POOL_MASK (0x7fu << FRAME_POOL_SHIFT)
#define FRAME_ASID_LOW_BITS 10
#define FRAME_ASID_LOW_MASK ((1u << FRAME_ASID_LOW_BITS) - 1)

#define SECTION_MASK 0xfff00000u

#define SGI_MARK (1u << 31)
#define IDENTITY_SGI 0x3fu

static struct cap make(enum cap_type type, word_t first, word_t second) {
  return (struct cap){.type = type, .word = {first, second}};
}

/* ---- untyped ------------------------------------------------------------- */

struct cap cap_untyped(paddr_t paddr, word_t size_bits, bool device) {
  return make(CAP_UNTYPED,
              (paddr & CAP_PADDR_16) | (device ? UNTYPED_DEVICE : 0),
              size_bits & UNTYPED_BITS_MASK);
}

paddr_t cap_untyped_paddr(const struct cap *cap) {
  return cap->word[0] & CAP_PADDR_16;
}

word_t cap_untyped_bits(const struct cap *cap) {
  return cap->word[1] & UNTYPED_BITS_MASK;
}

bool cap_untyped_device(const struct cap *cap) {
  return (cap->word[0] & UNTYPED_DEVICE) != 0;
}

word_t cap_untyped_watermark(const struct cap *cap) {
  return (cap->word[1] >> UNTYPED_WATERMARK_SHIFT) << UNTYPED_UNIT_BITS;
}

void cap_untyped_set_watermark(struct cap *cap, word_t bytes) {
  cap->word[1] = ((bytes >> UNTYPED_UNIT_BITS) << UNTYPED_WATERMARK_SHIFT) |
                 cap_untyped_bits(cap);
}

/* ---- endpoints, notifications, replies ----------------------------------- */

struct cap cap_endpoint(paddr_t paddr, word_t rights, word_t badge) {
  return make(CAP_ENDPOINT, (paddr & CAP_PADDR_16) | (rights & RIGHTS_ALL),
              badge & BADGE_MASK);
}

struct cap cap_notification(paddr_t paddr, word_t rights, word_t badge) {
  return make(CAP_NOTIFICATION, (paddr & CAP_PADDR_16) | (rights & RIGHTS_ALL),
              badge & BADGE_MASK);
}

/* ---- CNodes, TCBs, zombies ----------------------------------------------- */

struct cap cap_cnode(paddr_t paddr, word_t radix) {
  return make(CAP_CNODE, (paddr & CAP_PADDR_32) | (radix & CAP_RADIX_MASK), 0);
}

bool cap_cnode_set_guard(struct cap *cap, word_t data) {
  word_t size = (data >> CAP_GUARD_SIZE_SHIFT) & CAP_GUARD_SIZE_MASK;
  word_t guard = (data >> CAP_GUARD_SHIFT) & CAP_GUARD_MASK;

  if (size + cap_cnode_radix(cap) > WORD_BITS)
    return false;
  guard &= (1u << size) - 1;
  cap->word[1] = (guard << CAP_GUARD_SHIFT) | (size << CAP_GUARD_SIZE_SHIFT);
  return true;
}

struct cap cap_tcb(paddr_t tcb) {
  return make(CAP_TCB, tcb & CAP_PADDR_16, 0);
}

struct cap cap_zombie(paddr_t paddr, word_t radix, word_t slots_left) {
  return make(CAP_ZOMBIE, (paddr & CAP_PADDR_32) | (radix & CAP_RADIX_MASK),
              slots_left);
}

paddr_t cap_zombie_paddr(const struct cap *cap) {
  return cap->word[0] & CAP_PADDR_32;
}

word_t cap_zombie_radix(const struct cap *cap) {
  return cap->word[0] & CAP_RADIX_MASK;
}

word_t cap_zombie_slots_left(const struct cap *cap) {
  return cap->word[1];
}

void cap_zombie_set_slots_left(struct cap *cap, word_t slots) {
  cap->word[1] = slots;
}

/* ---- address spaces ------------------------------------------------------ */

word_t frame_size_bits(enum frame_size size) {
  static const uint8_t bits[] = {
      [FRAME_SMALL] = SMALL_PAGE_BITS,
      [FRAME_LARGE] = LARGE_PAGE_BITS,
      [FRAME_SECTION] = SECTION_BITS,
      [FRAME_SUPERSECTION] = SUPERSECTION_BITS,
  };
  return bits[size];
}

enum frame_rights frame_rights_mask(enum frame_rights rights, word_t mask) {
  if (rights < FRAME_READ_ONLY || (mask & RIGHT_READ) == 0)
    return FRAME_KERNEL_ONLY;
  if ((mask & RIGHT_WRITE) == 0)
    return FRAME_READ_ONLY;
  return rights;
}

struct cap cap_frame(paddr_t paddr, enum frame_size size,
                     enum frame_rights rights, bool device) {
  return make(CAP_FRAME,
              (paddr & PAGE_MASK) | (device ? FRAME_DEVICE : 0) |
                  ((word_t)rights << FRAME_RIGHTS_SHIFT) | (word_t)size,
              0);
}

paddr_t cap_frame_paddr(const struct cap *cap) {
  return cap->word[0] & PAGE_MASK;
}

enum frame_size cap_frame_size(const struct cap *cap) {
  return (enum frame_size)(cap->word[0] & FRAME_SIZE_MASK);
}

enum frame_rights cap_frame_rights(const struct cap *cap) {
  return (enum frame_rights)((cap->word[0] & FRAME_RIGHTS_MASK) >>
                             FRAME_RIGHTS_SHIFT);
}

void cap_frame_set_rights(struct cap *cap, enum frame_rights rights) {
  cap->word[0] = (cap->word[0] & ~FRAME_RIGHTS_MASK) |
                 ((word_t)rights << FRAME_RIGHTS_SHIFT);
}

bool cap_frame_device(const struct cap *cap) {
  return (cap->word[0] & FRAME_DEVICE) != 0;
}

vaddr_t cap_frame_vaddr(const struct cap *cap) {
  return cap->word[1] & PAGE_MASK;
}

word_t cap_frame_asid(const struct cap *cap) {
  word_t pool = (cap->word[0] & FRAME_POOL_MASK) >> FRAME_POOL_SHIFT;

  return (pool << FRAME_ASID_LOW_BITS) | (cap->word[1] & FRAME_ASID_LOW_MASK);
}

void cap_frame_set_mapping(struct cap *cap, vaddr_t vaddr, word_t asid) {
  word_t pool = asid >> FRAME_ASID_LOW_BITS;

  cap->word[0] = (cap->word[0] & ~FRAME_POOL_MASK) |
                 ((pool << FRAME_POOL_SHIFT) & FRAME_POOL_MASK);
  cap->word[1] = (vaddr & PAGE_MASK) | (asid & FRAME_ASID_LOW_MASK);
}

struct cap cap_page_table(paddr_t paddr) {
  return make(CAP_PAGE_TABLE, paddr & CAP_PADDR_16, 0);
}

paddr_t cap_page_table_paddr(const struct cap *cap) {
  return cap->word[0];
}

vaddr_t cap_page_table_vaddr(const struct cap *cap) {
  return cap->word[1] & SECTION_MASK;
}

word_t cap_page_table_asid(const struct cap *cap) {
  return cap->word[1] & CAP_ASID_MASK;
}

void cap_page_table_set_mapping(struct cap *cap, vaddr_t vaddr, word_t asid) {
  cap->word[1] = (vaddr & SECTION_MASK) | (asid & CAP_ASID_MASK);
}

struct cap cap_page_directory(paddr_t paddr) {
  return make(CAP_PAGE_DIRECTORY, paddr & CAP_PADDR_16, 0);
}

void cap_page_directory_set_asid(struct cap *cap, word_t asid) {
  cap->word[1] = asid & CAP_ASID_MASK;
}

struct cap cap_asid_control(void) {
  return make(CAP_ASID_CONTROL, 0, 0);
}

struct cap cap_asid_pool(paddr_t paddr, word_t pool) {
  return make(CAP_ASID_POOL, paddr & CAP_PADDR_16, pool);
}

paddr_t cap_asid_pool_paddr(const struct cap *cap) {
  return cap->word[0];
}

word_t cap_asid_pool_number(const struct cap *cap) {
  return cap->word[1];
}

/* ---- the rest ------------------------------------------------------------ */

struct cap cap_irq_control(void) {
  return make(CAP_IRQ_CONTROL, 0, 0);
}

struct cap cap_irq_handler(word_t irq) {
  return make(CAP_IRQ_HANDLER, irq, 0);
}

struct cap cap_sgi(word_t sgi, word_t target) {
  return make(CAP_IRQ_HANDLER, sgi, SGI_MARK | target);
}

word_t cap_irq_number(const struct cap *cap) {
  return cap->word[0];
}

bool cap_is_sgi(const struct cap *cap) {
  return cap->type == CAP_IRQ_HANDLER && (cap->word[1] & SGI_MARK) != 0;
}

word_t cap_sgi_target(const struct cap *cap) {
  return cap->word[1] & ~SGI_MARK;
}

struct cap cap_domain(void) {
  return make(CAP_DOMAIN, 0, 0);
}

word_t cap_identify(const struct cap *cap) {
  static const uint8_t code[CAP_TYPE_COUNT] = {
      [CAP_NULL] = 0,           [CAP_UNTYPED] = 2,        [CAP_ENDPOINT] = 4,
      [CAP_NOTIFICATION] = 6,   [CAP_REPLY] = 8,          [CAP_CNODE] = 10,
      [CAP_TCB] = 12,           [CAP_FRAME] = 3,          [CAP_PAGE_TABLE] = 7,
      [CAP_PAGE_DIRECTORY] = 9, [CAP_ASID_CONTROL] = 11,  [CAP_ASID_POOL] = 5,
      [CAP_IRQ_CONTROL] = 14,   [CAP_IRQ_HANDLER] = 0x1e, [CAP_ZOMBIE] = 0x2e,
      [CAP_DOMAIN] = 0x3e,
  };

  if (cap->type == CAP_FRAME && cap_frame_size(cap) == FRAME_SMALL)
    return 1;
  if (cap_is_sgi(cap))
    return IDENTITY_SGI;
  return code[cap->type];
}
