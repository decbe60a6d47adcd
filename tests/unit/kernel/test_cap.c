/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/core/cap.c, cap_relate.c: layouts, relations, rights, data. */
#include "kernel/cap.h"

#include "harness/check.h"

static void frames_keep_every_field(void) {
  static const paddr_t paddrs[] = {0, 0x10001000u, 0xfffff000u};
  static const word_t asids[] = {0, 1, 1023, 1024, 0x1ffff};

  for (word_t i = 0; i < 3 * 5 * 4 * 4 * 2; i++) {
    paddr_t paddr = paddrs[i % 3];
    word_t asid = asids[i / 3 % 5];
    enum frame_size size = (enum frame_size)(i / 15 % 4);
    enum frame_rights rights = (enum frame_rights)(i / 60 % 4);
    bool device = i / 240 != 0;
    struct cap cap = cap_frame(paddr, size, rights, device);

    CHECK(cap_frame_asid(&cap) == 0, "a fresh frame is not mapped");
    cap_frame_set_mapping(&cap, 0xdffff000u, asid);
    CHECK(cap_frame_paddr(&cap) == paddr, "a frame keeps its address");
    CHECK(cap_frame_size(&cap) == size, "a frame keeps its size");
    CHECK(cap_frame_rights(&cap) == rights, "a frame keeps its rights");
    CHECK(cap_frame_device(&cap) == device, "a frame stays a device");
    CHECK(cap_frame_vaddr(&cap) == 0xdffff000u, "a frame knows its mapping");
    CHECK(cap_frame_asid(&cap) == asid, "a frame knows its address space");
    cap_frame_set_rights(&cap, FRAME_READ_ONLY);
    CHECK(cap_frame_rights(&cap) == FRAME_READ_ONLY &&
              cap_frame_asid(&cap) == asid && cap_frame_size(&cap) == size,
          "changing rights changes nothing else");
  }
}

static void untyped_keeps_every_field(void) {
  for (word_t bits = UNTYPED_MIN_BITS; bits <= UNTYPED_MAX_BITS; bits++) {
    struct cap cap = cap_untyped(0x20000000u, bits, bits % 2 == 0);

    CHECK(cap_untyped_watermark(&cap) == 0, "fresh untyped memory is unused");
    cap_untyped_set_watermark(&cap, 1u << bits);
    CHECK(cap_untyped_watermark(&cap) == 1u << bits,
          "the watermark reaches the end");
    CHECK(cap_untyped_bits(&cap) == bits, "untyped memory keeps its size");
    CHECK(cap_untyped_paddr(&cap) == 0x20000000u, "and its address");
    CHECK(cap_untyped_device(&cap) == (bits % 2 == 0), "and its kind");
  }
}

static void tables_keep_every_field(void) {
  struct cap table = cap_page_table(0x10000400u);
  struct cap directory = cap_page_directory(0x10004000u);

  cap_page_table_set_mapping(&table, 0xdff00000u, 0x1ffff);
  CHECK(cap_page_table_vaddr(&table) == 0xdff00000u, "a table knows its place");
  CHECK(cap_page_table_asid(&table) == 0x1ffff, "and its address space");
  CHECK(cap_page_table_paddr(&table) == 0x10000400u, "and its own address");
  CHECK(cap_page_directory_asid(&directory) == 0, "no ASID at first");
  cap_page_directory_set_asid(&directory, 0x1ffff);
  CHECK(cap_page_directory_asid(&directory) == 0x1ffff, "then the one given");
}

static void guards_must_fit_in_32_bits(void) {
  struct cap cap = cap_cnode(0x10000000u, 13);

  CHECK(cap_cnode_set_guard(&cap, 19u << 3 | 0x3ffffu << 8),
        "13 + 19 bits fit");
  CHECK(cap_cnode_guard(&cap) == 0x3ffff, "18 guard bits are kept");
  CHECK(cap_cnode_guard_size(&cap) == 19, "the guard size is kept");
  CHECK(cap_cnode_radix(&cap) == 13, "the radix is untouched");
  CHECK(cap_cnode_set_guard(&cap, 3u << 3 | 0xffu << 8), "a short guard fits");
  CHECK(cap_cnode_guard(&cap) == 7, "a guard is masked to its size");
  CHECK(!cap_cnode_set_guard(&cap, 20u << 3), "13 + 20 bits do not fit");
}

static void relations_follow_memory(void) {
  struct cap memory = cap_untyped(0x10100000u, 20, false);
  struct cap inside = cap_tcb(0x101ffc00u);
  struct cap outside = cap_tcb(0x10200000u);
  struct cap part = cap_untyped(0x10100000u, 19, false);
  struct cap endpoint = cap_endpoint(0x10100000u, RIGHTS_ALL, 0);
  struct cap badged = cap_endpoint(0x10100000u, RIGHT_READ, 5);
  struct cap other = cap_endpoint(0x10100010u, RIGHTS_ALL, 0);
  struct cap reply = cap_reply(0x10100400u, false, true);

  CHECK(cap_covers(&memory, &inside), "an object in memory is a descendant");
  CHECK(!cap_covers(&memory, &outside), "one behind it is not");
  CHECK(cap_covers(&memory, &part), "part of the memory is a descendant");
  CHECK(!cap_covers(&part, &memory), "the whole is not one of its part");
  CHECK(!cap_covers(&memory, &reply), "a reply is no memory object");
  CHECK(cap_same_object(&endpoint, &badged), "a badge makes no new object");
  CHECK(!cap_same_object(&endpoint, &other), "neighbours are not the same");
  CHECK(!cap_same_object(&memory, &memory), "untyped memory is no object");
}

static void interrupt_control_covers_handlers(void) {
  struct cap control = cap_irq_control();
  struct cap handler = cap_irq_handler(50);
  struct cap other = cap_irq_handler(51);

  CHECK(cap_covers(&control, &handler), "handlers descend from control");
  CHECK(!cap_covers(&handler, &control), "and not the other way");
  CHECK(cap_same_object(&handler, &handler), "a line is one object");
  CHECK(!cap_same_object(&handler, &other), "two lines are two");
}

static void rights_are_only_ever_reduced(void) {
  for (word_t mask = 0; mask <= RIGHTS_ALL; mask++) {
    struct cap endpoint =
        cap_mask_rights(cap_endpoint(0x10100000u, 0x9, 7), mask);
    struct cap frame = cap_mask_rights(
        cap_frame(0x10100000u, FRAME_SMALL, FRAME_READ_WRITE, false), mask);
    enum frame_rights want = FRAME_KERNEL_ONLY;

    if ((mask & RIGHT_READ) != 0)
      want = (mask & RIGHT_WRITE) != 0 ? FRAME_READ_WRITE : FRAME_READ_ONLY;
    CHECK(cap_rights(&endpoint) == (mask & 0x9), "rights are masked");
    CHECK(cap_badge(&endpoint) == 7, "the badge stays");
    CHECK(cap_frame_rights(&frame) == want, "frames follow their table");
  }
  CHECK(frame_rights_mask(FRAME_READ_ONLY, RIGHTS_ALL) == FRAME_READ_ONLY,
        "read only stays read only");
  CHECK(frame_rights_mask(FRAME_KERNEL_ONLY, RIGHTS_ALL) == FRAME_KERNEL_ONLY,
        "no access stays no access");
}

static void badges_are_set_once(void) {
  struct cap cap = cap_endpoint(0x10100000u, RIGHTS_ALL, 0);
  struct cap badged = cap_update_data(cap, 0xf0000007u, true);
  struct cap again = cap_update_data(badged, 8, true);
  struct cap mutated = cap_update_data(cap, 0, false);
  struct cap cnode =
      cap_update_data(cap_cnode(0x10100000u, 20), 13u << 3, true);
  struct cap tcb = cap_update_data(cap_tcb(0x10100000u), 99, false);

  CHECK(cap_badge(&badged) == 7, "28 bits of a badge are kept");
  CHECK(again.type == CAP_NULL, "a badge can not be changed");
  CHECK(mutated.type == CAP_NULL, "a badge is set by Mint only, even 0");
  CHECK(cnode.type == CAP_NULL, "a guard that does not fit gives null");
  CHECK(tcb.type == CAP_TCB, "other types ignore the data");
}

static void identify_codes_are_the_abis(void) {
  struct cap small = cap_frame(0, FRAME_SMALL, FRAME_READ_WRITE, false);
  struct cap section = cap_frame(0, FRAME_SECTION, FRAME_READ_WRITE, false);
  struct cap null = cap_null();
  struct cap handler = cap_irq_handler(50);

  CHECK(cap_identify(&null) == 0, "null is 0");
  CHECK(cap_identify(&small) == 1, "a small frame is 1");
  CHECK(cap_identify(&section) == 3, "another frame is 3");
  CHECK(cap_identify(&handler) == 0x1e, "an IRQ handler is 0x1e");
}

static void one_of_a_kind_is_always_the_same(void) {
  struct cap control = cap_irq_control();
  struct cap domain = cap_domain();
  struct cap null = cap_null();
  struct cap untyped = cap_untyped(0x10100000u, 12, false);
  struct cap line = cap_irq_handler(50);
  struct cap sgi = cap_sgi(5, 0);

  CHECK(cap_same_object(&control, &control) &&
            cap_same_object(&domain, &domain),
        "there is one interrupt control, one domain object");
  CHECK(!cap_same_object(&control, &domain), "which differ");
  CHECK(!cap_same_object(&null, &null) && !cap_same_object(&untyped, &untyped),
        "nothing is the same as nothing, and untypeds never are");
  CHECK(!cap_same_object(&line, &sgi), "a line is no signal");
  CHECK(!cap_covers(&untyped, &domain) && !cap_covers(&domain, &control),
        "what is in no memory has no untyped above it");
  CHECK(cap_identify(&sgi) == 0x3f, "an SGI signal is 0x3f");
}

static void an_untyped_covers_what_lies_inside(void) {
  struct cap untyped = cap_untyped(0x10100000u, 12, false);
  struct cap inside = cap_tcb(0x10100400u);
  struct cap below = cap_tcb(0x100ffc00u);
  struct cap above = cap_tcb(0x10101000u);
  struct cap larger = cap_frame(0x10100000u, FRAME_LARGE, FRAME_READ_WRITE, 0);

  CHECK(cap_covers(&untyped, &inside), "from its first byte on");
  CHECK(!cap_covers(&untyped, &below) && !cap_covers(&untyped, &above) &&
            !cap_covers(&untyped, &larger),
        "to its last");
}

static void a_reply_can_lose_its_grant(void) {
  struct cap reply = cap_reply(0x10100000u, false, true);
  struct cap same = cap_mask_rights(reply, RIGHTS_ALL);
  struct cap less = cap_mask_rights(reply, RIGHT_READ);

  CHECK(cap_reply_grant(&same) && !cap_reply_grant(&less) &&
            cap_reply_tcb(&less) == 0x10100000u,
        "and nothing else");
}

int main(void) {
  frames_keep_every_field();
  untyped_keeps_every_field();
  tables_keep_every_field();
  guards_must_fit_in_32_bits();
  relations_follow_memory();
  interrupt_control_covers_handlers();
  rights_are_only_ever_reduced();
  badges_are_set_once();
  identify_codes_are_the_abis();
  one_of_a_kind_is_always_the_same();
  an_untyped_covers_what_lies_inside();
  a_reply_can_lose_its_grant();
  return check_report("cap");
}
