/* SPDX-License-Identifier: BSD-2-Clause */
/* Object types that Untyped_Retype accepts, and object sizes (log2 bytes). */
#pragma once

enum object_type {
  OBJECT_UNTYPED = 0,
  OBJECT_TCB = 1,
  OBJECT_ENDPOINT = 2,
  OBJECT_NOTIFICATION = 3,
  OBJECT_CNODE = 4,
  OBJECT_PAGE_DIRECTORY = 5,
  OBJECT_SMALL_PAGE = 6,
  OBJECT_LARGE_PAGE = 7,
  OBJECT_SECTION = 8,
  OBJECT_SUPERSECTION = 9,
  OBJECT_PAGE_TABLE = 10,
  OBJECT_TYPE_COUNT = 11,
};

#define SLOT_BITS 4
#define TCB_BITS 10
#define ENDPOINT_BITS 4
#define NOTIFICATION_BITS 4
#define PAGE_DIRECTORY_BITS 14
#define PAGE_TABLE_BITS 10
#define SMALL_PAGE_BITS 12
#define LARGE_PAGE_BITS 16
#define SECTION_BITS 20
#define SUPERSECTION_BITS 24
#define ASID_POOL_BITS 12
#define ASID_POOL_INDEX_BITS 10
#define ASID_POOL_COUNT 128
#define UNTYPED_MIN_BITS 4
#define UNTYPED_MAX_BITS 29
#define ROOT_CNODE_BITS 13

#define RIGHT_WRITE (1u << 0)
#define RIGHT_READ (1u << 1)
#define RIGHT_GRANT (1u << 2)
#define RIGHT_GRANT_REPLY (1u << 3)
#define RIGHTS_ALL 0xfu

#define BADGE_BITS 28

#define VM_CACHEABLE (1u << 0)
#define VM_PARITY (1u << 1)
#define VM_EXECUTE_NEVER (1u << 2)
#define VM_DEFAULT (VM_CACHEABLE | VM_PARITY)

#define USER_TOP 0xe0000000u /* first address that user level never owns */
