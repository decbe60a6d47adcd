/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Class protocol of a bank of 32 pins. A client Calls; the reply's label is an
 * `enum err`. A pin belongs to the client that sets it up first.
 *
 *   label        MR0  MR1               reply MR0
 *   GPIO_SET_UP  pin  enum gpio_use     -
 *   GPIO_WRITE   pin  0 or 1            -
 *   GPIO_READ    pin  -                 0 or 1; of an output, what was written
 *   GPIO_WATCH   pin  enum gpio_change  -
 *   GPIO_NEWS    -    -                 mask of pins that changed as they were
 *                                       watched for; each only once
 *
 * When a watched pin changes, the service signals the client's event, and the
 * watch has ended. Errors: ERR_RANGE, pin (to be watched: above 15) or value;
 * ERR_INVALID_CAPABILITY, the pin is another client's, or nobody's yet;
 * ERR_ILLEGAL_OPERATION, unknown label, or writing an input.
 */
#pragma once

#define GPIO_PINS 32u
#define GPIO_WATCHED 16u /* pins that can be watched */

enum gpio_label {
  GPIO_SET_UP = 1,
  GPIO_WRITE = 2,
  GPIO_READ = 3,
  GPIO_WATCH = 4,
  GPIO_NEWS = 5,
};

enum gpio_use { GPIO_INPUT = 0, GPIO_OUTPUT = 1 };

/* As the device has them: IMX6DQRM 28.5, ICR. */
enum gpio_change {
  GPIO_IS_LOW = 0,
  GPIO_IS_HIGH = 1,
  GPIO_RISES = 2,
  GPIO_FALLS = 3,
};
