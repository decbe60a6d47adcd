/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Atomic operations of programs that count their branches, as the compiler
 * calls them with -fno-inline-atomics (the names are gcc's, "Library routines
 * for atomic operations"); so <stdatomic.h> works as it always does. All that
 * may run the same memory's other threads is this core, so nothing is ordered
 * by barriers and no exclusive access is needed: the kernel lets a sequence
 * begin anew whose thread lost the core before the store (abi/counted.h). The
 * order of memory, the last argument, is therefore ignored.
 *
 * In each slot: the count, which insert.py puts there; what is read and
 * computed, which may be done twice and must not overwrite an argument; at 16
 * the one store; then what happens once.
 */
    .syntax unified
    .arm
    .section .sequences, "ax"

/* uint32_t __atomic_exchange_4(void *at, uint32_t value) */
    .balign 64
    .global __atomic_exchange_4
    .type __atomic_exchange_4, %function
__atomic_exchange_4:
    ldr     ip, [r0]
    nop
    nop
    str     r1, [r0]
    mov     r0, ip
    bx      lr
    .size __atomic_exchange_4, . - __atomic_exchange_4

/* uint8_t __atomic_exchange_1(void *at, uint8_t value) */
    .balign 64
    .global __atomic_exchange_1
    .type __atomic_exchange_1, %function
__atomic_exchange_1:
    ldrb    ip, [r0]
    nop
    nop
    strb    r1, [r0]
    mov     r0, ip
    bx      lr
    .size __atomic_exchange_1, . - __atomic_exchange_1

/* bool __atomic_compare_exchange_4(void *at, void *expected, uint32_t value):
   what is expected is the caller's own, and told what there was. */
    .balign 64
    .global __atomic_compare_exchange_4
    .type __atomic_compare_exchange_4, %function
__atomic_compare_exchange_4:
    ldr     r3, [r1]
    ldr     ip, [r0]
    cmp     ip, r3
    streq   r2, [r0]
    strne   ip, [r1]
    moveq   r0, #1
    movne   r0, #0
    bx      lr
    .size __atomic_compare_exchange_4, . - __atomic_compare_exchange_4

/* bool __atomic_compare_exchange_1(void *at, void *expected, uint8_t value) */
    .balign 64
    .global __atomic_compare_exchange_1
    .type __atomic_compare_exchange_1, %function
__atomic_compare_exchange_1:
    ldrb    r3, [r1]
    ldrb    ip, [r0]
    cmp     ip, r3
    strbeq  r2, [r0]
    strbne  ip, [r1]
    moveq   r0, #1
    movne   r0, #0
    bx      lr
    .size __atomic_compare_exchange_1, . - __atomic_compare_exchange_1

/* uint32_t __atomic_fetch_add_4(void *at, uint32_t value); so the others */
    .balign 64
    .global __atomic_fetch_add_4
    .type __atomic_fetch_add_4, %function
__atomic_fetch_add_4:
    ldr     ip, [r0]
    add     r3, ip, r1
    nop
    str     r3, [r0]
    mov     r0, ip
    bx      lr
    .size __atomic_fetch_add_4, . - __atomic_fetch_add_4

    .balign 64
    .global __atomic_fetch_sub_4
    .type __atomic_fetch_sub_4, %function
__atomic_fetch_sub_4:
    ldr     ip, [r0]
    sub     r3, ip, r1
    nop
    str     r3, [r0]
    mov     r0, ip
    bx      lr
    .size __atomic_fetch_sub_4, . - __atomic_fetch_sub_4

    .balign 64
    .global __atomic_fetch_and_4
    .type __atomic_fetch_and_4, %function
__atomic_fetch_and_4:
    ldr     ip, [r0]
    and     r3, ip, r1
    nop
    str     r3, [r0]
    mov     r0, ip
    bx      lr
    .size __atomic_fetch_and_4, . - __atomic_fetch_and_4

    .balign 64
    .global __atomic_fetch_or_4
    .type __atomic_fetch_or_4, %function
__atomic_fetch_or_4:
    ldr     ip, [r0]
    orr     r3, ip, r1
    nop
    str     r3, [r0]
    mov     r0, ip
    bx      lr
    .size __atomic_fetch_or_4, . - __atomic_fetch_or_4

    .balign 64
    .global __atomic_fetch_xor_4
    .type __atomic_fetch_xor_4, %function
__atomic_fetch_xor_4:
    ldr     ip, [r0]
    eor     r3, ip, r1
    nop
    str     r3, [r0]
    mov     r0, ip
    bx      lr
    .size __atomic_fetch_xor_4, . - __atomic_fetch_xor_4

/* ---- loads and stores: one access each, atomic anyway -------------------- */

    .section .text.atomic_plain, "ax"

/* uint32_t __atomic_load_4(const void *at); the others alike */
    .global __atomic_load_4
    .type __atomic_load_4, %function
__atomic_load_4:
    ldr     r0, [r0]
    bx      lr
    .size __atomic_load_4, . - __atomic_load_4

    .global __atomic_load_2
    .type __atomic_load_2, %function
__atomic_load_2:
    ldrh    r0, [r0]
    bx      lr
    .size __atomic_load_2, . - __atomic_load_2

    .global __atomic_load_1
    .type __atomic_load_1, %function
__atomic_load_1:
    ldrb    r0, [r0]
    bx      lr
    .size __atomic_load_1, . - __atomic_load_1

/* void __atomic_store_4(void *at, uint32_t value); the others alike */
    .global __atomic_store_4
    .type __atomic_store_4, %function
__atomic_store_4:
    str     r1, [r0]
    bx      lr
    .size __atomic_store_4, . - __atomic_store_4

    .global __atomic_store_2
    .type __atomic_store_2, %function
__atomic_store_2:
    strh    r1, [r0]
    bx      lr
    .size __atomic_store_2, . - __atomic_store_2

    .global __atomic_store_1
    .type __atomic_store_1, %function
__atomic_store_1:
    strb    r1, [r0]
    bx      lr
    .size __atomic_store_1, . - __atomic_store_1
