/* SPDX-License-Identifier: BSD-2-Clause */
/* Slots in the shared region: publish the own, look at the others. */
#include "rcoe/channel.h"

#include "abi/memory.h"
#include "kernel/arch.h"
#include "kernel/compiler.h"
#include "rcoe/record.h"

static struct slot *slot_of(uint32_t replica_number) {
  volatile uint8_t *block = arch_shared_block(replica_number);
  return (struct slot *)(uintptr_t)(block + SHARED_SLOT_OFFSET);
}

/* Pairs with the readers' fence in channel_read_operation. */
static void publish(enum record_index index, const void *payload) {
  uint32_t check = record_check(payload, index);
  replica.check[index] = check;
  record_write_again(&channel_slot(replica.self)->record[index], payload,
                     check);
  arch_send_event(); /* its DSB makes the record visible first */
}

void channel_publish_stop(void) {
  publish(RECORD_STOP, &replica.stop);
}

void channel_publish_notice(void) {
  publish(RECORD_NOTICE, &replica.notice);
}

void channel_publish_operation(void) {
  publish(RECORD_OPERATION, &replica.operation);
}

void channel_publish_answer(void) {
  publish(RECORD_ANSWER, &replica.answer);
}

static enum record_index position_record(uint32_t lap) {
  return lap & 1 ? RECORD_POSITION_ODD : RECORD_POSITION_EVEN;
}

void channel_publish_position(uint32_t lap) {
  publish(position_record(lap), &replica.position[lap & 1]);
}

void channel_start(void) {
  for (uint32_t j = 0; j < REPLICA_MAX; j++)
    replica.slot[j] = slot_of(j);
  replica.own = channel_slot(replica.self);
  for (uint32_t i = 0; i < ARRAY_SIZE(replica.arrival); i++) {
    struct arrival_copy *copy = &replica.arrival[i];
    copy->check = record_check(&copy->said.time, i);
    record_write_again(&replica.own->record[i], &copy->said.time, copy->check);
  }
  channel_publish_stop();
  channel_publish_notice();
  channel_publish_operation();
  channel_publish_answer();
  channel_publish_position(0);
  channel_publish_position(1);
}

void channel_republish(void) {
  struct slot *own = channel_slot(replica.self);
  const void *const payloads[RECORD_COUNT] = {
      [RECORD_STOP] = &replica.stop,
      [RECORD_NOTICE] = &replica.notice,
      [RECORD_OPERATION] = &replica.operation,
      [RECORD_ANSWER] = &replica.answer,
      [RECORD_POSITION_EVEN] = &replica.position[0],
      [RECORD_POSITION_ODD] = &replica.position[1],
  };
  for (uint32_t i = RECORD_ARRIVAL_EVEN; i <= RECORD_ARRIVAL_ODD; i++)
    record_write_again(&own->record[i], &replica.arrival[i].said.time,
                       replica.arrival[i].check);
  for (uint32_t i = RECORD_ARRIVAL_ODD + 1; i < RECORD_COUNT; i++)
    record_write_again(&own->record[i], payloads[i], replica.check[i]);
  arch_send_event();
}

bool channel_read(uint32_t of, enum record_index index, void *payload) {
  return record_read(&channel_slot(of)->record[index], index, payload);
}

void channel_view(struct view *view) {
  enum record_index index = channel_arrival_record(replica.meeting);
  view->self = replica.self;
  view->live = replica.cycle.live;
  view->arrival_good = 1u << replica.self;
  view->notice_good = 1u << replica.self;
  view->answer_good = 1u << replica.self;
  view->arrival[replica.self] = replica.arrival[replica.meeting & 1].said;
  view->notice[replica.self] = replica.notice;
  view->answer[replica.self] = replica.answer;
  for (uint32_t j = 0; j < REPLICA_MAX; j++) {
    if (!(replica_peers() >> j & 1))
      continue;
    if (channel_read(j, index, &view->arrival[j]))
      view->arrival_good |= 1u << j;
    if (channel_read(j, RECORD_NOTICE, &view->notice[j]))
      view->notice_good |= 1u << j;
    if (channel_read(j, RECORD_ANSWER, &view->answer[j]))
      view->answer_good |= 1u << j;
  }
}

static bool has_failed(uint32_t of) {
  struct notice notice;
  return channel_read(of, RECORD_NOTICE, &notice) &&
         notice.health >= HEALTH_FAILED;
}

/*
 * A peer that stops and then arrives must not look as if it had arrived
 * without stopping: its arrival is read first, and counts only with a legible
 * word about its stop.
 */
static void view_place(struct rendezvous_view *view, uint32_t j,
                       enum record_index index) {
  bool arrived = channel_read(j, index, &view->arrival[j]);
  arch_memory_barrier(); /* pairs with the DSB of each publication */
  bool legible = channel_read(j, RECORD_STOP, &view->stop[j]);
  if (legible)
    view->stop_good |= 1u << j;
  if (legible && arrived)
    view->arrival_good |= 1u << j;
}

void channel_rendezvous_view(struct rendezvous_view *view, uint32_t next) {
  enum record_index index = channel_arrival_record(next);
  view->live = replica.cycle.live;
  view->failed = 0;
  view->stop_good = 1u << replica.self;
  view->arrival_good = 0;
  view->stop[replica.self] = replica.stop;
  for (uint32_t j = 0; j < REPLICA_MAX; j++) {
    if (!(replica_peers() >> j & 1))
      continue;
    view_place(view, j, index);
    if (has_failed(j))
      view->failed |= 1u << j;
  }
}

static uint32_t word_of(const struct shared_record *record, size_t offset) {
  return atomic_load_explicit(&record->word[offset / sizeof(uint32_t)],
                              memory_order_relaxed);
}

bool channel_has_said(uint32_t of, uint32_t round, uint32_t lap) {
  const struct shared_record *record =
      &channel_slot(of)->record[position_record(lap)];
  return word_of(record, offsetof(struct position, round)) == round &&
         word_of(record, offsetof(struct position, lap)) == lap;
}

/* As in view_place, what is later is read first. */
void channel_approach_view(struct approach_view *view) {
  uint32_t next = replica.meeting + 1;
  const struct position *own = &replica.position[view->lap & 1];
  view->live = replica.cycle.live;
  view->good = 1u << replica.self;
  view->arrived = 0;
  view->at[replica.self] = *own;
  for (uint32_t peers = replica_peers(); peers; peers &= peers - 1) {
    uint32_t j = lifecycle_lowest(peers);
    struct arrival arrival;
    bool arrived = channel_read(j, channel_arrival_record(next), &arrival) &&
                   arrival.meeting == next;
    arch_memory_barrier(); /* pairs with the DSB of each publication */
    bool legible = channel_read(j, position_record(view->lap), &view->at[j]);
    if (legible && view->at[j].round == own->round &&
        view->at[j].lap == own->lap)
      view->good |= 1u << j;
    else if (legible && arrived)
      view->arrived |= 1u << j;
  }
}

uint32_t channel_silent(uint32_t of) {
  struct stop stop;
  if (of == replica.self)
    return replica.stop.silent;
  bool good = channel_read(of, RECORD_STOP, &stop);
  return good && stop.round == replica.stop.round ? stop.silent : 0;
}

bool channel_read_operation(uint32_t of, struct operation *operation) {
  if (of == replica.self) {
    *operation = replica.operation;
    return true;
  }
  bool good = channel_read(of, RECORD_OPERATION, operation);
  arch_memory_barrier(); /* the data area is read after the record */
  return good;
}

uint32_t channel_round_open(void) {
  struct stop stop;
  uint32_t highest = 0;
  uint32_t known = replica.stop.round > replica.settled ? replica.stop.round
                                                        : replica.settled;
  for (uint32_t j = 0; j < REPLICA_MAX; j++) {
    if (!(replica_peers() >> j & 1) || !channel_read(j, RECORD_STOP, &stop))
      continue;
    if (stop.round > known && stop.round - replica.settled <= ROUND_WINDOW &&
        stop.round > highest)
      highest = stop.round;
  }
  return highest;
}
