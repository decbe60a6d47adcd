/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A thread that counts its branches in r9 (rcoe/counting) says so by this value
 * in TPIDRURW, the thread register that user code may write. The kernel only
 * keeps the register, as it does for everybody; replica control reads it.
 */
#pragma once

#define COUNTED_MARK 0x44544e43 /* "CNTD" */
