/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults of threads: as messages to their handlers, and the replies. */
#pragma once

#include "abi/error.h"
#include "abi/types.h"
#include "kernel/cspace.h"

struct tcb;
struct ipc_buffer;

/* Make the fault pending and send it; without a handler the thread stops. */
void fault_raise_cap(struct tcb *tcb, cptr_t address, bool receiving,
                     const struct lookup_fault *lookup);
void fault_raise_syscall(struct tcb *tcb, word_t number);
void fault_raise_exception(struct tcb *tcb, word_t number, word_t code);
void fault_raise_vm(struct tcb *tcb, bool prefetch, vaddr_t address,
                    word_t status);

/*
 * Write the pending fault of `tcb` as message words of `receiver`.
 * @param buffer  Receiver's IPC buffer or NULL (then 4 words at most).
 * @return Message length really written.
 */
word_t fault_to_message(const struct tcb *tcb, struct tcb *receiver,
                        struct ipc_buffer *buffer);

/*
 * Apply a handler's reply to the pending fault of `tcb` and clear it.
 * @return True if the thread shall restart, false if it stops.
 */
bool fault_apply_reply(struct tcb *tcb, const struct tcb *replier,
                       const struct ipc_buffer *buffer);
