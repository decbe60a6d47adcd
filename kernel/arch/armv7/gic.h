/* SPDX-License-Identifier: BSD-2-Clause */
/* Start-up of the interrupt controller; the rest is in kernel/arch.h. */
#pragma once

/* Own CPU interface, SGIs and the two timer interrupts of this core. */
void gic_interface_init(void);

/* All shared lines masked and sent to core 0; through hook_device_write. */
void gic_distributor_init(void);
