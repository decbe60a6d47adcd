/* SPDX-License-Identifier: BSD-2-Clause */
/* General purpose timer, IMX6DQRM chapter 30; no table of its own. */
#include "device.h"

#include "arena.h"
#include "root/check.h"
#include "sel4/sel4.h"
#include "shim_user/shim.h"
#include "timer/imx_gpt.h"

#define GPT_PADDR 0x02098000u /* IMX6DQRM chapter 2 */

static const struct boot_arguments *boot;
static cptr_t frame;
static cptr_t untyped;

/* A page table for good; the arena's would vanish. */
static void map_table(void) {
  cptr_t table =
      memory_objects(memory_untyped(PAGE_TABLE_BITS), OBJECT_PAGE_TABLE, 0, 1);
  check(
      seL4_ARM_PageTable_Map(table, ROOT_SLOT_VSPACE, DEVICE_PLACE, VM_DEFAULT),
      "mapping the device's page table");
}

/* The last one of the board: nothing answers there, and nobody wants it. */
static cptr_t last_device_untyped(const struct bootinfo *info) {
  word_t last = info->untyped.end - info->untyped.start - 1;
  while (!info->untyped_list[last].is_device) {
    last--;
  }
  return info->untyped.start + last;
}

void device_start(const struct bootinfo *info,
                  const struct boot_arguments *arguments) {
  boot = arguments;
  untyped = last_device_untyped(info);
  shim_start(arguments);
  map_table();
  frame = memory_device_frame(GPT_PADDR, SMALL_PAGE_BITS);
  check(seL4_ARM_Page_Map(frame, ROOT_SLOT_VSPACE, DEVICE_PLACE, seL4_ReadWrite,
                          VM_EXECUTE_NEVER),
        "mapping the device");
}

bool device_by_call(void) {
  return boot->device_by_call != 0;
}

cptr_t device_frame(void) {
  return frame;
}

cptr_t device_untyped(void) {
  return untyped;
}

static void device_write(word_t offset, word_t value) {
  shim_write32(DEVICE_PLACE + offset, value);
}

void device_begin(void) {
  word_t mode = GPT_CR_ENMOD | GPT_CR_WAITEN | GPT_CR_CLKSRC_IPG | GPT_CR_FRR;
  device_write(GPT_CR, 0);
  device_write(GPT_IR, 0);
  device_write(GPT_CR, mode); /* the clock is chosen while disabled: 30.5 */
  device_write(GPT_PR, GPT_CLOCK_MHZ - 1);
  device_write(GPT_SR, GPT_SR_OF1);
  device_write(GPT_CR, mode | GPT_CR_EN);
}

word_t device_now(void) {
  return shim_read32(DEVICE_PLACE + GPT_CNT);
}

void device_alarm(word_t time_us) {
  device_write(GPT_OCR1, time_us);
  device_write(GPT_IR, GPT_SR_OF1);
}

void device_quiet(void) {
  device_write(GPT_IR, 0);
  device_write(GPT_SR, GPT_SR_OF1);
}
