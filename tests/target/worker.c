/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Making, starting and watching of the tests' threads. Their memory is part of
 * the program's image, so that it is mapped wherever the image is.
 */
#include "worker.h"

#include "root/check.h"
#include "sel4/sel4.h"

#include <string.h>

#define STACK_WORDS 512
#define LOWEST 1u /* below all workers */
#define HIGHEST 255u

struct worker {
  struct rt_thread thread; /* first: found by rt_thread_self */
  cptr_t tcb;
  cptr_t cap; /* endpoint, badge number + 1 */
};

static struct worker workers[WORKERS];
static cptr_t endpoint;
static word_t stacks[WORKERS][STACK_WORDS] __attribute__((aligned(8)));
/* in one page, which one frame cap covers */
static struct ipc_buffer buffers[WORKERS] __attribute__((aligned(4096)));

void workers_begin(void) {
  endpoint = arena_make(OBJECT_ENDPOINT, 0);
}

/* Where a worker's entry returns to. Uses registers only: a worker may have
 * lost its IPC buffer. */
_Noreturn static void done(word_t result) {
  const struct worker *self = (const struct worker *)rt_thread_self();
  for (;;) {
    struct rt_trap trap = {.r0 = self->cap,
                           .r1 = MESSAGE_INFO(WORKER_DONE, 0, 0, 1),
                           .mr = {result}};
    rt_trap(SYSCALL_CALL, &trap);
  }
}

void worker_make_in(word_t number, cptr_t space) {
  struct worker *worker = &workers[number];
  struct ipc_buffer *buffer = &buffers[number];
  worker->thread.ipc_buffer = buffer;
  worker->tcb = arena_make(OBJECT_TCB, 0);
  worker->cap = memory_mint(endpoint, RIGHTS_ALL, number + 1);
  memset(buffer, 0, sizeof *buffer);
  check(seL4_TCB_Configure(worker->tcb, worker->cap, ROOT, 0, space, 0,
                           (vaddr_t)(uintptr_t)buffer,
                           memory_image_frame(buffer)),
        "configuring a worker");
  worker_priority(number, WORKER_PRIORITY);
}

void worker_make(word_t number) {
  worker_make_in(number, ROOT_SLOT_VSPACE);
}

cptr_t worker_tcb(word_t number) {
  return workers[number].tcb;
}

struct ipc_buffer *worker_buffer(word_t number) {
  return &buffers[number];
}

cptr_t worker_cap(word_t number) {
  return workers[number].cap;
}

cptr_t workers_endpoint(void) {
  return endpoint;
}

seL4_UserContext worker_registers(word_t number, worker_entry *entry,
                                  word_t argument) {
  return (seL4_UserContext){
      .pc = (word_t)(uintptr_t)entry,
      .sp = (word_t)(uintptr_t)(stacks[number] + STACK_WORDS),
      .r14 = (word_t)(uintptr_t)done,
      .r0 = argument,
      .tpidruro = (word_t)(uintptr_t)&workers[number].thread,
  };
}

void worker_run(word_t number, worker_entry *entry, word_t argument) {
  seL4_UserContext registers = worker_registers(number, entry, argument);
  check(seL4_TCB_WriteRegisters(workers[number].tcb, true, 0,
                                sizeof registers / sizeof(word_t), &registers),
        "starting a worker");
}

void worker_start(word_t number, worker_entry *entry, word_t argument) {
  worker_make(number);
  worker_run(number, entry, argument);
}

void worker_priority(word_t number, word_t priority) {
  check(seL4_TCB_SetPriority(workers[number].tcb, ROOT_SLOT_TCB, priority),
        "setting a priority");
}

/* ---- messages ------------------------------------------------------------ */

struct worker_event worker_wait(void) {
  word_t badge = 0;
  seL4_MessageInfo_t info = seL4_Recv(endpoint, &badge);
  struct worker_event event = {.worker = badge - 1,
                               .label = seL4_MessageInfo_get_label(info),
                               .length = seL4_MessageInfo_get_length(info)};
  memcpy(event.mr, seL4_GetIPCBuffer()->mr, sizeof event.mr);
  return event;
}

word_t worker_result(word_t number) {
  struct worker_event event = worker_wait();
  bool expected = event.worker == number && event.label == WORKER_DONE;
  return expected ? event.mr[0] : ~0u;
}

bool worker_event_waits(void) {
  word_t badge = 0;
  seL4_NBRecv(endpoint, &badge);
  return badge != 0;
}

void workers_settle(void) {
  check(seL4_TCB_SetPriority(ROOT_SLOT_TCB, ROOT_SLOT_TCB, LOWEST),
        "stepping back");
  check(seL4_TCB_SetPriority(ROOT_SLOT_TCB, ROOT_SLOT_TCB, HIGHEST),
        "coming back");
}
