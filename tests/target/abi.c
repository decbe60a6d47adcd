/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the ABI lays down as numbers: type codes, object sizes, which label
 * belongs to which object, the root task's slots, bootinfo.
 */
#include "arena.h"
#include "calls.h"
#include "groups.h"
#include "report.h"
#include "rt/root.h"
#include "sel4/sel4.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define ROOM_BITS 18

static const struct bootinfo *bootinfo;

void abi_start(const struct bootinfo *info) {
  bootinfo = info;
}

/* ---- objects ------------------------------------------------------------- */

static const struct {
  enum object_type type;
  word_t size_bits; /* argument of Retype */
  word_t bits;      /* log2 bytes */
  word_t kind;
} objects[] = {{OBJECT_UNTYPED, 4, 4, KIND_UNTYPED},
               {OBJECT_UNTYPED, 13, 13, KIND_UNTYPED},
               {OBJECT_TCB, 0, 10, KIND_TCB},
               {OBJECT_ENDPOINT, 0, 4, KIND_ENDPOINT},
               {OBJECT_NOTIFICATION, 0, 4, KIND_NOTIFICATION},
               {OBJECT_CNODE, 1, 5, KIND_CNODE},
               {OBJECT_CNODE, 9, 13, KIND_CNODE},
               {OBJECT_PAGE_DIRECTORY, 0, 14, KIND_PAGE_DIRECTORY},
               {OBJECT_SMALL_PAGE, 0, 12, KIND_SMALL_FRAME},
               {OBJECT_LARGE_PAGE, 0, 16, KIND_FRAME},
               {OBJECT_PAGE_TABLE, 0, 10, KIND_PAGE_TABLE}};

#define RETYPE(untyped, type, size_bits, slot, count)                          \
  REQUEST(untyped, UNTYPED_RETYPE, CAPS(ROOT),                                 \
          WORDS(type, size_bits, 0, 0, slot, count))

static void sizes(void) {
  for (size_t i = 0; i < COUNT(objects); i++) {
    cptr_t room = arena_make(OBJECT_UNTYPED, ROOM_BITS);
    cptr_t slot = arena_slot();
    EXPECT("an object is made",
           RETYPE(room, objects[i].type, objects[i].size_bits, slot, 1),
           ERR_NONE);
    CHECK(cap_kind(slot) == objects[i].kind, "it has its type code");
    EXPECT("it has taken its size out of the untyped",
           RETYPE(room, OBJECT_UNTYPED, ROOM_BITS, arena_slot(), 1),
           ERR_NOT_ENOUGH_MEMORY,
           WORDS((1u << ROOM_BITS) - (1u << objects[i].bits)));
    arena_delete(slot);
  }
}

/* 16 MiB are more than there is; device.c maps the other sizes of frames. */
static void supersection(void) {
  cptr_t room = arena_make(OBJECT_UNTYPED, ROOM_BITS);
  EXPECT("a supersection takes more than 2^18 bytes",
         RETYPE(room, OBJECT_SUPERSECTION, 0, arena_slot(), 1),
         ERR_NOT_ENOUGH_MEMORY, WORDS(1u << ROOM_BITS));
}

/* ---- labels -------------------------------------------------------------- */

/* Which labels each kind of object knows, as a first and a last one. */
static const struct {
  word_t first;
  word_t last;
} known[] = {{1, 1}, {2, 16}, {17, 25}, {33, 36}, {37, 38}, {39, 45}};

static bool knows(size_t object, word_t label) {
  return label >= known[object].first && label <= known[object].last;
}

/* Without words and caps no label does anything that matters here. */
static void labels(void) {
  cptr_t made[] = {
      arena_make(OBJECT_UNTYPED, 12),   arena_make(OBJECT_TCB, 0),
      arena_make(OBJECT_CNODE, 2),      arena_make(OBJECT_PAGE_DIRECTORY, 0),
      arena_make(OBJECT_PAGE_TABLE, 0), arena_make(OBJECT_SMALL_PAGE, 0)};
  for (size_t i = 0; i < COUNT(made); i++) {
    for (word_t label = 0; label <= INVOCATION_COUNT; label++) {
      struct invoke_call call = {.object = made[i],
                                 .label = (enum invocation)label};
      word_t answer = MESSAGE_LABEL(request(&call));
      bool illegal = answer == ERR_ILLEGAL_OPERATION;
      if (!knows(i, label)) {
        CHECK(illegal, "a label of another object is illegal");
      }
    }
  }
}

/* ---- debug calls and unknown numbers ------------------------------------- */

static word_t kinds_differ(void) {
  static const struct {
    cptr_t slot;
    word_t kind;
  } fixed[] = {{ROOT_SLOT_NULL, KIND_NULL},
               {ROOT_SLOT_TCB, KIND_TCB},
               {ROOT_SLOT_CNODE, KIND_CNODE},
               {ROOT_SLOT_VSPACE, KIND_PAGE_DIRECTORY},
               {ROOT_SLOT_IRQ_CONTROL, KIND_IRQ_CONTROL},
               {ROOT_SLOT_ASID_CONTROL, KIND_ASID_CONTROL},
               {ROOT_SLOT_ASID_POOL, KIND_ASID_POOL},
               {7, KIND_NULL},
               {8, KIND_NULL},
               {ROOT_SLOT_BOOTINFO_FRAME, KIND_SMALL_FRAME},
               {ROOT_SLOT_IPC_BUFFER, KIND_SMALL_FRAME},
               {ROOT_SLOT_DOMAIN, KIND_DOMAIN},
               {12, KIND_NULL},
               {13, KIND_NULL},
               {14, KIND_NULL},
               {15, KIND_NULL}};
  word_t differ = 0;
  for (size_t i = 0; i < COUNT(fixed); i++) {
    differ += cap_kind(fixed[i].slot) != fixed[i].kind;
  }
  return differ;
}

static bool slots_hold(struct bootinfo_slots slots, word_t kind) {
  bool all = slots.start < slots.end;
  for (word_t slot = slots.start; slot < slots.end; slot++) {
    all = all && cap_kind(slot) == kind;
  }
  return all;
}

/* ---- bootinfo ------------------------------------------------------------ */

static void root_slots(void) {
  CHECK(kinds_differ() == 0, "the fixed slots hold what belongs there");
  CHECK(bootinfo->user_image_paging.start == ROOT_SLOT_FIRST_FREE &&
            slots_hold(bootinfo->user_image_paging, KIND_PAGE_TABLE),
        "page tables come first");
  CHECK(bootinfo->extra_pages.start == bootinfo->user_image_paging.end &&
            slots_hold(bootinfo->extra_pages, KIND_SMALL_FRAME),
        "then the frames of the extra bootinfo");
  CHECK(bootinfo->user_image_frames.start == bootinfo->extra_pages.end &&
            slots_hold(bootinfo->user_image_frames, KIND_SMALL_FRAME),
        "then those of the image");
  CHECK(bootinfo->untyped.start == bootinfo->user_image_frames.end &&
            slots_hold(bootinfo->untyped, KIND_UNTYPED),
        "then untyped memory");
  CHECK(bootinfo->empty.start == bootinfo->untyped.end &&
            bootinfo->empty.end == 1u << ROOT_CNODE_BITS,
        "what follows is empty");
}

static void boot_fields(void) {
  vaddr_t buffer = (vaddr_t)(uintptr_t)seL4_GetIPCBuffer();
  CHECK(bootinfo->node_id == 0 && bootinfo->node_count == 1,
        "there is one node, number 0");
  CHECK(bootinfo->iopt_levels == 0, "there are no IO page tables");
  CHECK(bootinfo->ipc_buffer == buffer, "bootinfo tells the IPC buffer");
  CHECK((vaddr_t)(uintptr_t)bootinfo == buffer + 0x1000,
        "bootinfo lies behind the IPC buffer");
  CHECK(bootinfo->shared_frames.end == 0 && bootinfo->io_space_caps.end == 0,
        "there are no shared frames and no IO spaces");
  CHECK(bootinfo->root_cnode_bits == 13 && bootinfo->root_domain == 0,
        "the root CNode has 2^13 slots, the domain is 0");
}

static const struct bootinfo_chunk *find_chunk(word_t id) {
  const uint8_t *at = (const uint8_t *)bootinfo + 0x1000;
  const uint8_t *end = at + bootinfo->extra_len;
  while (at < end) {
    const struct bootinfo_chunk *chunk = (const void *)at;
    if (chunk->id == id || chunk->length == 0) {
      return chunk->id == id ? chunk : NULL;
    }
    at += chunk->length;
  }
  return NULL;
}

static void extra(void) {
  static const uint8_t magic[] = {0xd0, 0x0d, 0xfe, 0xed};
  const struct bootinfo_chunk *tree = find_chunk(BOOTINFO_CHUNK_DEVICE_TREE);
  CHECK(tree != NULL && memcmp(tree + 1, magic, sizeof magic) == 0,
        "the extra bootinfo holds the device tree");
}

static void untypeds(void) {
  word_t count = bootinfo->untyped.end - bootinfo->untyped.start;
  bool sound = count <= BOOTINFO_MAX_UNTYPED;
  bool devices_first = true;
  for (word_t i = 0; i < count && sound; i++) {
    const struct bootinfo_untyped *u = &bootinfo->untyped_list[i];
    sound = u->size_bits >= 4 && u->size_bits <= 29 &&
            (u->paddr & ((1u << u->size_bits) - 1)) == 0;
    if (i > 0 && u->is_device > bootinfo->untyped_list[i - 1].is_device) {
      devices_first = false;
    }
  }
  CHECK(sound, "each untyped is aligned to its size, 2^4 to 2^29");
  CHECK(devices_first, "devices come before RAM");
}

void test_abi(void) {
  sizes();
  supersection();
  labels();
  root_slots();
  boot_fields();
  extra();
  untypeds();
}
