/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program from outside this tree, as the build names it
 * (apps/CMakeLists.txt), and the one that runs at the same time, or ""; without
 * any, a name that no command line can ask for.
 */
#pragma once

#ifndef OWN_APPLICATION
#define OWN_APPLICATION ""
#define OWN_SERVICES 0
#define OWN_BESIDE ""
#endif
