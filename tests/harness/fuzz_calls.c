/* SPDX-License-Identifier: BSD-2-Clause */
/* Random system calls; see the header. */
#include "harness/fuzz_calls.h"

#include "abi/invocation.h"
#include "abi/message.h"
#include "abi/object.h"
#include "abi/syscall.h"

#define TRIES 12u
#define KIND_ANY 0xffffffffu

/* Type codes of DebugCapIdentify, by a letter. */
static const struct {
  char letter;
  uint8_t code;
} kinds[] = {{'U', 2},    {'T', 12},   {'C', 10},   {'E', 4},
             {'N', 6},    {'F', 1},    {'L', 3},    {'P', 7},
             {'D', 9},    {'A', 5},    {'a', 11},   {'Q', 14},
             {'H', 0x1e}, {'S', 0x3f}, {'d', 0x3e}, {'R', 8}};

/*
 * An invocation: on what, with which words and capabilities. A word is one of
 *   i slot  e empty slot  d depth  z 0 or depth  r rights  b badge or guard
 *   t object type  s size bits  n count  v address  f flags  c count of
 *   registers  p priority  q interrupt  o offset in a frame  x anything
 */
struct invocation_template {
  word_t label;
  char object;
  const char *words;
  const char *caps;
};

static const struct invocation_template invocations[] = {
    {INVOCATION_UNTYPED_RETYPE, 'U', "tsizen", "C"},
    {INVOCATION_UNTYPED_RETYPE, 'U', "tszzen", "C"},
    {INVOCATION_UNTYPED_RETYPE, 'U', "tszzen", "C"},
    {INVOCATION_TCB_READ_REGISTERS, 'T', "fc", ""},
    {INVOCATION_TCB_WRITE_REGISTERS, 'T', "fcxxxxxxxx", ""},
    {INVOCATION_TCB_COPY_REGISTERS, 'T', "f", "T"},
    {INVOCATION_TCB_CONFIGURE, 'T', "ibzv", "CDF"},
    {INVOCATION_TCB_SET_PRIORITY, 'T', "p", "T"},
    {INVOCATION_TCB_SET_MC_PRIORITY, 'T', "p", "T"},
    {INVOCATION_TCB_SET_SCHED_PARAMS, 'T', "pp", "T"},
    {INVOCATION_TCB_SET_IPC_BUFFER, 'T', "v", "F"},
    {INVOCATION_TCB_SET_SPACE, 'T', "ibz", "CD"},
    {INVOCATION_TCB_SUSPEND, 'T', "", ""},
    {INVOCATION_TCB_RESUME, 'T', "", ""},
    {INVOCATION_TCB_BIND_NOTIFICATION, 'T', "", "N"},
    {INVOCATION_TCB_UNBIND_NOTIFICATION, 'T', "", ""},
    {INVOCATION_TCB_SET_TLS_BASE, 'T', "x", ""},
    {INVOCATION_TCB_SET_FLAGS, 'T', "ff", ""},
    {INVOCATION_CNODE_REVOKE, 'C', "id", ""},
    {INVOCATION_CNODE_DELETE, 'C', "id", ""},
    {INVOCATION_CNODE_DELETE, 'C', "id", ""},
    {INVOCATION_CNODE_CANCEL_BADGED_SENDS, 'C', "id", ""},
    {INVOCATION_CNODE_COPY, 'C', "edidr", "C"},
    {INVOCATION_CNODE_COPY, 'C', "edidr", "C"},
    {INVOCATION_CNODE_MINT, 'C', "edidrb", "C"},
    {INVOCATION_CNODE_MINT, 'C', "edidrb", "C"},
    {INVOCATION_CNODE_MOVE, 'C', "edid", "C"},
    {INVOCATION_CNODE_MUTATE, 'C', "edidb", "C"},
    {INVOCATION_CNODE_ROTATE, 'C', "edbidbid", "CC"},
    {INVOCATION_CNODE_SAVE_CALLER, 'C', "ed", ""},
    {INVOCATION_IRQ_ISSUE_HANDLER, 'Q', "qed", "C"},
    {INVOCATION_IRQ_ISSUE_HANDLER_TRIGGER, 'Q', "qfed", "C"},
    {INVOCATION_IRQ_ISSUE_SGI_SIGNAL, 'Q', "ffed", "C"},
    {INVOCATION_IRQ_ACK, 'H', "", ""},
    {INVOCATION_IRQ_SET_NOTIFICATION, 'H', "", "N"},
    {INVOCATION_IRQ_CLEAR, 'H', "", ""},
    {INVOCATION_INVALID, 'S', "", ""},
    {INVOCATION_DOMAIN_SET, 'd', "z", "T"},
    {INVOCATION_DOMAIN_SCHEDULE_CONFIGURE, 'd', "zfxz", ""},
    {INVOCATION_DOMAIN_SCHEDULE_SET_START, 'd', "f", ""},
    {INVOCATION_PD_CLEAN_DATA, 'D', "vv", ""},
    {INVOCATION_PD_UNIFY_INSTRUCTION, 'D', "vv", ""},
    {INVOCATION_PAGE_TABLE_MAP, 'P', "vf", "D"},
    {INVOCATION_PAGE_TABLE_UNMAP, 'P', "", ""},
    {INVOCATION_PAGE_MAP, 'F', "vrf", "D"},
    {INVOCATION_PAGE_MAP, 'L', "vrf", "D"},
    {INVOCATION_PAGE_UNMAP, 'F', "", ""},
    {INVOCATION_PAGE_UNMAP, 'L', "", ""},
    {INVOCATION_PAGE_CLEAN_DATA, 'F', "oo", ""},
    {INVOCATION_PAGE_INVALIDATE_DATA, 'L', "oo", ""},
    {INVOCATION_PAGE_GET_ADDRESS, 'F', "", ""},
    {INVOCATION_ASID_CONTROL_MAKE_POOL, 'a', "ed", "UC"},
    {INVOCATION_ASID_POOL_ASSIGN, 'A', "", "D"},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

word_t fuzz_below(struct fuzz *fuzz, word_t limit) {
  fuzz->state ^= fuzz->state << 13;
  fuzz->state ^= fuzz->state >> 17;
  fuzz->state ^= fuzz->state << 5;
  return (word_t)(((uint64_t)fuzz->state * limit) >> 32);
}

void fuzz_start(struct fuzz *fuzz, word_t seed, word_t (*identify)(word_t)) {
  fuzz->state = seed * 2654435761u ^ 0x9e3779b9u;
  if (fuzz->state == 0)
    fuzz->state = 1;
  fuzz->identify = identify;
}

static bool chance(struct fuzz *fuzz, word_t one_in) {
  return fuzz_below(fuzz, one_in) == 0;
}

static word_t any_word(struct fuzz *fuzz) {
  switch (fuzz_below(fuzz, 4)) {
  case 0:
    return fuzz_below(fuzz, 40);
  case 1:
    return 0u - fuzz_below(fuzz, 40);
  case 2:
    return 1u << fuzz_below(fuzz, 32);
  default:
    return fuzz_below(fuzz, 0xffffffffu);
  }
}

static word_t any_slot(struct fuzz *fuzz) {
  return fuzz_below(fuzz, chance(fuzz, 3) ? FUZZ_SLOTS : FUZZ_SLOTS / 4);
}

/* A slot whose capability has that code; any if none is found soon. */
static word_t slot_of(struct fuzz *fuzz, word_t code) {
  word_t slot = any_slot(fuzz);

  for (word_t i = 0; i < TRIES && fuzz->identify(slot) != code; i++)
    slot = any_slot(fuzz);
  return slot;
}

static word_t code_of(char letter) {
  for (size_t i = 0; i < COUNT(kinds); i++)
    if (kinds[i].letter == letter)
      return kinds[i].code;
  return KIND_ANY;
}

static word_t any_cap(struct fuzz *fuzz, char letter) {
  if (chance(fuzz, 40))
    return any_word(fuzz);
  return chance(fuzz, 12) ? any_slot(fuzz) : slot_of(fuzz, code_of(letter));
}

static word_t used_slot(struct fuzz *fuzz) {
  word_t slot = any_slot(fuzz);

  for (word_t i = 0; i < TRIES && fuzz->identify(slot) == 0; i++)
    slot = any_slot(fuzz);
  return slot;
}

static word_t depth(struct fuzz *fuzz) {
  return chance(fuzz, 30) ? fuzz_below(fuzz, 36) : WORD_BITS;
}

/* A few addresses, so that they meet again, on all kinds of borders. */
static word_t address(struct fuzz *fuzz) {
  static const word_t bases[] = {0x40000000u, 0x40100000u, 0x41000000u,
                                 0xdff00000u, 0xe0000000u, 0x00001000u};
  word_t base = bases[fuzz_below(fuzz, COUNT(bases))];

  return base + (fuzz_below(fuzz, 32) << (chance(fuzz, 10) ? 4 : 12));
}

static word_t size_bits(struct fuzz *fuzz) {
  return chance(fuzz, 10) ? fuzz_below(fuzz, 34) : 1 + fuzz_below(fuzz, 12);
}

static word_t rights(struct fuzz *fuzz) {
  return chance(fuzz, 2) ? RIGHTS_ALL : fuzz_below(fuzz, 16);
}

/* A guard that keeps slots where they are, any other, or a badge. */
static word_t data(struct fuzz *fuzz) {
  if (chance(fuzz, 3))
    return (WORD_BITS - FUZZ_RADIX) << 3;
  return chance(fuzz, 2) ? fuzz_below(fuzz, 8) : any_word(fuzz);
}

static word_t argument(struct fuzz *fuzz, char kind) {
  if (chance(fuzz, 50))
    return any_word(fuzz);
  switch (kind) {
  case 'i':
    return used_slot(fuzz);
  case 'e':
    return slot_of(fuzz, 0);
  case 'd':
    return depth(fuzz);
  case 'z':
    return 0;
  case 'r':
    return rights(fuzz);
  case 'b':
    return data(fuzz);
  case 't':
    return fuzz_below(fuzz, OBJECT_TYPE_COUNT + 1);
  case 's':
    return size_bits(fuzz);
  case 'n':
    return chance(fuzz, 6) ? fuzz_below(fuzz, 300) : 1 + fuzz_below(fuzz, 3);
  case 'v':
    return address(fuzz);
  case 'f':
    return fuzz_below(fuzz, 16);
  case 'c':
    return fuzz_below(fuzz, 22);
  case 'p':
    return fuzz_below(fuzz, 102);
  case 'q':
    return fuzz_below(fuzz, 165);
  case 'o':
    return fuzz_below(fuzz, 0x1100);
  default:
    return any_word(fuzz);
  }
}

static void fill(struct fuzz *fuzz, struct fuzz_call *call) {
  for (word_t i = 0; i < FUZZ_WORDS; i++)
    call->words[i] = chance(fuzz, 4) ? any_word(fuzz) : i;
  for (word_t i = 0; i < 3; i++)
    call->caps[i] = used_slot(fuzz);
  call->receive[0] = slot_of(fuzz, code_of('C'));
  call->receive[1] = slot_of(fuzz, 0);
  call->receive[2] = depth(fuzz);
}

static void invoke(struct fuzz *fuzz, struct fuzz_call *call) {
  const struct invocation_template *chosen =
      &invocations[fuzz_below(fuzz, COUNT(invocations))];
  word_t label = chance(fuzz, 60) ? any_word(fuzz) : chosen->label;
  word_t words = 0;
  word_t caps = 0;

  for (; chosen->words[words] != 0; words++)
    call->words[words] = argument(fuzz, chosen->words[words]);
  for (; chosen->caps[caps] != 0; caps++)
    call->caps[caps] = any_cap(fuzz, chosen->caps[caps]);
  if (chance(fuzz, 40))
    words = fuzz_below(fuzz, 128);
  if (chance(fuzz, 40))
    caps = fuzz_below(fuzz, 4);
  call->number = chance(fuzz, 20) ? SYSCALL_SEND : SYSCALL_CALL;
  call->cap = any_cap(fuzz, chosen->object);
  call->info = MESSAGE_INFO(label & 0xfffffu, 0, caps, words);
}

static void communicate(struct fuzz *fuzz, struct fuzz_call *call) {
  static const int numbers[] = {
      SYSCALL_CALL,    SYSCALL_CALL, SYSCALL_REPLY_RECV, SYSCALL_SEND,
      SYSCALL_NB_SEND, SYSCALL_RECV, SYSCALL_REPLY,      SYSCALL_REPLY_RECV,
      SYSCALL_NB_RECV, SYSCALL_YIELD};

  call->number = numbers[fuzz_below(fuzz, COUNT(numbers))];
  call->cap = any_cap(fuzz, "EENR"[fuzz_below(fuzz, 4)]);
  call->info = MESSAGE_INFO(fuzz_below(fuzz, 8), fuzz_below(fuzz, 8),
                            chance(fuzz, 4) ? fuzz_below(fuzz, 4) : 0,
                            chance(fuzz, 8) ? fuzz_below(fuzz, 128)
                                            : fuzz_below(fuzz, 6));
}

/* Numbers that the kernel answers without stopping or printing. */
static void odd_number(struct fuzz *fuzz, struct fuzz_call *call) {
  static const int numbers[] = {SYSCALL_DEBUG_CAP_IDENTIFY,
                                SYSCALL_SET_TLS_BASE,
                                SYSCALL_DEBUG_NAME_THREAD,
                                0,
                                1,
                                -15,
                                -29,
                                -31,
                                0x7fffffff};

  call->number = numbers[fuzz_below(fuzz, COUNT(numbers))];
  call->cap = any_slot(fuzz);
  call->info = any_word(fuzz);
}

void fuzz_next(struct fuzz *fuzz, struct fuzz_call *call) {
  word_t way = fuzz_below(fuzz, 100);

  fill(fuzz, call);
  if (way < 62)
    invoke(fuzz, call);
  else if (way < 98)
    communicate(fuzz, call);
  else
    odd_number(fuzz, call);
}
