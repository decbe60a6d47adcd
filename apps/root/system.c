/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system as a table. Drivers stand above applications, so that a device is
 * served before anybody computes. A process gets exactly what its row says.
 */
#include "system.h"

#include "own.h"
#include "rt/print.h"

#include <string.h>

#define DRIVER_PRIORITY 200
#define SERVER_PRIORITY 190
#define PARTNER_PRIORITY 150
#define APPLICATION_PRIORITY 100
#define MEMORY_BITS 18 /* 256 KiB each */

#define SERIAL (1u << RT_SERVICE_SERIAL)
#define TIMER (1u << RT_SERVICE_TIMER)
#define BLOCK (1u << RT_SERVICE_BLOCK)
#define PARTNER (1u << RT_SERVICE_PARTNER)
#define ETHERNET (1u << RT_SERVICE_ETHERNET)
#define NETWORK (1u << RT_SERVICE_NETWORK)
#define FLASH (1u << RT_SERVICE_FLASH)
#define STORE (1u << RT_SERVICE_STORE)
#define I2C (1u << RT_SERVICE_I2C)
#define GPIO (1u << RT_SERVICE_GPIO)
#define WATCHDOG (1u << RT_SERVICE_WATCHDOG)
#define SD (1u << RT_SERVICE_SD)
#define EPIT (1u << RT_SERVICE_EPIT)

/* Register pages and interrupts: drivers/<name>/device.toml. */
static const struct process_plan plans[] = {
    {.name = "timer",
     .priority = DRIVER_PRIORITY,
     .memory_bits = MEMORY_BITS,
     .serves = RT_SERVICE_TIMER,
     .irq = 87,
     .device = PLAN_REGISTERS,
     .registers = {0x02098000}},
    {.name = "uart",
     .priority = DRIVER_PRIORITY,
     .memory_bits = MEMORY_BITS,
     .serves = RT_SERVICE_SERIAL,
     .irq = 59,
     .device = PLAN_REGISTERS,
     .registers = {0x021e8000}},
    {.name = "ramdisk",
     .priority = DRIVER_PRIORITY,
     .memory_bits = MEMORY_BITS,
     .serves = RT_SERVICE_BLOCK,
     .device = PLAN_RAMDISK},
    {.name = "flash",
     .priority = DRIVER_PRIORITY,
     .memory_bits = MEMORY_BITS,
     .serves = RT_SERVICE_FLASH,
     .uses = TIMER,
     .device = PLAN_REGISTERS,
     .registers = {0x02008000, 0x020a4000}},
    {.name = "enet",
     .priority = DRIVER_PRIORITY,
     .memory_bits = MEMORY_BITS,
     .serves = RT_SERVICE_ETHERNET,
     .shared_pages = 8,
     .irq = 150,
     .device = PLAN_REGISTERS,
     .registers = {0x02188000},
     .ring_pages = 17,
     .buffer_pages = 8},
    {.name = "net",
     .priority = SERVER_PRIORITY,
     .memory_bits = 20, /* 1 MiB */
     .serves = RT_SERVICE_NETWORK,
     .uses = TIMER | ETHERNET,
     .shared_pages = 4},
    {.name = "i2c",
     .priority = DRIVER_PRIORITY,
     .memory_bits = MEMORY_BITS,
     .serves = RT_SERVICE_I2C,
     .uses = TIMER,
     .irq = 68,
     .device = PLAN_REGISTERS,
     .registers = {0x021a0000}},
    {.name = "gpio",
     .priority = DRIVER_PRIORITY,
     .memory_bits = MEMORY_BITS,
     .serves = RT_SERVICE_GPIO,
     .irq = 98,
     .device = PLAN_REGISTERS,
     .registers = {0x0209c000}},
    {.name = "watchdog",
     .priority = DRIVER_PRIORITY,
     .memory_bits = MEMORY_BITS,
     .serves = RT_SERVICE_WATCHDOG,
     .irq = 113,
     .device = PLAN_REGISTERS,
     .registers = {0x020c0000}},
    {.name = "sd",
     .priority = DRIVER_PRIORITY,
     .memory_bits = MEMORY_BITS,
     .serves = RT_SERVICE_SD,
     .uses = TIMER,
     .irq = 57,
     .device = PLAN_REGISTERS,
     .registers = {0x0219c000}},
    {.name = "epit",
     .priority = DRIVER_PRIORITY,
     .memory_bits = MEMORY_BITS,
     .serves = RT_SERVICE_EPIT,
     .irq = 88,
     .device = PLAN_REGISTERS,
     .registers = {0x020d0000}},
    {.name = "store",
     .priority = SERVER_PRIORITY,
     .memory_bits = MEMORY_BITS,
     .serves = RT_SERVICE_STORE,
     .uses = FLASH,
     .shared_pages = 5},
    {.name = "partner",
     .priority = PARTNER_PRIORITY,
     .memory_bits = MEMORY_BITS,
     .own_thread = true,
     .serves = RT_SERVICE_PARTNER},

#define APPLICATION(app, services)                                             \
  {                                                                            \
    .name = (app), .priority = APPLICATION_PRIORITY,                           \
    .memory_bits = MEMORY_BITS, .serves = RT_SERVICE_NONE, .uses = (services)  \
  }
    APPLICATION("hello", SERIAL),
    APPLICATION("digest", SERIAL | BLOCK),
    APPLICATION("echo", SERIAL),
    APPLICATION("idle", SERIAL | TIMER),
    APPLICATION("spin", SERIAL),
    APPLICATION("storm", SERIAL),
    APPLICATION("gauss", SERIAL),
    {.name = "bench",
     .priority = APPLICATION_PRIORITY,
     .memory_bits = MEMORY_BITS,
     .own_thread = true,
     .serves = RT_SERVICE_NONE,
     .uses = SERIAL | PARTNER},
    APPLICATION("devices", SERIAL | TIMER | FLASH | STORE | I2C | GPIO |
                               WATCHDOG | SD | EPIT),
    APPLICATION("netecho", SERIAL | TIMER | NETWORK),
    APPLICATION(OWN_APPLICATION, OWN_SERVICES), /* the build; "" = none */
    {.name = "racy",
     .priority = APPLICATION_PRIORITY,
     .memory_bits = MEMORY_BITS,
     .further_threads = 2,
     .serves = RT_SERVICE_NONE,
     .uses = SERIAL},
    APPLICATION("telemetry", SERIAL | TIMER | BLOCK | I2C | NETWORK),
    {.name = "kv",
     .priority = APPLICATION_PRIORITY,
     .memory_bits = 23, /* 8 MiB */
     .extra_pages = 1920,
     .serves = RT_SERVICE_NONE,
     .uses = SERIAL | TIMER | BLOCK | NETWORK},
    {.name = "kvkeep",
     .priority = APPLICATION_PRIORITY,
     .memory_bits = 23,
     .extra_pages = 1920,
     .serves = RT_SERVICE_NONE,
     .uses = SERIAL | TIMER | BLOCK | NETWORK | STORE},
    {.name = "memwalk",
     .priority = APPLICATION_PRIORITY,
     .memory_bits = 23, /* 8 MiB */
     .extra_pages = 1984,
     .serves = RT_SERVICE_NONE,
     .uses = SERIAL},
};

#define PLAN_COUNT (sizeof plans / sizeof plans[0])

static bool is_application(const struct process_plan *plan) {
  return plan->serves == RT_SERVICE_NONE && plan->name[0] != '\0';
}

const struct process_plan *system_find_application(const char *name) {
  for (size_t i = 0; i < PLAN_COUNT; i++) {
    if (is_application(&plans[i]) && strcmp(plans[i].name, name) == 0) {
      return &plans[i];
    }
  }
  return NULL;
}

const struct process_plan *
system_find_beside(const struct process_plan *application) {
  bool own = strcmp(application->name, OWN_APPLICATION) == 0;
  return own ? system_find_application(OWN_BESIDE) : NULL;
}

const struct process_plan *system_find_server(enum rt_service service) {
  for (size_t i = 0; i < PLAN_COUNT; i++) {
    if (plans[i].serves == service && plans[i].uses >> service == 0) {
      return &plans[i];
    }
  }
  rt_panic("a service that no process serves");
}

void system_print_applications(void) {
  for (size_t i = 0; i < PLAN_COUNT; i++) {
    if (is_application(&plans[i])) {
      rt_print(" ");
      rt_print(plans[i].name);
    }
  }
}
