/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Making of processes. Text pages are not copied: the embedded file's own
 * frames are mapped, read-only. Data pages are filled through a window, one
 * page of the root task's address space. Nothing is ever mapped writable and
 * executable.
 */
#include "process.h"

#include "abi/counted.h"
#include "check.h"
#include "elf.h"
#include "layout.h"
#include "memory.h"
#include "program.h"
#include "rt/print.h"
#include "sel4/sel4.h"

#include <string.h>

#define DATA_ATTRIBUTES (VM_DEFAULT | VM_EXECUTE_NEVER)
#define READ_WRITE (RIGHT_READ | RIGHT_WRITE)

static uint8_t window[LAYOUT_PAGE] __attribute__((aligned(LAYOUT_PAGE)));

void process_loader_start(void) {
  check(seL4_ARM_Page_Unmap(memory_image_frame(window)), "freeing the window");
}

static const struct program *program_find(const char *name) {
  const struct program *program = program_table;
  while (program->name != NULL && strcmp(program->name, name) != 0) {
    program++;
  }
  if (program->name == NULL) {
    rt_panic("a process without a program");
  }
  return program;
}

static seL4_Error try_map(const struct process *process,
                          const struct mapping *mapping) {
  return seL4_ARM_Page_Map(mapping->frame, process->pd, mapping->address,
                           (seL4_CapRights_t){{mapping->rights}},
                           mapping->attributes);
}

void process_map(const struct process *process, const struct mapping *mapping) {
  seL4_Error error = try_map(process, mapping);
  if (error == ERR_FAILED_LOOKUP) {
    cptr_t table = memory_objects(process->untyped, OBJECT_PAGE_TABLE, 0, 1);
    check(seL4_ARM_PageTable_Map(table, process->pd, mapping->address,
                                 VM_DEFAULT),
          "mapping a page table");
    error = try_map(process, mapping);
  }
  check(error, "mapping a page");
}

/* Copy `count` bytes to `offset` in `frame`, which is mapped nowhere yet. */
static void frame_write(cptr_t frame, word_t offset, const void *bytes,
                        word_t count) {
  check(seL4_ARM_Page_Map(frame, ROOT_SLOT_VSPACE, (vaddr_t)(uintptr_t)window,
                          seL4_ReadWrite, DATA_ATTRIBUTES),
        "mapping the window");
  memcpy(&window[offset], bytes, count);
  check(seL4_ARM_Page_Unmap(frame), "unmapping the window");
}

static word_t pages_of(vaddr_t address, word_t size) {
  word_t first = address / LAYOUT_PAGE;
  return (address + size + LAYOUT_PAGE - 1) / LAYOUT_PAGE - first;
}

/* Map the file's own frames: its offsets are congruent to the addresses. */
static void load_text(const struct process *process,
                      const struct elf_segment *segment) {
  word_t skew = segment->address % LAYOUT_PAGE;
  word_t pages = pages_of(segment->address, segment->memory_size);
  if ((uintptr_t)segment->bytes % LAYOUT_PAGE != skew ||
      segment->file_size != segment->memory_size) {
    rt_panic("a program's text is not mappable");
  }
  for (word_t i = 0; i < pages; i++) {
    const uint8_t *page = segment->bytes - skew + i * LAYOUT_PAGE;
    cptr_t frame = memory_mint(memory_image_frame(page), RIGHT_READ, 0);
    process_map(process, &(struct mapping){
                             frame, segment->address - skew + i * LAYOUT_PAGE,
                             RIGHT_READ, VM_DEFAULT});
  }
}

static void load_data(const struct process *process,
                      const struct elf_segment *segment) {
  word_t pages = pages_of(segment->address, segment->memory_size);
  cptr_t frames = memory_objects(process->untyped, OBJECT_SMALL_PAGE, 0, pages);
  word_t done = 0; /* bytes of the file */
  vaddr_t address = segment->address;
  for (word_t i = 0; i < pages; i++) {
    word_t offset = (address + done) % LAYOUT_PAGE;
    word_t left = segment->file_size - done;
    word_t part = LAYOUT_PAGE - offset < left ? LAYOUT_PAGE - offset : left;
    if (part > 0) {
      frame_write(frames + i, offset, segment->bytes + done, part);
      done += part;
    }
    process_map(process, &(struct mapping){frames + i,
                                           address - address % LAYOUT_PAGE +
                                               i * LAYOUT_PAGE,
                                           READ_WRITE, DATA_ATTRIBUTES});
  }
}

static void load_segment(const struct process *process,
                         const struct elf_segment *segment) {
  vaddr_t end = segment->address + segment->memory_size;
  if (end < segment->address || end > LAYOUT_PROGRAM_END) {
    rt_panic("a program is too large");
  }
  if (segment->memory_size == 0) {
    return;
  }
  if (segment->writable) {
    load_data(process, segment);
  } else {
    load_text(process, segment);
  }
}

static void load_program(struct process *process) {
  const struct program *program = program_find(process->plan->name);
  struct elf elf;
  if (!elf_read(program->start, (word_t)(program->end - program->start),
                &elf)) {
    rt_panic("an embedded program is no ELF file");
  }
  for (word_t i = 0; i < elf.segment_count; i++) {
    load_segment(process, &elf.segments[i]);
  }
  process->entry = elf.entry;
  process->mark = program->counts ? COUNTED_MARK : 0;
}

/* Fresh zeroed frames, the first at `address`; returns the first cap. */
static cptr_t give_pages(const struct process *process, vaddr_t address,
                         word_t count) {
  cptr_t frames = memory_pages(process->untyped, count);
  for (word_t i = 0; i < count; i++) {
    process_map(process,
                &(struct mapping){frames + i, address + i * LAYOUT_PAGE,
                                  READ_WRITE, DATA_ATTRIBUTES});
  }
  return frames;
}

void process_create(struct process *process, const struct process_plan *plan,
                    const struct boot_arguments *arguments) {
  cptr_t untyped = memory_untyped(plan->memory_bits);
  *process = (struct process){
      .plan = plan,
      .untyped = untyped,
      .pd = memory_objects(untyped, OBJECT_PAGE_DIRECTORY, 0, 1),
      .cnode = memory_objects(untyped, OBJECT_CNODE, CHILD_CNODE_BITS, 1),
      .tcb = memory_objects(untyped, OBJECT_TCB, 0, 1),
      .start = {.magic = RT_START_MAGIC,
                .size = sizeof(struct rt_start),
                .ipc_buffer = LAYOUT_IPC_BUFFER,
                .parent = CHILD_PARENT,
                .arguments = *arguments},
  };
  if (plan->further_threads > 0) {
    process->further_tcbs =
        memory_objects(untyped, OBJECT_TCB, 0, plan->further_threads);
  }
  strncpy(process->start.name, plan->name, RT_NAME_SIZE - 1);
  check(seL4_ARM_ASIDPool_Assign(ROOT_SLOT_ASID_POOL, process->pd),
        "assigning an ASID");
  load_program(process);
  if (plan->extra_pages > 0) {
    process->start.memory = LAYOUT_MEMORY;
    process->start.memory_size = plan->extra_pages * LAYOUT_PAGE;
    give_pages(process, LAYOUT_MEMORY, plan->extra_pages);
  }
}

void process_give(const struct process *process, const struct grant *grant) {
  seL4_CapRights_t mask = {{grant->rights}};
  check(grant->badge == 0
            ? seL4_CNode_Copy(process->cnode, grant->slot, CHILD_CNODE_BITS,
                              ROOT_SLOT_CNODE, grant->cap, ROOT_DEPTH, mask)
            : seL4_CNode_Mint(process->cnode, grant->slot, CHILD_CNODE_BITS,
                              ROOT_SLOT_CNODE, grant->cap, ROOT_DEPTH, mask,
                              grant->badge),
        "giving a capability");
}

static void give_start_page(const struct process *process) {
  cptr_t frame = memory_objects(process->untyped, OBJECT_SMALL_PAGE, 0, 1);
  frame_write(frame, 0, &process->start, sizeof process->start);
  process_map(process, &(struct mapping){frame, LAYOUT_START, RIGHT_READ,
                                         DATA_ATTRIBUTES});
}

static void give_registers(const struct process *process, cptr_t tcb,
                           word_t number) {
  seL4_UserContext registers = {
      .pc = process->entry,
      .sp = LAYOUT_STACK_TOP - number * LAYOUT_STACK_STRIDE,
      .r0 = LAYOUT_START,
      .r1 = number,
      .tpidrurw = process->mark,
  };
  check(seL4_TCB_WriteRegisters(
            tcb, false, 0, sizeof registers / sizeof(seL4_Word), &registers),
        "setting registers");
}

/* Thread `number` of a process: stack, IPC buffer, spaces, registers. */
static void finish_thread(const struct process *process, cptr_t tcb,
                          word_t number) {
  const word_t guard = (ROOT_DEPTH - CHILD_CNODE_BITS) << 3;
  const vaddr_t top = LAYOUT_STACK_TOP - number * LAYOUT_STACK_STRIDE;
  const vaddr_t buffer = LAYOUT_IPC_BUFFER + number * LAYOUT_PAGE;
  give_pages(process, top - LAYOUT_STACK_PAGES * LAYOUT_PAGE,
             LAYOUT_STACK_PAGES);
  check(seL4_TCB_Configure(tcb, CHILD_PARENT, process->cnode, guard,
                           process->pd, 0, buffer,
                           give_pages(process, buffer, 1)),
        "configuring a thread");
  check(seL4_TCB_SetPriority(tcb, ROOT_SLOT_TCB, process->plan->priority),
        "setting a priority");
  give_registers(process, tcb, number);
  seL4_DebugNameThread(tcb, process->plan->name);
}

static void give_thread(struct process *process) {
  process_give(process,
               &(struct grant){CHILD_THREAD, process->tcb, RIGHTS_ALL, 0});
  process->start.thread = CHILD_THREAD;
}

void process_finish(struct process *process) {
  if (process->plan->own_thread) {
    give_thread(process);
  }
  give_start_page(process);
  finish_thread(process, process->tcb, 0);
  for (word_t i = 0; i < process->plan->further_threads; i++) {
    finish_thread(process, process->further_tcbs + i, i + 1);
  }
}

void process_resume(const struct process *process) {
  check(seL4_TCB_Resume(process->tcb), "starting a thread");
  for (word_t i = 0; i < process->plan->further_threads; i++) {
    check(seL4_TCB_Resume(process->further_tcbs + i), "starting a thread");
  }
}
