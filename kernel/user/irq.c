/* SPDX-License-Identifier: BSD-2-Clause */
/* Invocations of interrupt control and interrupt handlers. */
#include "invoke.h"
#include "sel4/invocations.h"

/* NOLINTBEGIN(readability-function-size): seL4's own parameter lists */
seL4_Error seL4_IRQControl_Get(seL4_IRQControl control, seL4_Word irq,
                               seL4_CNode root, seL4_Word index,
                               seL4_Uint8 depth) {
  return INVOKE(control, IRQ_ISSUE_HANDLER, CAPS(root),
                WORDS(irq, index, depth));
}

seL4_Error seL4_IRQHandler_Ack(seL4_IRQHandler handler) {
  return INVOKE(handler, IRQ_ACK);
}

seL4_Error seL4_IRQHandler_SetNotification(seL4_IRQHandler handler,
                                           seL4_CPtr notification) {
  return INVOKE(handler, IRQ_SET_NOTIFICATION, CAPS(notification));
}

seL4_Error seL4_IRQHandler_Clear(seL4_IRQHandler handler) {
  return INVOKE(handler, IRQ_CLEAR);
}
/* NOLINTEND(readability-function-size) */
