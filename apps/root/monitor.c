/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ends and faults of processes, in words, on the kernel's own console: the
 * driver may be what failed. Fault messages: enum fault, abi/error.h.
 */
#include "monitor.h"

#include "check.h"
#include "rt/print.h"
#include "sel4/sel4.h"

#define DFSR_WRITE (1u << 11) /* WnR: Arm ARM DDI 0406C B4.1.52 */

static void print_with(const char *text, word_t value) {
  rt_print(text);
  rt_print_hex(value);
}

static void print_vm_fault(void) {
  bool fetch = seL4_GetMR(2) != 0;
  bool write = (seL4_GetMR(3) & DFSR_WRITE) != 0;
  rt_print(fetch   ? "instruction fetch from "
           : write ? "write to "
                   : "read from ");
  print_with("", seL4_GetMR(1));
  print_with(" not allowed, status ", seL4_GetMR(3));
}

static void print_fault(word_t label) {
  switch (label) {
  case FAULT_CAP:
    print_with("capability fault on ", seL4_GetMR(1));
    break;
  case FAULT_UNKNOWN_SYSCALL:
    print_with("unknown system call ", seL4_GetMR(12));
    break;
  case FAULT_USER_EXCEPTION:
    rt_print("undefined instruction");
    break;
  case FAULT_VM:
    print_vm_fault();
    break;
  default:
    print_with("unknown message ", label);
    break;
  }
}

/* Words of the message lie in the IPC buffer until the next system call that
 * uses it; DebugPutChar does not. */
static void print_fault_line(const struct process *process, word_t label) {
  word_t pc = label == FAULT_UNKNOWN_SYSCALL ? seL4_GetMR(8) : seL4_GetMR(0);
  rt_print("root: ");
  rt_print(process->plan->name);
  rt_print(": ");
  print_fault(label);
  print_with(", pc ", pc);
  rt_print("\n");
}

static void print_end_line(const struct process *process, word_t code) {
  rt_print("root: ");
  rt_print(process->plan->name);
  rt_print(": ended with code ");
  rt_print_decimal(code);
  rt_print("\n");
}

/* Wait for the end of an application. @return Its exit code. */
static word_t await_end(cptr_t endpoint, const struct process *processes) {
  seL4_Word badge = 0;
  seL4_MessageInfo_t info = seL4_Recv(endpoint, &badge);
  const struct process *process = &processes[badge - 1];
  word_t label = seL4_MessageInfo_get_label(info);
  if (label != RT_LABEL_EXIT) {
    print_fault_line(process, label);
    seL4_DebugHalt(ROOT_EXIT_FAULT);
  }
  word_t code = seL4_GetMR(0);
  if (process->plan->serves != RT_SERVICE_NONE) {
    print_end_line(process, code);
    seL4_DebugHalt(ROOT_EXIT_FAULT);
  }
  return code;
}

_Noreturn void monitor_run(cptr_t endpoint, const struct process *processes,
                           word_t applications) {
  word_t code = 0;
  for (; applications > 0 && code == 0; applications--) {
    code = await_end(endpoint, processes);
  }
  seL4_DebugHalt(code);
}
