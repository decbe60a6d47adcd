/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Content of the extra bootinfo and the arithmetic of untyped blocks. Nothing
 * here may depend on the number of replicas or on which one this is; the one
 * word that tells baseline from replicated system is device_by_call.
 */
#include "kernel/boot_info.h"
#include "abi/object.h"
#include "kernel/arch.h"
#include "kernel/hooks.h"

#define DEVICE_TREE_MAGIC 0xd00dfeedu /* Devicetree Specification 0.4, 5.2 */
#define DEVICE_TREE_HEADER 40u
#define DATA_ALIGN 8u

#define ARGUMENTS_BYTES                                                        \
  (sizeof(struct bootinfo_chunk) + sizeof(struct boot_arguments))
/* A padding chunk, so that the next chunk's data are aligned. */
#define PADDING_BYTES                                                          \
  (sizeof(struct bootinfo_chunk) +                                             \
   (DATA_ALIGN - ARGUMENTS_BYTES % DATA_ALIGN) % DATA_ALIGN)

_Static_assert((ARGUMENTS_BYTES + PADDING_BYTES) % DATA_ALIGN == 0,
               "a chunk header is as long as the alignment");

/* A root task that nobody has anything to tell finds what the ABI says. */
static bool has_arguments(const struct boot_config *config) {
  return config->command_line[0] != '\0' || config->ramdisk_size != 0;
}

/* Bytes before the chunk of the device tree. */
static word_t bytes_before_tree(const struct boot_config *config) {
  return has_arguments(config) ? ARGUMENTS_BYTES + PADDING_BYTES : 0;
}

word_t boot_info_extra_bytes(const struct boot_handover *handover) {
  if (handover->dtb_size == 0) {
    return has_arguments(&handover->config) ? ARGUMENTS_BYTES : 0;
  }
  return bytes_before_tree(&handover->config) +
         (word_t)sizeof(struct bootinfo_chunk) + handover->dtb_size;
}

static void *chunk_begin(void *at, enum bootinfo_chunk_id id, word_t length) {
  struct bootinfo_chunk *chunk = at;
  chunk->id = id;
  chunk->length = length;
  return chunk + 1;
}

static void write_arguments(struct boot_arguments *arguments,
                            const struct boot_config *config) {
  arguments->device_by_call = hook_user_device_access() ? 0 : 1;
  arguments->ramdisk_base =
      config->ramdisk_size == 0 ? 0 : config->ramdisk_base;
  arguments->ramdisk_size = config->ramdisk_size;
  for (word_t i = 0; i < BOOT_COMMAND_LINE_SIZE; i++) {
    arguments->command_line[i] = config->command_line[i];
  }
}

void boot_info_write_extra(void *extra, const struct boot_handover *handover) {
  const struct boot_config *config = &handover->config;
  uint8_t *at = extra;
  if (has_arguments(config)) {
    write_arguments(
        chunk_begin(at, BOOTINFO_CHUNK_BOOT_ARGUMENTS, ARGUMENTS_BYTES),
        config);
  }
  if (handover->dtb_size == 0) {
    return;
  }
  if (has_arguments(config)) {
    chunk_begin(at + ARGUMENTS_BYTES, BOOTINFO_CHUNK_PADDING, PADDING_BYTES);
  }
  at += bytes_before_tree(config);
  uint8_t *tree =
      chunk_begin(at, BOOTINFO_CHUNK_DEVICE_TREE,
                  (word_t)sizeof(struct bootinfo_chunk) + handover->dtb_size);
  const uint8_t *source = arch_ptr(handover->dtb_start);
  for (word_t i = 0; i < handover->dtb_size; i++) {
    tree[i] = source[i];
  }
}

static word_t big_endian(const uint8_t *at) {
  return (word_t)at[0] << 24 | (word_t)at[1] << 16 | (word_t)at[2] << 8 | at[3];
}

bool boot_info_tree_ok(const struct boot_handover *handover) {
  if (handover->dtb_size == 0) {
    return true;
  }
  if (handover->dtb_size < DEVICE_TREE_HEADER ||
      handover->dtb_size > BOOT_DEVICE_TREE_MAX) {
    return false;
  }
  const uint8_t *tree = arch_ptr(handover->dtb_start);
  return big_endian(tree) == DEVICE_TREE_MAGIC &&
         big_endian(tree + 4) <= handover->dtb_size;
}

paddr_t boot_info_cut(paddr_t start, paddr_t end, word_t *size_bits) {
  word_t left = end - start; /* also right for end = 2^32 */
  word_t bits = UNTYPED_MAX_BITS;
  while (bits >= UNTYPED_MIN_BITS &&
         ((start & ((1u << bits) - 1)) != 0 || (1u << bits) > left)) {
    bits--;
  }
  if (bits < UNTYPED_MIN_BITS) {
    word_t step =
        (1u << UNTYPED_MIN_BITS) - (start & ((1u << UNTYPED_MIN_BITS) - 1));
    *size_bits = 0;
    return step >= left ? end : start + step;
  }
  *size_bits = bits;
  return start + (1u << bits);
}
