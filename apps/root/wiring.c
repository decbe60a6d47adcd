/* SPDX-License-Identifier: BSD-2-Clause */
/* Connections, devices and interrupts of processes, after their plans. */
#include "wiring.h"

#include "abi/bootinfo.h"
#include "check.h"
#include "layout.h"
#include "memory.h"
#include "rt/print.h"
#include "sel4/sel4.h"

#define DEVICE_ATTRIBUTES VM_EXECUTE_NEVER /* not cacheable: shared */
#define SHARED_ATTRIBUTES (VM_DEFAULT | VM_EXECUTE_NEVER)
#define READ_WRITE (RIGHT_READ | RIGHT_WRITE)
#define CALL_RIGHTS (RIGHT_WRITE | RIGHT_GRANT_REPLY)
#define EVENT_BADGE 1u /* a signal word that is not 0 */

/* Largest frame for `paddr` at `address`; returns its size, log2 bytes. */
static word_t map_device_frame(const struct process *process, paddr_t paddr,
                               vaddr_t address) {
  static const word_t sizes[] = {SECTION_BITS, LARGE_PAGE_BITS,
                                 SMALL_PAGE_BITS};
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    word_t mask = (1u << sizes[i]) - 1;
    cptr_t frame = ((paddr | address) & mask) == 0
                       ? memory_device_frame(paddr, sizes[i])
                       : 0;
    if (frame != 0) {
      process_map(process, &(struct mapping){frame, address, READ_WRITE,
                                             DEVICE_ATTRIBUTES});
      return sizes[i];
    }
  }
  rt_panic("a device that user level does not own");
}

/* Registers get exactly their pages, one after the other; memory gets frames
 * as large as there are. @return Bytes mapped. */
static word_t map_registers(const struct process *process) {
  const paddr_t *bases = process->plan->registers;
  word_t done = 0;
  for (word_t i = 0; i < PLAN_REGISTERS_MAX && bases[i] != 0; i++) {
    cptr_t frame = memory_device_frame(bases[i], SMALL_PAGE_BITS);
    if (frame == 0) {
      rt_panic("a device that user level does not own");
    }
    process_map(process, &(struct mapping){frame, LAYOUT_DEVICE + done,
                                           READ_WRITE, DEVICE_ATTRIBUTES});
    done += LAYOUT_PAGE;
  }
  return done;
}

static void map_memory(const struct process *process, paddr_t base,
                       word_t size) {
  word_t done = 0;
  while (done < size) {
    done += 1u << map_device_frame(process, base + done, LAYOUT_DEVICE + done);
  }
}

static void give_device(struct process *process,
                        const struct boot_arguments *arguments) {
  struct rt_server *server = &process->start.server;
  switch (process->plan->device) {
  case PLAN_NO_DEVICE:
    return;
  case PLAN_REGISTERS:
    server->device_size = map_registers(process);
    break;
  case PLAN_RAMDISK:
    map_memory(process, arguments->ramdisk_base, arguments->ramdisk_size);
    server->device_size = arguments->ramdisk_size;
    break;
  }
  server->device = LAYOUT_DEVICE;
}

/* `pages` pages in a row at `address`; devices get their physical address. */
static struct rt_dma give_dma(const struct process *process, vaddr_t address,
                              word_t pages, word_t attributes) {
  if (pages == 0) {
    return (struct rt_dma){0};
  }
  cptr_t frames = memory_pages(process->untyped, pages);
  paddr_t first = seL4_ARM_Page_GetAddress(frames).paddr;
  for (word_t i = 0; i < pages; i++) {
    if (seL4_ARM_Page_GetAddress(frames + i).paddr != first + i * LAYOUT_PAGE) {
      rt_panic("DMA memory in pieces");
    }
    process_map(process,
                &(struct mapping){frames + i, address + i * LAYOUT_PAGE,
                                  READ_WRITE, attributes});
  }
  return (struct rt_dma){address, first, pages * LAYOUT_PAGE};
}

static void give_dma_memory(struct process *process) {
  const struct process_plan *plan = process->plan;
  struct rt_server *server = &process->start.server;
  server->rings =
      give_dma(process, LAYOUT_RINGS, plan->ring_pages, DEVICE_ATTRIBUTES);
  server->buffers =
      give_dma(process, LAYOUT_BUFFERS, plan->buffer_pages, SHARED_ATTRIBUTES);
  if (plan->ring_pages + plan->buffer_pages > 0) {
    process_give(process,
                 &(struct grant){CHILD_SPACE, process->pd, RIGHTS_ALL, 0});
    server->space = CHILD_SPACE;
  }
}

/* One notification for all that a server is told: interrupts, and events of
 * the services that it uses itself. */
static void give_event(struct process *process) {
  process->event = memory_objects(process->untyped, OBJECT_NOTIFICATION, 0, 1);
  check(seL4_TCB_BindNotification(process->tcb, process->event),
        "binding a notification");
  process_give(process,
               &(struct grant){CHILD_EVENT, process->event, RIGHT_READ, 0});
  process->start.server.event = CHILD_EVENT;
}

static void give_interrupt(struct process *process) {
  cptr_t handler = memory_slots(1);
  check(seL4_IRQControl_Get(ROOT_SLOT_IRQ_CONTROL, process->plan->irq,
                            ROOT_SLOT_CNODE, handler, ROOT_DEPTH),
        "taking an interrupt");
  check(seL4_IRQHandler_SetNotification(
            handler,
            memory_mint(process->event, RIGHT_WRITE, RT_BADGE_INTERRUPT)),
        "routing an interrupt");
  process_give(process,
               &(struct grant){CHILD_INTERRUPT, handler, RIGHTS_ALL, 0});
  process->start.server.irq = CHILD_INTERRUPT;
}

void wiring_serve(struct process *server,
                  const struct boot_arguments *arguments) {
  server->endpoint = memory_objects(server->untyped, OBJECT_ENDPOINT, 0, 1);
  process_give(server,
               &(struct grant){CHILD_SERVICE, server->endpoint, RIGHT_READ, 0});
  server->start.server.endpoint = CHILD_SERVICE;
  give_device(server, arguments);
  give_dma_memory(server);
  if (server->plan->irq != 0 || server->plan->uses != 0) {
    give_event(server);
  }
  if (server->plan->irq != 0) {
    give_interrupt(server);
  }
}

/* Pages that both see; their memory is the client's. Returns their bytes. */
static word_t share_pages(struct process *client, struct process *server,
                          word_t number) {
  enum rt_service service = server->plan->serves;
  word_t pages = server->plan->shared_pages;
  pages = pages == 0 ? 1 : pages;
  for (word_t i = 0; i < pages; i++) {
    word_t offset = i * LAYOUT_PAGE;
    cptr_t frame = memory_objects(client->untyped, OBJECT_SMALL_PAGE, 0, 1);
    process_map(client,
                &(struct mapping){frame, LAYOUT_CONNECTION(service) + offset,
                                  READ_WRITE, SHARED_ATTRIBUTES});
    process_map(server, &(struct mapping){memory_mint(frame, READ_WRITE, 0),
                                          LAYOUT_CLIENT(number) + offset,
                                          READ_WRITE, SHARED_ATTRIBUTES});
  }
  return pages * LAYOUT_PAGE;
}

/* How `server` tells `client` that there is news: a notification of the
 * connection's own, or the one that `client` serves by. Fills the event of the
 * connection; returns what the server signals. */
static struct grant join_event(struct process *client, enum rt_service service,
                               struct rt_connection *connection) {
  if (client->event != 0) {
    connection->event = CHILD_EVENT;
    return (struct grant){0, client->event, RIGHT_WRITE,
                          RT_BADGE_SERVICE(service)};
  }
  cptr_t event = memory_objects(client->untyped, OBJECT_NOTIFICATION, 0, 1);
  connection->event = connection->endpoint + 1;
  process_give(client,
               &(struct grant){connection->event, event, RIGHT_READ, 0});
  return (struct grant){0, event, RIGHT_WRITE, EVENT_BADGE};
}

void wiring_connect(struct process *client, struct process *server) {
  enum rt_service service = server->plan->serves;
  word_t number = server->start.server.client_count++;
  struct rt_connection *connection = &client->start.connections[service];
  if (number == RT_CLIENTS_MAX) {
    rt_panic("too many clients of one service");
  }
  connection->endpoint = CHILD_CONNECTIONS + 2 * (word_t)service;
  struct grant signal = join_event(client, service, connection);
  signal.slot = CHILD_CLIENTS + number;
  connection->shared = LAYOUT_CONNECTION(service);
  connection->shared_size = share_pages(client, server, number);
  process_give(client, &(struct grant){connection->endpoint, server->endpoint,
                                       CALL_RIGHTS, number});
  process_give(server, &signal);
  server->start.server.clients[number] = (struct rt_client){
      signal.slot, LAYOUT_CLIENT(number), connection->shared_size};
}
