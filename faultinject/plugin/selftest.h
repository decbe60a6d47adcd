/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A short proof, before the first instruction of every run, that the borrowed
 * functions do what they are believed to do: a flip changes one bit of memory
 * and the digest in the known way, a register flip is read back, the clock
 * stands at zero.
 */
#pragma once

/** @return NULL, or what failed. Context: the machine begins to run. */
const char *selftest_run(void);
