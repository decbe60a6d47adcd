/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A thread that counts its branches in r9 (rcoe/counting) says so by this value
 * in TPIDRURW, the thread register that user code may write. The kernel only
 * keeps the register, as it does for everybody; replica control reads it.
 *
 * Atomic operations of such a thread are restartable sequences, as it has a
 * core of its own and LDREX and STREX may fail in one replica alone. They lie
 * in slots of one window of its address space. The instruction at
 * SEQUENCE_STORE of a slot is the only one up to there that others can see.
 * When another thread gets the core before it was executed, the kernel lets the
 * sequence begin anew. rcoe/counting/check.py reads these numbers here and
 * refuses a program whose window holds anything else.
 */
#pragma once

#define COUNTED_MARK 0x44544e43 /* "CNTD" */

#define SEQUENCES_START 0xf000
#define SEQUENCES_END 0x10000
#define SEQUENCE_BYTES 64 /* of a slot; a power of two */
#define SEQUENCE_STORE 16
