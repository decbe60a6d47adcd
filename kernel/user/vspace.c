/* SPDX-License-Identifier: BSD-2-Clause */
/* Invocations of frames, page tables and ASIDs. */
#include "invoke.h"
#include "sel4/invocations.h"
#include "sel4/syscalls.h"

/* NOLINTBEGIN(readability-function-size): seL4's own parameter lists */
seL4_Error seL4_ARM_Page_Map(seL4_ARM_Page page, seL4_ARM_PageDirectory pd,
                             seL4_Word vaddr, seL4_CapRights_t rights,
                             seL4_ARM_VMAttributes attributes) {
  return INVOKE(page, PAGE_MAP, CAPS(pd),
                WORDS(vaddr, rights.words[0], attributes));
}

seL4_Error seL4_ARM_Page_Unmap(seL4_ARM_Page page) {
  return INVOKE(page, PAGE_UNMAP);
}

seL4_Error seL4_ARM_Page_Clean_Data(seL4_ARM_Page page, seL4_Word start,
                                    seL4_Word end) {
  return INVOKE(page, PAGE_CLEAN_DATA, WORDS(start, end));
}

seL4_Error seL4_ARM_Page_Invalidate_Data(seL4_ARM_Page page, seL4_Word start,
                                         seL4_Word end) {
  return INVOKE(page, PAGE_INVALIDATE_DATA, WORDS(start, end));
}

seL4_Error seL4_ARM_Page_CleanInvalidate_Data(seL4_ARM_Page page,
                                              seL4_Word start, seL4_Word end) {
  return INVOKE(page, PAGE_CLEAN_INVALIDATE_DATA, WORDS(start, end));
}

seL4_Error seL4_ARM_Page_Unify_Instruction(seL4_ARM_Page page, seL4_Word start,
                                           seL4_Word end) {
  return INVOKE(page, PAGE_UNIFY_INSTRUCTION, WORDS(start, end));
}

seL4_ARM_Page_GetAddress_t seL4_ARM_Page_GetAddress(seL4_ARM_Page page) {
  seL4_ARM_Page_GetAddress_t result = {.error = INVOKE(page, PAGE_GET_ADDRESS)};
  result.paddr = result.error == ERR_NONE ? seL4_GetMR(0) : 0;
  return result;
}

seL4_Error seL4_ARM_PageDirectory_Clean_Data(seL4_ARM_PageDirectory pd,
                                             seL4_Word start, seL4_Word end) {
  return INVOKE(pd, PD_CLEAN_DATA, WORDS(start, end));
}

seL4_Error seL4_ARM_PageDirectory_Invalidate_Data(seL4_ARM_PageDirectory pd,
                                                  seL4_Word start,
                                                  seL4_Word end) {
  return INVOKE(pd, PD_INVALIDATE_DATA, WORDS(start, end));
}

seL4_Error seL4_ARM_PageTable_Map(seL4_ARM_PageTable table,
                                  seL4_ARM_PageDirectory pd, seL4_Word vaddr,
                                  seL4_ARM_VMAttributes attributes) {
  return INVOKE(table, PAGE_TABLE_MAP, CAPS(pd), WORDS(vaddr, attributes));
}

seL4_Error seL4_ARM_PageTable_Unmap(seL4_ARM_PageTable table) {
  return INVOKE(table, PAGE_TABLE_UNMAP);
}

seL4_Error seL4_ARM_ASIDControl_MakePool(seL4_ARM_ASIDControl control,
                                         seL4_Untyped untyped, seL4_CNode root,
                                         seL4_Word index, seL4_Uint8 depth) {
  return INVOKE(control, ASID_CONTROL_MAKE_POOL, CAPS(untyped, root),
                WORDS(index, depth));
}

seL4_Error seL4_ARM_ASIDPool_Assign(seL4_ARM_ASIDPool pool, seL4_CPtr vspace) {
  return INVOKE(pool, ASID_POOL_ASSIGN, CAPS(vspace));
}
/* NOLINTEND(readability-function-size) */
