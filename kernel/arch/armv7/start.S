/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * First instructions of a replica's kernel. Builds the kernel page directory,
 * makes the core's own state known (a real A9 leaves reset with undefined L1
 * contents), turns on the MMU and jumps to the kernel's virtual addresses.
 * Must never write outside the partition that it was started in.
 *
 * Manuals: Arm ARM DDI 0406C (B3 VMSA, B4 system registers), Cortex-A9 TRM
 * DDI 0388 (4.3 CP15), Cortex-A9 MPCore TRM DDI 0407.
 */
#include "armv7/layout.h"
#include "armv7/offsets.h"

    .syntax unified
    .arm

/*
 * _start
 * In:  r0 = real address of struct boot_handover; supervisor mode, interrupts
 *      masked, MMU and caches off; runs at the real address of its own link
 *      address (virtual + r8 below); no stack.
 * Out: kernel_main(canonical address of the hand-over), then user mode.
 */
    .section .text.start, "ax"
    .global _start
    .type _start, %function
_start:
    cpsid   aif, #MODE_SUPERVISOR
    mov     r11, r0                     /* real address of the hand-over */
    ldr     r10, [r11, #OFFSET_PARTITION_OFFSET]
    ldr     r9, [r11, #OFFSET_RAM_SIZE]
    ldr     r8, =(RAM_BASE_PADDR - LAYOUT_RAM)
    add     r8, r8, r10                 /* real = virtual + r8 */

    /* MMU, caches and branch prediction off: SCTLR M, C, Z, I (B4.1.130). */
    mrc     p15, 0, r0, c1, c0, 0
    ldr     r1, =0x1805
    bic     r0, r0, r1
    mcr     p15, 0, r0, c1, c0, 0
    isb

    bl      invalidate_core

    /* Take part in coherency before any cache is on: ACTLR SMP (6) and FW (0,
     * broadcast of maintenance): DDI 0388 4.3.10. */
    mrc     p15, 0, r0, c1, c0, 1
    orr     r0, r0, #0x41
    mcr     p15, 0, r0, c1, c0, 1

    bl      build_page_directory        /* r4 = its real address */

    /* TTBR0: table walks inner and outer write-back write-allocate, shareable
     * (B4.1.154, with the multiprocessing extensions). TTBCR 0: TTBR0 only. */
    orr     r0, r4, #0x6a
    mcr     p15, 0, r0, c2, c0, 0
    mov     r0, #0
    mcr     p15, 0, r0, c2, c0, 2
    mcr     p15, 0, r0, c13, c0, 1      /* CONTEXTIDR: ASID 0 */
    mov     r0, #1                      /* DACR: domain 0 client, others none */
    mcr     p15, 0, r0, c3, c0, 0
    dsb
    isb

    mrc     p15, 0, r0, c1, c0, 0
    ldr     r1, =0x1805                 /* M, C, Z, I on; */
    orr     r0, r0, r1
    ldr     r1, =0x30002002             /* A, V (VBAR counts), TRE, AFE off */
    bic     r0, r0, r1
    mcr     p15, 0, r0, c1, c0, 0
    isb

    sub     r0, r11, r10                /* canonical address of the hand-over */
    ldr     sp, =kernel_stack_top
    ldr     r1, =start_mapped           /* virtual: leaves the identity map */
    bx      r1

start_mapped:
    bl      kernel_main
    b       vectors_exit                /* to the first user instruction */

/*
 * Page directory with two kinds of mapping: the partition's RAM at LAYOUT_RAM,
 * and an identity section for the code that turns the MMU on (mmu_init removes
 * it). Sections: normal memory, write-back write-allocate, shareable,
 * supervisor only, global, domain 0 (B3.5.1, B3.8.2).
 * In:  r8 real - virtual, r9 RAM bytes, r10 partition offset.
 * Out: r4 = real address of the directory. Uses r0-r3.
 */
    .equ    SECTION_RAM, 0x0001140e     /* S, TEX 001, AP 01, C, B, section */
build_page_directory:
    ldr     r4, =mmu_kernel_pd
    add     r4, r4, r8
    mov     r0, #0
    mov     r1, #0
1:  str     r0, [r4, r1]                /* 4096 invalid entries */
    add     r1, r1, #4
    cmp     r1, #0x4000
    blo     1b

    ldr     r0, =SECTION_RAM
    ldr     r1, =RAM_BASE_PADDR
    add     r1, r1, r10
    orr     r1, r1, r0                  /* entry of the first MiB */
    add     r2, r4, #(LAYOUT_RAM >> SECTION_SHIFT << 2)
    movs    r3, r9, lsr #SECTION_SHIFT
2:  str     r1, [r2], #4
    add     r1, r1, #(1 << SECTION_SHIFT)
    subs    r3, r3, #1
    bne     2b

    lsr     r1, pc, #SECTION_SHIFT      /* the MiB that executes this */
    orr     r2, r0, r1, lsl #SECTION_SHIFT
    str     r2, [r4, r1, lsl #2]
    bx      lr

/*
 * Invalidate what reset leaves undefined: TLB, instruction cache, branch
 * predictor, and the L1 data cache by set and way (DDI 0388 7.1: 4 ways, 32
 * byte lines; the number of sets is read from CCSIDR, B4.1.19).
 * Uses r0-r5.
 */
invalidate_core:
    mov     r0, #0
    mcr     p15, 0, r0, c8, c7, 0       /* TLBIALL */
    mcr     p15, 0, r0, c7, c5, 0       /* ICIALLU */
    mcr     p15, 0, r0, c7, c5, 6       /* BPIALL */
    mcr     p15, 2, r0, c0, c0, 0       /* CSSELR: level 1, data */
    isb
    mrc     p15, 1, r1, c0, c0, 0       /* CCSIDR */
    ubfx    r1, r1, #13, #15            /* sets - 1 */
3:  mov     r2, #3                      /* ways - 1 */
4:  lsl     r3, r2, #30                 /* way in the top bits */
    orr     r3, r3, r1, lsl #5          /* set above the line offset */
    mcr     p15, 0, r3, c7, c6, 2       /* DCISW */
    subs    r2, r2, #1
    bpl     4b
    subs    r1, r1, #1
    bpl     3b
    dsb
    isb
    bx      lr
    .ltorg

/* First of its section: an overflow meets the guard page, which is not mapped. */
    .section .replica_local.stack, "aw"
    .balign 8
    .space  KERNEL_STACK_SIZE
    .global kernel_stack_top
kernel_stack_top:
    .space  EXCEPTION_STACK_SIZE
    .global exception_stack_top
exception_stack_top:
