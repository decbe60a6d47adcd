/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Invocations of kernel objects under seL4's public names and parameter
 * orders. Each is a Call with the label of abi/invocation.h. All return
 * ERR_NONE or the kernel's error code; the words that explain an error are
 * then in MR0.. of the IPC buffer (abi/error.h).
 */
#pragma once

#include "sel4/types.h"

/* ---- untyped memory ------------------------------------------------------ */

/** Make `count` objects; caps go to slots node_offset.. of the CNode that
 * (root, node_index, node_depth) names; depth 0 means `root` itself. */
seL4_Error seL4_Untyped_Retype(seL4_Untyped untyped, seL4_Word type,
                               seL4_Word size_bits, seL4_CNode root,
                               seL4_Word node_index, seL4_Word node_depth,
                               seL4_Word node_offset, seL4_Word count);

/* ---- CNodes -------------------------------------------------------------- */

seL4_Error seL4_CNode_Revoke(seL4_CNode root, seL4_Word index,
                             seL4_Uint8 depth);
seL4_Error seL4_CNode_Delete(seL4_CNode root, seL4_Word index,
                             seL4_Uint8 depth);
seL4_Error seL4_CNode_CancelBadgedSends(seL4_CNode root, seL4_Word index,
                                        seL4_Uint8 depth);
seL4_Error seL4_CNode_SaveCaller(seL4_CNode root, seL4_Word index,
                                 seL4_Uint8 depth);
seL4_Error seL4_CNode_Copy(seL4_CNode dest_root, seL4_Word dest_index,
                           seL4_Uint8 dest_depth, seL4_CNode src_root,
                           seL4_Word src_index, seL4_Uint8 src_depth,
                           seL4_CapRights_t rights);
seL4_Error seL4_CNode_Mint(seL4_CNode dest_root, seL4_Word dest_index,
                           seL4_Uint8 dest_depth, seL4_CNode src_root,
                           seL4_Word src_index, seL4_Uint8 src_depth,
                           seL4_CapRights_t rights, seL4_Word badge);
seL4_Error seL4_CNode_Move(seL4_CNode dest_root, seL4_Word dest_index,
                           seL4_Uint8 dest_depth, seL4_CNode src_root,
                           seL4_Word src_index, seL4_Uint8 src_depth);
seL4_Error seL4_CNode_Mutate(seL4_CNode dest_root, seL4_Word dest_index,
                             seL4_Uint8 dest_depth, seL4_CNode src_root,
                             seL4_Word src_index, seL4_Uint8 src_depth,
                             seL4_Word badge);

/* ---- threads ------------------------------------------------------------- */

seL4_Error seL4_TCB_ReadRegisters(seL4_TCB tcb, bool suspend, seL4_Uint8 arch,
                                  seL4_Word count, seL4_UserContext *regs);
seL4_Error seL4_TCB_WriteRegisters(seL4_TCB tcb, bool resume, seL4_Uint8 arch,
                                   seL4_Word count,
                                   const seL4_UserContext *regs);
seL4_Error seL4_TCB_Configure(seL4_TCB tcb, seL4_Word fault_ep,
                              seL4_CNode cspace_root, seL4_Word cspace_data,
                              seL4_CPtr vspace_root, seL4_Word vspace_data,
                              seL4_Word buffer, seL4_CPtr buffer_frame);
seL4_Error seL4_TCB_SetSpace(seL4_TCB tcb, seL4_Word fault_ep,
                             seL4_CNode cspace_root, seL4_Word cspace_data,
                             seL4_CPtr vspace_root, seL4_Word vspace_data);
seL4_Error seL4_TCB_SetIPCBuffer(seL4_TCB tcb, seL4_Word buffer,
                                 seL4_CPtr buffer_frame);
seL4_Error seL4_TCB_SetPriority(seL4_TCB tcb, seL4_TCB authority,
                                seL4_Word priority);
seL4_Error seL4_TCB_SetMCPriority(seL4_TCB tcb, seL4_TCB authority,
                                  seL4_Word mcp);
seL4_Error seL4_TCB_SetSchedParams(seL4_TCB tcb, seL4_TCB authority,
                                   seL4_Word mcp, seL4_Word priority);
seL4_Error seL4_TCB_Suspend(seL4_TCB tcb);
seL4_Error seL4_TCB_Resume(seL4_TCB tcb);
seL4_Error seL4_TCB_BindNotification(seL4_TCB tcb, seL4_CPtr notification);
seL4_Error seL4_TCB_UnbindNotification(seL4_TCB tcb);
seL4_Error seL4_TCB_SetTLSBase(seL4_TCB tcb, seL4_Word base);

typedef struct {
  seL4_Error error;
  seL4_Word flags; /* as they are now; bit 0: no floating point */
} seL4_TCB_SetFlags_t;

seL4_TCB_SetFlags_t seL4_TCB_SetFlags(seL4_TCB tcb, seL4_Word clear,
                                      seL4_Word set);

/* ---- virtual memory ------------------------------------------------------ */

seL4_Error seL4_ARM_Page_Map(seL4_ARM_Page page, seL4_ARM_PageDirectory pd,
                             seL4_Word vaddr, seL4_CapRights_t rights,
                             seL4_ARM_VMAttributes attributes);
seL4_Error seL4_ARM_Page_Unmap(seL4_ARM_Page page);
seL4_Error seL4_ARM_Page_Clean_Data(seL4_ARM_Page page, seL4_Word start,
                                    seL4_Word end);
seL4_Error seL4_ARM_Page_Invalidate_Data(seL4_ARM_Page page, seL4_Word start,
                                         seL4_Word end);
seL4_Error seL4_ARM_Page_CleanInvalidate_Data(seL4_ARM_Page page,
                                              seL4_Word start, seL4_Word end);
seL4_Error seL4_ARM_Page_Unify_Instruction(seL4_ARM_Page page, seL4_Word start,
                                           seL4_Word end);

typedef struct {
  seL4_Error error;
  seL4_Word paddr; /* canonical physical address */
} seL4_ARM_Page_GetAddress_t;

seL4_ARM_Page_GetAddress_t seL4_ARM_Page_GetAddress(seL4_ARM_Page page);

seL4_Error seL4_ARM_PageDirectory_Clean_Data(seL4_ARM_PageDirectory pd,
                                             seL4_Word start, seL4_Word end);
seL4_Error seL4_ARM_PageDirectory_Invalidate_Data(seL4_ARM_PageDirectory pd,
                                                  seL4_Word start,
                                                  seL4_Word end);
seL4_Error seL4_ARM_PageTable_Map(seL4_ARM_PageTable table,
                                  seL4_ARM_PageDirectory pd, seL4_Word vaddr,
                                  seL4_ARM_VMAttributes attributes);
seL4_Error seL4_ARM_PageTable_Unmap(seL4_ARM_PageTable table);
seL4_Error seL4_ARM_ASIDControl_MakePool(seL4_ARM_ASIDControl control,
                                         seL4_Untyped untyped, seL4_CNode root,
                                         seL4_Word index, seL4_Uint8 depth);
seL4_Error seL4_ARM_ASIDPool_Assign(seL4_ARM_ASIDPool pool, seL4_CPtr vspace);

/* ---- interrupts ---------------------------------------------------------- */

seL4_Error seL4_IRQControl_Get(seL4_IRQControl control, seL4_Word irq,
                               seL4_CNode root, seL4_Word index,
                               seL4_Uint8 depth);
seL4_Error seL4_IRQHandler_Ack(seL4_IRQHandler handler);
seL4_Error seL4_IRQHandler_SetNotification(seL4_IRQHandler handler,
                                           seL4_CPtr notification);
seL4_Error seL4_IRQHandler_Clear(seL4_IRQHandler handler);
