/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ASID pools and hardware ASIDs. An entry of a pool is the canonical address
 * of a page directory (aligned to 16 KiB) with the hardware ASID it holds in
 * the low bits. Must never let two address spaces hold one hardware ASID.
 */
#include "kernel/asid.h"
#include "kernel/arch.h"
#include "kernel/assert.h"
#include "kernel/cspace.h"
#include "kernel/untyped.h"
#include "kernel/vspace.h"

#define POOL_ENTRIES (1u << ASID_POOL_INDEX_BITS)
#define ENTRY_HARDWARE 0xffu
#define ENTRY_DIRECTORY (~((1u << PAGE_DIRECTORY_BITS) - 1))

#define HARDWARE_FIRST 2u
#define HARDWARE_COUNT 256u

paddr_t asid_pools[ASID_POOL_COUNT];
static word_t hardware_owner[HARDWARE_COUNT]; /* ASID; 0: free */
static word_t hardware_next = HARDWARE_FIRST; /* next one to give out */

static word_t *pool_entry(word_t asid) {
  paddr_t pool = asid_pools[(asid >> ASID_POOL_INDEX_BITS) % ASID_POOL_COUNT];
  if (asid == 0 || pool == 0) {
    return NULL;
  }
  return (word_t *)arch_ptr(pool) + (asid & (POOL_ENTRIES - 1));
}

void asid_pool_register(word_t pool, paddr_t paddr) {
  asid_pools[pool] = paddr;
}

void asid_set(word_t asid, paddr_t pd) {
  word_t *entry = pool_entry(asid);
  kernel_assert(entry != NULL);
  *entry = pd;
  vspace_asid_changed();
}

paddr_t asid_page_directory(word_t asid) {
  const word_t *entry = pool_entry(asid);
  return entry == NULL ? 0 : *entry & ENTRY_DIRECTORY;
}

word_t asid_next(word_t asid) {
  while (++asid < ASID_POOL_COUNT << ASID_POOL_INDEX_BITS) {
    if (asid_pools[asid >> ASID_POOL_INDEX_BITS] == 0) {
      asid |= POOL_ENTRIES - 1;
    } else if (asid_page_directory(asid) != 0) {
      return asid;
    }
  }
  return 0;
}

word_t asid_hardware(word_t asid) {
  const word_t *entry = pool_entry(asid);
  return entry == NULL ? HARDWARE_ASID_NONE : *entry & ENTRY_HARDWARE;
}

word_t asid_of_hardware(word_t hardware) {
  return hardware_owner[hardware % HARDWARE_COUNT];
}

/* Whoever holds `hardware` loses it, with all its translations. */
static void hardware_release(word_t hardware) {
  word_t *entry = pool_entry(hardware_owner[hardware]);
  if (entry != NULL) {
    *entry &= ENTRY_DIRECTORY;
    arch_tlb_flush_asid(hardware);
    vspace_asid_changed();
  }
  hardware_owner[hardware] = 0;
}

/* `asid`, whose pool entry is `entry`, gets the next one in turn. */
static OUT_OF_LINE word_t hardware_give(word_t asid, word_t *entry) {
  hardware_release(hardware_next);
  hardware_owner[hardware_next] = asid;
  *entry |= hardware_next;
  hardware_next++;
  if (hardware_next == HARDWARE_COUNT) {
    hardware_next = HARDWARE_FIRST;
  }
  return *entry & ENTRY_HARDWARE;
}

word_t asid_hardware_take(word_t asid, paddr_t pd) {
  word_t *entry = pool_entry(asid);
  if (entry == NULL || (*entry & ENTRY_DIRECTORY) != pd) {
    return HARDWARE_ASID_NONE;
  }
  word_t hardware = *entry & ENTRY_HARDWARE;
  return hardware != HARDWARE_ASID_NONE ? hardware : hardware_give(asid, entry);
}

void asid_free(word_t asid) {
  word_t *entry = pool_entry(asid);
  if (entry == NULL) {
    return;
  }
  word_t hardware = *entry & ENTRY_HARDWARE;
  if (hardware != HARDWARE_ASID_NONE) {
    hardware_release(hardware);
  }
  *entry = 0;
}

void asid_pool_destroy(const struct cap *pool) {
  word_t number = cap_asid_pool_number(pool);
  if (asid_pools[number] != cap_asid_pool_paddr(pool)) {
    return;
  }
  for (word_t i = 0; i < POOL_ENTRIES; i++) {
    asid_free(number << ASID_POOL_INDEX_BITS | i);
  }
  asid_pools[number] = 0;
}

enum err asid_bad(struct request *request) {
  struct lookup_fault fault = {.failure = LOOKUP_INVALID_ROOT};
  return invocation_bad_lookup(request, false, &fault);
}

enum err asid_check(struct request *request, word_t asid, paddr_t pd,
                    word_t cap) {
  paddr_t named = asid_page_directory(asid);
  if (named == 0) {
    return asid_bad(request);
  }
  return named == pd ? ERR_NONE : invocation_bad_cap(request, cap);
}

/* ---- ASID control: MakePool ---------------------------------------------- */

static word_t free_pool_number(void) {
  word_t pool = 0;
  while (pool < ASID_POOL_COUNT && asid_pools[pool] != 0) {
    pool++;
  }
  return pool;
}

struct make_pool {
  word_t number;
  struct cap_slot *untyped;
  struct cap_slot *dest;
};

static enum err make_pool_check(struct request *request,
                                struct make_pool *out) {
  enum err err = invocation_require(request, 2, 2);
  if (err != ERR_NONE) {
    return err;
  }
  out->number = free_pool_number();
  if (out->number == ASID_POOL_COUNT) {
    return ERR_DELETE_FIRST;
  }
  out->untyped = request->extra[0];
  struct cap untyped = slot_cap(out->untyped);
  if (untyped.type != CAP_UNTYPED ||
      cap_untyped_bits(&untyped) != ASID_POOL_BITS ||
      cap_untyped_device(&untyped)) {
    return invocation_bad_cap(request, 1);
  }
  if (slot_first_child(out->untyped) != NULL) {
    return ERR_REVOKE_FIRST;
  }
  struct cap root = slot_cap(request->extra[1]);
  struct slot_address address = {.index = invocation_word(request, 0),
                                 .depth = invocation_word(request, 1)};
  return cspace_lookup_empty(request, &root, address, &out->dest);
}

enum err vspace_invoke_asid_control(struct request *request) {
  struct make_pool args;
  if (request->label != INVOCATION_ASID_CONTROL_MAKE_POOL) {
    return ERR_ILLEGAL_OPERATION;
  }
  enum err err = make_pool_check(request, &args);
  if (err != ERR_NONE) {
    return err;
  }
  struct cap untyped = slot_cap(args.untyped);
  paddr_t paddr = cap_untyped_paddr(&untyped);
  untyped_consume(args.untyped);
  asid_pool_register(args.number, paddr);
  slot_insert(args.dest, args.untyped, cap_asid_pool(paddr, args.number));
  return ERR_NONE;
}

/* ---- ASID pool: Assign --------------------------------------------------- */

/* Lowest free ASID of a pool, 0 if there is none. ASID 0 is never free. */
static word_t free_asid(word_t pool) {
  for (word_t i = 0; i < POOL_ENTRIES; i++) {
    word_t asid = pool << ASID_POOL_INDEX_BITS | i;
    if (asid != 0 && *pool_entry(asid) == 0) {
      return asid;
    }
  }
  return 0;
}

static enum err assign_check(struct request *request, word_t *asid) {
  enum err err = invocation_require(request, 0, 1);
  if (err != ERR_NONE) {
    return err;
  }
  struct cap pd = slot_cap(request->extra[0]);
  if (pd.type != CAP_PAGE_DIRECTORY || cap_page_directory_asid(&pd) != 0) {
    return invocation_bad_cap(request, 1);
  }
  word_t number = cap_asid_pool_number(&request->cap);
  if (asid_pools[number] == 0) {
    return asid_bad(request);
  }
  if (asid_pools[number] != cap_asid_pool_paddr(&request->cap)) {
    return invocation_bad_cap(request, 0);
  }
  *asid = free_asid(number);
  return *asid == 0 ? ERR_DELETE_FIRST : ERR_NONE;
}

enum err vspace_invoke_asid_pool(struct request *request) {
  word_t asid = 0;
  if (request->label != INVOCATION_ASID_POOL_ASSIGN) {
    return ERR_ILLEGAL_OPERATION;
  }
  enum err err = assign_check(request, &asid);
  if (err != ERR_NONE) {
    return err;
  }
  struct cap pd = slot_cap(request->extra[0]);
  cap_page_directory_set_asid(&pd, asid);
  slot_set_cap(request->extra[0], pd);
  asid_set(asid, cap_page_directory_paddr(&pd));
  return ERR_NONE;
}
