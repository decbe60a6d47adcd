/* SPDX-License-Identifier: BSD-2-Clause */
/* Invocations of threads. */
#include "invoke.h"
#include "sel4/invocations.h"
#include "sel4/syscalls.h"

#include <string.h>

/* NOLINTBEGIN(readability-function-size): seL4's own parameter lists */
#define REGISTER_COUNT (sizeof(seL4_UserContext) / sizeof(seL4_Word))

static seL4_Word register_count(seL4_Word count) {
  return count < REGISTER_COUNT ? count : REGISTER_COUNT;
}

seL4_Error seL4_TCB_ReadRegisters(seL4_TCB tcb, bool suspend, seL4_Uint8 arch,
                                  seL4_Word count, seL4_UserContext *regs) {
  seL4_Error error =
      INVOKE(tcb, TCB_READ_REGISTERS,
             WORDS((seL4_Word)suspend | (seL4_Word)arch << 8, count));
  if (error == ERR_NONE) {
    memcpy(regs, seL4_GetIPCBuffer()->mr,
           register_count(count) * sizeof(seL4_Word));
  }
  return error;
}

seL4_Error seL4_TCB_WriteRegisters(seL4_TCB tcb, bool resume, seL4_Uint8 arch,
                                   seL4_Word count,
                                   const seL4_UserContext *regs) {
  seL4_Word sent = register_count(count);
  memcpy(&seL4_GetIPCBuffer()->mr[2], regs, sent * sizeof(seL4_Word));
  seL4_SetMR(0, (seL4_Word)resume | (seL4_Word)arch << 8);
  seL4_SetMR(1, count);
  seL4_MessageInfo_t reply =
      seL4_Call(tcb, seL4_MessageInfo_new(INVOCATION_TCB_WRITE_REGISTERS, 0, 0,
                                          sent + 2));
  return (seL4_Error)seL4_MessageInfo_get_label(reply);
}

seL4_Error seL4_TCB_Configure(seL4_TCB tcb, seL4_Word fault_ep,
                              seL4_CNode cspace_root, seL4_Word cspace_data,
                              seL4_CPtr vspace_root, seL4_Word vspace_data,
                              seL4_Word buffer, seL4_CPtr buffer_frame) {
  return INVOKE(tcb, TCB_CONFIGURE,
                CAPS(cspace_root, vspace_root, buffer_frame),
                WORDS(fault_ep, cspace_data, vspace_data, buffer));
}

seL4_Error seL4_TCB_SetSpace(seL4_TCB tcb, seL4_Word fault_ep,
                             seL4_CNode cspace_root, seL4_Word cspace_data,
                             seL4_CPtr vspace_root, seL4_Word vspace_data) {
  return INVOKE(tcb, TCB_SET_SPACE, CAPS(cspace_root, vspace_root),
                WORDS(fault_ep, cspace_data, vspace_data));
}

seL4_Error seL4_TCB_SetIPCBuffer(seL4_TCB tcb, seL4_Word buffer,
                                 seL4_CPtr buffer_frame) {
  return INVOKE(tcb, TCB_SET_IPC_BUFFER, CAPS(buffer_frame), WORDS(buffer));
}

seL4_Error seL4_TCB_SetPriority(seL4_TCB tcb, seL4_TCB authority,
                                seL4_Word priority) {
  return INVOKE(tcb, TCB_SET_PRIORITY, CAPS(authority), WORDS(priority));
}

seL4_Error seL4_TCB_SetMCPriority(seL4_TCB tcb, seL4_TCB authority,
                                  seL4_Word mcp) {
  return INVOKE(tcb, TCB_SET_MC_PRIORITY, CAPS(authority), WORDS(mcp));
}

seL4_Error seL4_TCB_SetSchedParams(seL4_TCB tcb, seL4_TCB authority,
                                   seL4_Word mcp, seL4_Word priority) {
  return INVOKE(tcb, TCB_SET_SCHED_PARAMS, CAPS(authority),
                WORDS(mcp, priority));
}

seL4_Error seL4_TCB_Suspend(seL4_TCB tcb) {
  return INVOKE(tcb, TCB_SUSPEND);
}

seL4_Error seL4_TCB_Resume(seL4_TCB tcb) {
  return INVOKE(tcb, TCB_RESUME);
}

seL4_Error seL4_TCB_BindNotification(seL4_TCB tcb, seL4_CPtr notification) {
  return INVOKE(tcb, TCB_BIND_NOTIFICATION, CAPS(notification));
}

seL4_Error seL4_TCB_UnbindNotification(seL4_TCB tcb) {
  return INVOKE(tcb, TCB_UNBIND_NOTIFICATION);
}

seL4_Error seL4_TCB_SetTLSBase(seL4_TCB tcb, seL4_Word base) {
  return INVOKE(tcb, TCB_SET_TLS_BASE, WORDS(base));
}

seL4_TCB_SetFlags_t seL4_TCB_SetFlags(seL4_TCB tcb, seL4_Word clear,
                                      seL4_Word set) {
  seL4_TCB_SetFlags_t result = {
      .error = INVOKE(tcb, TCB_SET_FLAGS, WORDS(clear, set))};
  result.flags = result.error == ERR_NONE ? seL4_GetMR(0) : 0;
  return result;
}
/* NOLINTEND(readability-function-size) */
