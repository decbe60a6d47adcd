/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Debug system calls. Where other kernels stop the machine on a
 * wrong argument (DebugNameThread), this one does nothing: user level must not
 * be able to stop it by mistake.
 */
#include "kernel/syscall_debug.h"

#include "abi/message.h"
#include "abi/syscall.h"
#include "kernel/arch.h"
#include "kernel/debug_dump.h"
#include "kernel/hooks.h"
#include "kernel/plat.h"
#include "kernel/tcb.h"
#include "kernel/vspace.h"

#define NAME_MAX_BYTES (MESSAGE_MAX_WORDS * sizeof(word_t))

static void put_char(struct tcb *tcb) {
  plat_console_put((char)(tcb->context.reg[CONTEXT_R0] & 0xffu));
}

static void halt(struct tcb *tcb) {
  hook_halt(tcb->context.reg[CONTEXT_R0]);
}

static void dump_scheduler(struct tcb *tcb) {
  (void)tcb;
  debug_dump_scheduler();
}

/* Who makes a call has a CSpace root, unless it deleted it. */
static void snapshot(struct tcb *tcb) {
  if (slot_type(&tcb->slots[TCB_SLOT_CSPACE]) == CAP_CNODE)
    debug_dump_capabilities(tcb);
}

static struct cap find(const struct tcb *tcb) {
  struct lookup lookup;

  if (!cspace_lookup(tcb, tcb->context.reg[CONTEXT_R0], &lookup))
    return cap_null();
  return slot_cap(lookup.slot);
}

static void cap_identify_call(struct tcb *tcb) {
  struct cap cap = find(tcb);

  tcb->context.reg[CONTEXT_R0] = cap_identify(&cap);
}

static void name_thread(struct tcb *tcb) {
  const struct ipc_buffer *buffer = vspace_ipc_buffer(tcb, false);
  struct cap cap = find(tcb);
  const char *name;
  word_t length = 0;

  if (buffer == NULL || cap.type != CAP_TCB)
    return;
  name = (const char *)buffer->mr;
  while (length < NAME_MAX_BYTES && name[length] != 0)
    length++;
  if (length < NAME_MAX_BYTES)
    tcb_set_name(tcb_at(cap_tcb_paddr(&cap)), name, length);
}

struct entry {
  word_t number;
  void (*handle)(struct tcb *tcb);
};

static const struct entry entries[] = {
    {(word_t)SYSCALL_DEBUG_PUT_CHAR, put_char},
    {(word_t)SYSCALL_DEBUG_DUMP_SCHEDULER, dump_scheduler},
    {(word_t)SYSCALL_DEBUG_HALT, halt},
    {(word_t)SYSCALL_DEBUG_CAP_IDENTIFY, cap_identify_call},
    {(word_t)SYSCALL_DEBUG_SNAPSHOT, snapshot},
    {(word_t)SYSCALL_DEBUG_NAME_THREAD, name_thread},
};

bool syscall_debug(struct tcb *tcb, word_t number) {
  for (word_t i = 0; i < ARRAY_SIZE(entries); i++) {
    if (entries[i].number == number) {
      entries[i].handle(tcb);
      return true;
    }
  }
  return false;
}
