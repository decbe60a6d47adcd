/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An invocation of a kernel object: arguments in, error details or results
 * out. Handlers work in two phases: check everything and change nothing, then
 * do it and not fail. The one exception is ERR_PREEMPTED, after which the
 * thread executes the same system call again from the start.
 */
#pragma once

#include "abi/error.h"
#include "abi/invocation.h"
#include "abi/message.h"
#include "abi/types.h"
#include "kernel/cap.h"
#include "kernel/compiler.h"
#include "kernel/slot.h"

struct tcb;

#define INVOCATION_MAX_REPLY 20 /* words */

struct request {
  struct tcb *thread;              /* who invokes; the current thread */
  const struct ipc_buffer *buffer; /* NULL: none, or not needed */
  struct cap_slot *slot;           /* invoked slot */
  struct cap cap;                  /* capability in it, as invoked */
  struct cap_slot *extra[MESSAGE_MAX_EXTRA_CAPS];
  word_t extra_count;
  word_t label;
  word_t length; /* message words; 4 at most without a buffer */
  bool blocking; /* false for NBSend */
  bool call;     /* somebody waits for a reply */
  word_t reply_length;
  word_t reply[INVOCATION_MAX_REPLY]; /* results, or details of the error */
};

/*
 * Handler of one capability type: decides by request->label.
 * @return ERR_NONE with request->reply_length results; an error with its
 * details in request->reply; ERR_PREEMPTED.
 */
typedef enum err invocation_handler(struct request *request);

/* Message word n. Words beyond request->length are 0. */
word_t invocation_word(const struct request *request, word_t n);

/* ERR_TRUNCATED_MESSAGE unless that many words and extra caps are there. */
MUST_CHECK enum err invocation_require(const struct request *request,
                                       word_t words, word_t caps);

/* Append a result word to the reply. */
void invocation_result(struct request *request, word_t value);

/* Each stores the details of an error and returns its code. */
MUST_CHECK enum err invocation_bad_argument(struct request *request,
                                            word_t number);
MUST_CHECK enum err invocation_bad_cap(struct request *request, word_t number);
MUST_CHECK static inline enum err invocation_bad_range(struct request *request,
                                                       word_t min, word_t max) {
  invocation_result(request, min);
  invocation_result(request, max);
  return ERR_RANGE;
}
MUST_CHECK enum err invocation_no_memory(struct request *request,
                                         word_t bytes_left);

/*
 * ERR_FAILED_LOOKUP: `source` says which lookup failed, `words` are the
 * `count` (0..3) words behind the failure code.
 */
struct lookup_fault;
MUST_CHECK enum err invocation_bad_lookup(struct request *request, bool source,
                                          const struct lookup_fault *fault);

/*
 * Entry from a system call that sends: look up r0, decode and perform, and
 * reply if `call`.
 */
void invocation_handle(struct tcb *thread, bool call, bool blocking);
