/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A capability as a value: its type and 64 bits of payload. Objects are named
 * by canonical physical address, so a capability is equal in all replicas.
 *
 *   type            word[0]                          word[1]
 *   untyped         paddr[31:4] | device             watermark/16 [31:5] | bits
 *   endpoint        paddr[31:4] | rights             badge (28 bits)
 *   notification    paddr[31:4] | rights             badge (28 bits)
 *   reply           TCB paddr | master[1] | grant[0] -
 *   CNode           paddr[31:5] | radix[4:0]         guard[25:8] | size[7:3]
 *   TCB             paddr                            -
 *   frame           paddr[31:12] | pool[11:5] |      vaddr[31:12] |
 *                   device[4] rights[3:2] size[1:0]  asid low[9:0]
 *   page table      paddr                            vaddr[31:20] | asid[16:0]
 *   page directory  paddr                            asid[16:0]
 *   ASID pool       paddr                            pool number
 *   IRQ handler     irq                              -
 *   SGI signal      sgi                              mark[31] | target core
 *   zombie          paddr[31:5] | radix[4:0]         slots left
 *
 * An ASID of 0 says "not mapped" (frame, page table) or "none assigned" (page
 * directory). A zombie is what is left in the last slot of a CNode (radix > 0)
 * or TCB (radix 0) whose slots are being emptied. Zombies never leave delete.c.
 * There is room for 16 types, so an SGI signal is of type CAP_IRQ_HANDLER.
 */
#pragma once

#include "abi/error.h"
#include "abi/object.h"
#include "abi/types.h"
#include "kernel/compiler.h"

enum cap_type {
  CAP_NULL = 0,
  CAP_UNTYPED = 1,
  CAP_ENDPOINT = 2,
  CAP_NOTIFICATION = 3,
  CAP_REPLY = 4,
  CAP_CNODE = 5,
  CAP_TCB = 6,
  CAP_FRAME = 7,
  CAP_PAGE_TABLE = 8,
  CAP_PAGE_DIRECTORY = 9,
  CAP_ASID_CONTROL = 10,
  CAP_ASID_POOL = 11,
  CAP_IRQ_CONTROL = 12,
  CAP_IRQ_HANDLER = 13,
  CAP_ZOMBIE = 14,
  CAP_DOMAIN = 15,
  CAP_TYPE_COUNT = 16,
};

struct cap {
  enum cap_type type;
  word_t word[2];
};

enum frame_size {
  FRAME_SMALL = 0,
  FRAME_LARGE = 1,
  FRAME_SECTION = 2,
  FRAME_SUPERSECTION = 3,
};

enum frame_rights {
  FRAME_NO_ACCESS = 0,
  FRAME_KERNEL_ONLY = 1,
  FRAME_READ_ONLY = 2,
  FRAME_READ_WRITE = 3,
};

/* log2 bytes of a frame. */
word_t frame_size_bits(enum frame_size size);

/* `rights` reduced by a rights word of the ABI (RIGHT_READ, RIGHT_WRITE). */
enum frame_rights frame_rights_mask(enum frame_rights rights, word_t mask);

/* Fields of the words above, where more than one file needs them. */
#define CAP_PADDR_16 0xfffffff0u
#define CAP_PADDR_32 0xffffffe0u
#define CAP_REPLY_GRANT (1u << 0)
#define CAP_REPLY_MASTER (1u << 1)
#define CAP_RADIX_MASK 0x1fu
#define CAP_GUARD_SIZE_SHIFT 3
#define CAP_GUARD_SIZE_MASK 0x1fu
#define CAP_GUARD_SHIFT 8
#define CAP_GUARD_MASK 0x3ffffu
#define CAP_ASID_MASK 0x1ffffu

/* ---- constructors -------------------------------------------------------- */

struct cap cap_untyped(paddr_t paddr, word_t size_bits, bool device);
struct cap cap_endpoint(paddr_t paddr, word_t rights, word_t badge);
struct cap cap_notification(paddr_t paddr, word_t rights, word_t badge);
struct cap cap_cnode(paddr_t paddr, word_t radix);
struct cap cap_tcb(paddr_t tcb);
struct cap cap_frame(paddr_t paddr, enum frame_size size,
                     enum frame_rights rights, bool device);
struct cap cap_page_table(paddr_t paddr);
struct cap cap_page_directory(paddr_t paddr);
struct cap cap_asid_control(void);
struct cap cap_asid_pool(paddr_t paddr, word_t pool);
struct cap cap_irq_control(void);
struct cap cap_irq_handler(word_t irq);
struct cap cap_sgi(word_t sgi, word_t target);
struct cap cap_domain(void);
struct cap cap_zombie(paddr_t paddr, word_t radix, word_t slots_left);

/* ---- accessors: valid for the named type only ---------------------------- */

paddr_t cap_untyped_paddr(const struct cap *cap);
word_t cap_untyped_bits(const struct cap *cap);
bool cap_untyped_device(const struct cap *cap);
word_t cap_untyped_watermark(const struct cap *cap); /* bytes in use */
void cap_untyped_set_watermark(struct cap *cap, word_t bytes);

/* `data`: guard word of the ABI. @return false: does not fit 32 bits. */
MUST_CHECK bool cap_cnode_set_guard(struct cap *cap, word_t data);

paddr_t cap_frame_paddr(const struct cap *cap);
enum frame_size cap_frame_size(const struct cap *cap);
enum frame_rights cap_frame_rights(const struct cap *cap);
void cap_frame_set_rights(struct cap *cap, enum frame_rights rights);
bool cap_frame_device(const struct cap *cap);
vaddr_t cap_frame_vaddr(const struct cap *cap);
word_t cap_frame_asid(const struct cap *cap); /* 0: not mapped */
void cap_frame_set_mapping(struct cap *cap, vaddr_t vaddr, word_t asid);

paddr_t cap_page_table_paddr(const struct cap *cap);
vaddr_t cap_page_table_vaddr(const struct cap *cap);
word_t cap_page_table_asid(const struct cap *cap); /* 0: not mapped */
void cap_page_table_set_mapping(struct cap *cap, vaddr_t vaddr, word_t asid);

void cap_page_directory_set_asid(struct cap *cap, word_t asid);

paddr_t cap_asid_pool_paddr(const struct cap *cap);
word_t cap_asid_pool_number(const struct cap *cap); /* 0..127 */

word_t cap_irq_number(const struct cap *cap); /* of an SGI signal too */
bool cap_is_sgi(const struct cap *cap);
word_t cap_sgi_target(const struct cap *cap);

paddr_t cap_zombie_paddr(const struct cap *cap);
word_t cap_zombie_radix(const struct cap *cap); /* 0: a TCB */
word_t cap_zombie_slots_left(const struct cap *cap);
void cap_zombie_set_slots_left(struct cap *cap, word_t slots);

/* ---- the same, inline: what most system calls need ----------------------- */

static inline struct cap cap_null(void) {
  return (struct cap){.type = CAP_NULL};
}

static inline struct cap cap_reply(paddr_t tcb, bool master, bool grant) {
  word_t flags =
      (master ? CAP_REPLY_MASTER : 0) | (grant ? CAP_REPLY_GRANT : 0);

  return (struct cap){.type = CAP_REPLY,
                      .word = {(tcb & CAP_PADDR_16) | flags}};
}

/* Endpoint and notification: object, rights, badge. */
static inline paddr_t cap_object_paddr(const struct cap *cap) {
  return cap->word[0] & CAP_PADDR_16;
}

static inline word_t cap_rights(const struct cap *cap) {
  return cap->word[0] & RIGHTS_ALL;
}

static inline word_t cap_badge(const struct cap *cap) {
  return cap->word[1];
}

static inline paddr_t cap_reply_tcb(const struct cap *cap) {
  return cap->word[0] & CAP_PADDR_16;
}

static inline bool cap_reply_master(const struct cap *cap) {
  return (cap->word[0] & CAP_REPLY_MASTER) != 0;
}

static inline bool cap_reply_grant(const struct cap *cap) {
  return (cap->word[0] & CAP_REPLY_GRANT) != 0;
}

static inline paddr_t cap_cnode_paddr(const struct cap *cap) {
  return cap->word[0] & CAP_PADDR_32;
}

static inline word_t cap_cnode_radix(const struct cap *cap) {
  return cap->word[0] & CAP_RADIX_MASK;
}

static inline word_t cap_cnode_guard(const struct cap *cap) {
  return (cap->word[1] >> CAP_GUARD_SHIFT) & CAP_GUARD_MASK;
}

static inline word_t cap_cnode_guard_size(const struct cap *cap) {
  return (cap->word[1] >> CAP_GUARD_SIZE_SHIFT) & CAP_GUARD_SIZE_MASK;
}

static inline paddr_t cap_tcb_paddr(const struct cap *cap) {
  return cap->word[0] & CAP_PADDR_16;
}

static inline paddr_t cap_page_directory_paddr(const struct cap *cap) {
  return cap->word[0];
}

/* 0: none assigned. */
static inline word_t cap_page_directory_asid(const struct cap *cap) {
  return cap->word[1] & CAP_ASID_MASK;
}

/* ---- relations and derivation -------------------------------------------- */

/*
 * Memory that a capability stands for.
 * @return false if it names no object in memory.
 */
bool cap_region(const struct cap *cap, paddr_t *start, word_t *last);

/* Do both name the very same object? (Never true for untyped memory.) */
bool cap_same_object(const struct cap *a, const struct cap *b);

/* Does `child` name the object of `parent`, or part of its memory? */
bool cap_covers(const struct cap *parent, const struct cap *child);

/* `cap` with its rights reduced by a rights word. */
struct cap cap_mask_rights(struct cap cap, word_t rights);

/*
 * Apply badge or guard data.
 * @param mint  A badge may be set (Mint); otherwise badged types give null.
 * @return A null capability if the data is not allowed.
 */
struct cap cap_update_data(struct cap cap, word_t data, bool mint);

/* Type code that DebugCapIdentify reports. */
word_t cap_identify(const struct cap *cap);
