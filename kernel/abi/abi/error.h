/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Error codes (label of a kernel reply), lookup failure codes and fault labels
 * of the seL4 ABI.
 */
#pragma once

enum err {
  ERR_NONE = 0,
  ERR_INVALID_ARGUMENT = 1,   /* MR0 = argument number */
  ERR_INVALID_CAPABILITY = 2, /* MR0 = cap number, 0 = the invoked cap */
  ERR_ILLEGAL_OPERATION = 3,  /* no words */
  ERR_RANGE = 4,              /* MR0 = min, MR1 = max */
  ERR_ALIGNMENT = 5,          /* no words */
  ERR_FAILED_LOOKUP = 6,      /* MR0 = 1 if source, MR1 = lookup code, ... */
  ERR_TRUNCATED_MESSAGE = 7,  /* no words */
  ERR_DELETE_FIRST = 8,       /* no words */
  ERR_REVOKE_FIRST = 9,       /* no words */
  ERR_NOT_ENOUGH_MEMORY = 10, /* MR0 = bytes left */
  ERR_PREEMPTED = 0x100,      /* internal: never reaches user level */
};

enum lookup_failure {
  LOOKUP_NONE = 0,
  LOOKUP_INVALID_ROOT = 1,       /* no words */
  LOOKUP_MISSING_CAPABILITY = 2, /* bits left */
  LOOKUP_DEPTH_MISMATCH = 3,     /* bits left, bits found */
  LOOKUP_GUARD_MISMATCH = 4,     /* bits left, guard found, bits found */
};

enum fault {
  FAULT_NONE = 0,
  FAULT_CAP = 1,
  FAULT_UNKNOWN_SYSCALL = 2,
  FAULT_USER_EXCEPTION = 3,
  FAULT_VM = 5,
};
