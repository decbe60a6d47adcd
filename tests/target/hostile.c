/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hostile arguments of system calls: numbers, capabilities, message sizes, IPC
 * buffers, names, and device calls.
 */
#include "calls.h"
#include "device.h"
#include "groups.h"
#include "report.h"
#include "root/memory.h"
#include "sel4/sel4.h"
#include "shim/calls.h"
#include "space.h"
#include "worker.h"

#include <string.h>

#define DEVICE 0x41000000u /* the timer, for the hostile worker */
#define DEVICE_ONLY_READ 0x41001000u
#define FUSES 0x41006000u
#define FUSES_PADDR 0x021bc000u /* OCOTP, IMX6DQRM chapter 2 */
#define PRIVATE 0x41002000u     /* a page, and nothing behind */
#define CONSTANT 0x41004000u    /* a read-only page */
#define WIDE 0xffffffffu

/* One system call with chosen registers. */
struct call {
  int32_t number;
  word_t argument[4]; /* r0-r3 */
};

static struct call next;

/* @return r0, or r1 with bit 31 set when r0 is ERR_INVALID_ARGUMENT. */
static word_t makes_call(word_t argument) {
  struct registers registers = {.r = {[7] = (word_t)next.number}};
  memcpy(registers.r, next.argument, sizeof next.argument);
  call_with(&registers, &argument);
  return registers.r[0] == ERR_INVALID_ARGUMENT ? 0x80000000u | registers.r[1]
                                                : registers.r[0];
}

static struct worker_event try_call(const struct call *call) {
  next = *call;
  worker_run(0, makes_call, 0);
  return worker_wait();
}

/* ---- numbers and addresses ----------------------------------------------- */

static void numbers(void) {
  static const int32_t unknown[] = {
      0,   1,   7,         -15, -16, -17, -18,   -22,       -23,          -29,
      -31, -63, INT32_MAX, -73, -74, -99, -1000, INT32_MIN, INT32_MIN + 1};
  for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
    struct worker_event event = try_call(&(struct call){.number = unknown[i]});
    CHECK(event.label == FAULT_UNKNOWN_SYSCALL &&
              event.mr[12] == (word_t)unknown[i],
          "a number that is no system call is a fault that tells it");
  }
}

static void capabilities(void) {
  static const int32_t receiving[] = {SYSCALL_RECV, SYSCALL_NB_RECV,
                                      SYSCALL_REPLY_RECV};
  static const int32_t sending[] = {SYSCALL_SEND, SYSCALL_CALL};
  for (size_t i = 0; i < sizeof receiving / sizeof receiving[0]; i++) {
    struct worker_event event = try_call(
        &(struct call){.number = receiving[i], .argument = {0xdeadbeef}});
    CHECK(event.label == FAULT_CAP && event.mr[1] == 0xdeadbeef &&
              event.mr[2] == 1,
          "receiving from a wild address is a cap fault in receiving");
  }
  for (size_t i = 0; i < sizeof sending / sizeof sending[0]; i++) {
    struct worker_event event = try_call(
        &(struct call){.number = sending[i], .argument = {0xdeadbeef, WIDE}});
    CHECK(event.label == FAULT_CAP && event.mr[1] == 0xdeadbeef &&
              event.mr[2] == 0,
          "sending to a wild address is a cap fault, not in receiving");
  }
  struct worker_event event = try_call(&(struct call){
      .number = SYSCALL_DEBUG_CAP_IDENTIFY, .argument = {0xdeadbeef}});
  CHECK(event.label == WORKER_DONE && event.mr[0] == 0,
        "a wild address identifies as nothing");
  event = try_call(&(struct call){.number = SYSCALL_DEBUG_NAME_THREAD,
                                  .argument = {0xdeadbeef}});
  CHECK(event.label == WORKER_DONE, "naming a wild address does nothing");
}

/* Every label on every kind of object, with no arguments at all. */
static void labels(void) {
  static const enum object_type types[] = {
      OBJECT_UNTYPED,        OBJECT_TCB,        OBJECT_CNODE,
      OBJECT_PAGE_DIRECTORY, OBJECT_SMALL_PAGE, OBJECT_PAGE_TABLE,
      OBJECT_SECTION};
  bool answered = true;
  for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
    cptr_t object = arena_make(types[i], 12);
    for (word_t label = 0; label <= INVOCATION_COUNT; label++) {
      struct rt_trap trap = {.r0 = object, .r1 = MESSAGE_INFO(label, 7, 0, 0)};
      rt_trap(SYSCALL_CALL, &trap);
      answered = answered && trap.r0 == 0 &&
                 MESSAGE_LABEL(trap.r1) <= ERR_NOT_ENOUGH_MEMORY;
    }
  }
  CHECK(answered, "every label on every object is answered");
}

/* The same with words and caps that make no sense. */
static void arguments(void) {
  struct ipc_buffer *buffer = seL4_GetIPCBuffer();
  bool answered = true;
  for (word_t label = 0; label <= INVOCATION_COUNT; label++) {
    memset(buffer->mr, 0xff, sizeof buffer->mr);
    for (int i = 0; i < MESSAGE_MAX_EXTRA_CAPS; i++) {
      seL4_SetCap(i, 0);
    }
    cptr_t object = arena_make(OBJECT_TCB, 0);
    seL4_MessageInfo_t info = seL4_Call(
        object, (seL4_MessageInfo_t){{MESSAGE_INFO(label, 7, 3, 127)}});
    answered = answered && seL4_MessageInfo_get_label(info) <=
                               (word_t)ERR_NOT_ENOUGH_MEMORY;
    info =
        seL4_Call(ROOT, (seL4_MessageInfo_t){{MESSAGE_INFO(label, 7, 3, 127)}});
    answered = answered && seL4_MessageInfo_get_label(info) <=
                               (word_t)ERR_NOT_ENOUGH_MEMORY;
  }
  CHECK(answered, "words without sense, and three empty caps, are answered");
}

/* ---- IPC buffers --------------------------------------------------------- */

#define LONG 20

/* Sends LONG words, of which all but four are what lies in the buffer. */
static word_t sends_long(word_t endpoint) {
  struct rt_trap trap = {.r0 = endpoint, .r1 = MESSAGE_INFO(1, 0, 0, LONG)};
  rt_trap(SYSCALL_SEND, &trap);
  return 0;
}

static word_t long_length(void) {
  worker_run(1, sends_long, workers_endpoint());
  seL4_MessageInfo_t info = seL4_Recv(workers_endpoint(), NULL);
  worker_result(1);
  return seL4_MessageInfo_get_length(info);
}

#define SET_BUFFER(address, frame)                                             \
  REQUEST(worker_tcb(1), TCB_SET_IPC_BUFFER, CAPS(frame), WORDS(address))

static void buffers(void) {
  cptr_t frame = arena_make(OBJECT_SMALL_PAGE, 0);
  cptr_t reader = memory_mint(frame, RIGHT_READ, 0);
  worker_make(1);
  EXPECT("a buffer may be anywhere, its frame counts",
         SET_BUFFER(0xe0000e00, frame), ERR_NONE);
  CHECK(long_length() == LONG && seL4_GetMR(LONG - 1) == 0,
        "a buffer at a kernel address is a part of its frame");
  EXPECT("a buffer may be read-only", SET_BUFFER(0xfffffe00, reader), ERR_NONE);
  CHECK(long_length() == LONG, "then it serves for sending");
  EXPECT("a buffer is no device", SET_BUFFER(DEVICE_PLACE, device_frame()),
         ERR_ILLEGAL_OPERATION);
  EXPECT("a buffer is aligned", SET_BUFFER(0x1001fc, frame), ERR_ALIGNMENT);
  EXPECT("a buffer is set again", SET_BUFFER(0x10000, frame), ERR_NONE);
  arena_revoke(frame);
  CHECK(long_length() == 4, "a buffer that is revoked is no buffer");
}

static word_t receives_long(word_t endpoint) {
  struct rt_trap trap = {.r0 = endpoint};
  rt_trap(SYSCALL_RECV, &trap);
  return MESSAGE_LENGTH(trap.r1);
}

static void read_only_buffer(void) {
  cptr_t frame = arena_make(OBJECT_SMALL_PAGE, 0);
  SET_BUFFER(0x10000, memory_mint(frame, RIGHT_READ, 0));
  cptr_t endpoint = arena_make(OBJECT_ENDPOINT, 0);
  worker_run(1, receives_long, endpoint);
  workers_settle();
  seL4_Send(endpoint, seL4_MessageInfo_new(0, 0, 0, LONG));
  CHECK(worker_result(1) == 4, "a read-only buffer receives nothing");
}

/* ---- device calls -------------------------------------------------------- */

struct refusal {
  struct call call;
  word_t argument; /* the one that is found wrong */
};

static const struct refusal refusals[] = {
    {{SHIM_READ, {0x43000000, 4}}, 0},        /* unmapped */
    {{SHIM_READ, {0x00000000, 4}}, 0},        /* null */
    {{SHIM_READ, {0xe0000000, 4}}, 0},        /* kernel */
    {{SHIM_READ, {0xf0220000, 4}}, 0},        /* kernel's device window */
    {{SHIM_READ, {0xfffffffc, 4}}, 0},        /* last address */
    {{SHIM_READ, {0x020e8000, 4}}, 0},        /* a physical address */
    {{SHIM_READ, {PRIVATE, 4}}, 0},           /* RAM */
    {{SHIM_READ, {DEVICE, 3}}, 1},            /* width */
    {{SHIM_READ, {DEVICE, 0}}, 1},            /* width */
    {{SHIM_READ, {DEVICE, 8}}, 1},            /* width */
    {{SHIM_READ, {DEVICE, WIDE}}, 1},         /* width */
    {{SHIM_READ, {DEVICE + 2, 4}}, 1},        /* alignment */
    {{SHIM_READ, {DEVICE + 1, 2}}, 1},        /* alignment */
    {{SHIM_WRITE, {0xe0000000, 4, 0}}, 0},    /* kernel */
    {{SHIM_WRITE, {PRIVATE, 4, 0}}, 0},       /* RAM */
    {{SHIM_WRITE, {DEVICE_ONLY_READ, 4}}, 0}, /* no right */
    {{SHIM_WRITE, {FUSES, 4, 0}}, 0},         /* mapped, but not for stores */
    {{SHIM_WRITE, {DEVICE, 3, 0}}, 1},
    {{SHIM_WRITE, {DEVICE + 3, 4, 0}}, 1},
    {{SHIM_WRITE_FIFO, {DEVICE, 4, 0x43000000, 4}}, 2}, /* unmapped buffer */
    {{SHIM_WRITE_FIFO, {DEVICE, 4, 0xe0000000, 4}}, 2},
    {{SHIM_WRITE_FIFO, {DEVICE, 4, DEVICE, 4}}, 2}, /* device as buffer */
    {{SHIM_WRITE_FIFO, {DEVICE, 4, PRIVATE + 0xff0, 17}}, 2}, /* crosses */
    {{SHIM_WRITE_FIFO, {DEVICE, 4, 0xfffffff0, 64}}, 2},      /* wraps */
    {{SHIM_WRITE_FIFO, {DEVICE, 4, PRIVATE, 65}}, 3},
    {{SHIM_WRITE_FIFO, {DEVICE, 4, PRIVATE, WIDE}}, 3},
    {{SHIM_WRITE_FIFO, {DEVICE, 3, PRIVATE, 4}}, 1},
    {{SHIM_WRITE_FIFO, {PRIVATE, 4, PRIVATE, 4}}, 0},
    {{SHIM_WRITE_FIFO, {DEVICE_ONLY_READ, 4, PRIVATE, 4}}, 0},
    {{SHIM_READ_BLOCK, {PRIVATE, 0, PRIVATE, 64}}, 0},
    {{SHIM_READ_BLOCK, {DEVICE + 0xff0, 0, PRIVATE, 64}}, 0}, /* crosses */
    {{SHIM_READ_BLOCK, {DEVICE, 0, 0x43000000, 64}}, 2},
    {{SHIM_READ_BLOCK, {DEVICE, 0, 0xe0000000, 64}}, 2},
    {{SHIM_READ_BLOCK, {DEVICE, 0, CONSTANT, 64}}, 2}, /* no right */
    {{SHIM_READ_BLOCK, {DEVICE, 0, DEVICE, 64}}, 2},
    {{SHIM_READ_BLOCK, {DEVICE, 0, PRIVATE + 0xff0, 17}}, 2}, /* crosses */
    {{SHIM_READ_BLOCK, {DEVICE, 0, PRIVATE, 4097}}, 3},
    {{SHIM_READ_BLOCK, {DEVICE, 0, PRIVATE, WIDE}}, 3},
};

/* Refused with the argument; where there are no device calls, unknown. */
static bool is_refused(const struct refusal *refusal) {
  struct worker_event event = try_call(&refusal->call);
  if (!device_by_call()) {
    return event.label == FAULT_UNKNOWN_SYSCALL;
  }
  return event.label == WORKER_DONE &&
         event.mr[0] == (0x80000000u | refusal->argument);
}

static void device_calls(cptr_t space) {
  static cptr_t fuses; /* a device is taken once, and mapped in each run */
  if (fuses == 0) {
    fuses = memory_device_frame(FUSES_PADDR, SMALL_PAGE_BITS);
  }
  space_map(space, fuses, FUSES, SPACE_DEVICE);
  space_map(space, device_frame(), DEVICE, SPACE_DEVICE);
  space_map(space, device_frame(), DEVICE_ONLY_READ,
            RIGHT_READ | SPACE_NOT_CACHEABLE);
  space_map(space, arena_make(OBJECT_SMALL_PAGE, 0), PRIVATE, SPACE_DATA);
  space_map(space, arena_make(OBJECT_SMALL_PAGE, 0), CONSTANT, SPACE_CONSTANT);
  for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
    CHECK(is_refused(&refusals[i]),
          "a device call with a hostile argument is refused, and says which");
  }
}

void test_hostile(void) {
  workers_begin();
  cptr_t space = space_protected();
  worker_make_in(0, space);
  numbers();
  capabilities();
  labels();
  arguments();
  buffers();
  read_only_buffer();
  device_calls(space);
}
