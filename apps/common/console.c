/* SPDX-License-Identifier: BSD-2-Clause */
/* Standard output and input over the serial driver. */
#include "app/console.h"

#include "driver/serial.h"
#include "rt/console.h"
#include "rt/print.h"
#include "rt/start.h"
#include "sel4/sel4.h"

#include <string.h>

static const struct rt_connection *serial;

/* Call the driver with one word; returns the reply's word. */
static word_t serial_call(enum serial_label label, word_t word) {
  seL4_MessageInfo_t reply =
      seL4_CallWithMRs(serial->endpoint, seL4_MessageInfo_new(label, 0, 0, 1),
                       &word, NULL, NULL, NULL);
  if (seL4_MessageInfo_get_label(reply) != ERR_NONE) {
    rt_panic("the serial driver refused a request");
  }
  return word;
}

static void console_write(const char *text, size_t bytes) {
  while (bytes > 0) {
    size_t part = bytes < serial->shared_size ? bytes : serial->shared_size;
    memcpy((void *)(uintptr_t)serial->shared, text, part);
    serial_call(SERIAL_WRITE, (word_t)part);
    text += part;
    bytes -= part;
  }
}

size_t console_poll(char *text, size_t bytes) {
  size_t wanted = bytes < serial->shared_size ? bytes : serial->shared_size;
  size_t given = serial_call(SERIAL_READ, (word_t)wanted);
  memcpy(text, (const void *)(uintptr_t)serial->shared, given);
  return given;
}

static size_t console_read(char *text, size_t bytes) {
  size_t given = console_poll(text, bytes);
  while (given == 0 && bytes > 0) {
    seL4_Wait(serial->event, NULL);
    given = console_poll(text, bytes);
  }
  return given;
}

static void console_drain(void) {
  serial_call(SERIAL_DRAIN, 0);
}

void console_start(void) {
  static const struct rt_console console = {
      .write = console_write,
      .read = console_read,
      .drain = console_drain,
  };
  serial = rt_connect(RT_SERVICE_SERIAL);
  rt_console_set(&console);
}
