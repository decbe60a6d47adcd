/* SPDX-License-Identifier: BSD-2-Clause */
/* Invocations of untyped memory and CNodes. */
#include "invoke.h"
#include "sel4/invocations.h"

/* NOLINTBEGIN(readability-function-size): seL4's own parameter lists */
seL4_Error seL4_Untyped_Retype(seL4_Untyped untyped, seL4_Word type,
                               seL4_Word size_bits, seL4_CNode root,
                               seL4_Word node_index, seL4_Word node_depth,
                               seL4_Word node_offset, seL4_Word count) {
  return INVOKE(
      untyped, UNTYPED_RETYPE, CAPS(root),
      WORDS(type, size_bits, node_index, node_depth, node_offset, count));
}

seL4_Error seL4_CNode_Revoke(seL4_CNode root, seL4_Word index,
                             seL4_Uint8 depth) {
  return INVOKE(root, CNODE_REVOKE, WORDS(index, depth));
}

seL4_Error seL4_CNode_Delete(seL4_CNode root, seL4_Word index,
                             seL4_Uint8 depth) {
  return INVOKE(root, CNODE_DELETE, WORDS(index, depth));
}

seL4_Error seL4_CNode_CancelBadgedSends(seL4_CNode root, seL4_Word index,
                                        seL4_Uint8 depth) {
  return INVOKE(root, CNODE_CANCEL_BADGED_SENDS, WORDS(index, depth));
}

seL4_Error seL4_CNode_SaveCaller(seL4_CNode root, seL4_Word index,
                                 seL4_Uint8 depth) {
  return INVOKE(root, CNODE_SAVE_CALLER, WORDS(index, depth));
}

seL4_Error seL4_CNode_Copy(seL4_CNode dest_root, seL4_Word dest_index,
                           seL4_Uint8 dest_depth, seL4_CNode src_root,
                           seL4_Word src_index, seL4_Uint8 src_depth,
                           seL4_CapRights_t rights) {
  return INVOKE(
      dest_root, CNODE_COPY, CAPS(src_root),
      WORDS(dest_index, dest_depth, src_index, src_depth, rights.words[0]));
}

seL4_Error seL4_CNode_Mint(seL4_CNode dest_root, seL4_Word dest_index,
                           seL4_Uint8 dest_depth, seL4_CNode src_root,
                           seL4_Word src_index, seL4_Uint8 src_depth,
                           seL4_CapRights_t rights, seL4_Word badge) {
  return INVOKE(dest_root, CNODE_MINT, CAPS(src_root),
                WORDS(dest_index, dest_depth, src_index, src_depth,
                      rights.words[0], badge));
}

seL4_Error seL4_CNode_Move(seL4_CNode dest_root, seL4_Word dest_index,
                           seL4_Uint8 dest_depth, seL4_CNode src_root,
                           seL4_Word src_index, seL4_Uint8 src_depth) {
  return INVOKE(dest_root, CNODE_MOVE, CAPS(src_root),
                WORDS(dest_index, dest_depth, src_index, src_depth));
}

seL4_Error seL4_CNode_Mutate(seL4_CNode dest_root, seL4_Word dest_index,
                             seL4_Uint8 dest_depth, seL4_CNode src_root,
                             seL4_Word src_index, seL4_Uint8 src_depth,
                             seL4_Word badge) {
  return INVOKE(dest_root, CNODE_MUTATE, CAPS(src_root),
                WORDS(dest_index, dest_depth, src_index, src_depth, badge));
}
/* NOLINTEND(readability-function-size) */
