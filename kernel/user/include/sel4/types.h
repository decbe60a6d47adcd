/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seL4's public types, so that programs written for seL4 read the same here.
 * Names and shapes are an outside contract; the values come from abi/.
 */
#pragma once

#include "abi/error.h"
#include "abi/message.h"
#include "abi/object.h"
#include "abi/types.h"

typedef word_t seL4_Word;
typedef cptr_t seL4_CPtr;
typedef uint8_t seL4_Uint8;
typedef enum err seL4_Error;

typedef seL4_CPtr seL4_CNode;
typedef seL4_CPtr seL4_Untyped;
typedef seL4_CPtr seL4_TCB;
typedef seL4_CPtr seL4_IRQControl;
typedef seL4_CPtr seL4_IRQHandler;
typedef seL4_CPtr seL4_ARM_Page;
typedef seL4_CPtr seL4_ARM_PageTable;
typedef seL4_CPtr seL4_ARM_PageDirectory;
typedef seL4_CPtr seL4_ARM_ASIDControl;
typedef seL4_CPtr seL4_ARM_ASIDPool;

typedef word_t seL4_ARM_VMAttributes; /* VM_* of abi/object.h */

typedef struct {
  seL4_Word words[1];
} seL4_MessageInfo_t;

typedef struct {
  seL4_Word words[1]; /* RIGHT_* of abi/object.h */
} seL4_CapRights_t;

typedef struct ipc_buffer seL4_IPCBuffer;

/* Registers in the order in which TCB_Read/WriteRegisters carry them. */
typedef struct {
  seL4_Word pc, sp, cpsr, r0, r1, r8, r9, r10, r11, r12;
  seL4_Word r2, r3, r4, r5, r6, r7, r14, tpidrurw, tpidruro;
} seL4_UserContext;

_Static_assert(sizeof(seL4_UserContext) == 19 * sizeof(seL4_Word), "ABI");

static inline seL4_MessageInfo_t seL4_MessageInfo_new(seL4_Word label,
                                                      seL4_Word unwrapped,
                                                      seL4_Word extra_caps,
                                                      seL4_Word length) {
  return (seL4_MessageInfo_t){
      {MESSAGE_INFO(label, unwrapped, extra_caps, length)}};
}

static inline seL4_Word seL4_MessageInfo_get_label(seL4_MessageInfo_t info) {
  return MESSAGE_LABEL(info.words[0]);
}

static inline seL4_Word seL4_MessageInfo_get_length(seL4_MessageInfo_t info) {
  return MESSAGE_LENGTH(info.words[0]);
}

static inline seL4_Word
seL4_MessageInfo_get_extraCaps(seL4_MessageInfo_t info) {
  return MESSAGE_EXTRA_CAPS(info.words[0]);
}

static inline seL4_Word
seL4_MessageInfo_get_capsUnwrapped(seL4_MessageInfo_t info) {
  return MESSAGE_CAPS_UNWRAPPED(info.words[0]);
}

static inline seL4_CapRights_t seL4_CapRights_new(seL4_Word grant_reply,
                                                  seL4_Word grant,
                                                  seL4_Word read,
                                                  seL4_Word write) {
  return (seL4_CapRights_t){
      {(write ? RIGHT_WRITE : 0) | (read ? RIGHT_READ : 0) |
       (grant ? RIGHT_GRANT : 0) | (grant_reply ? RIGHT_GRANT_REPLY : 0)}};
}

#define seL4_AllRights seL4_CapRights_new(1, 1, 1, 1)
#define seL4_ReadWrite seL4_CapRights_new(0, 0, 1, 1)
#define seL4_CanRead seL4_CapRights_new(0, 0, 1, 0)
#define seL4_CanWrite seL4_CapRights_new(0, 0, 0, 1)
#define seL4_NoRights seL4_CapRights_new(0, 0, 0, 0)
