/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the database is kept over a loss of power, if it is kept: SAVE writes
 * all keys, the start reads them. The commands know only this.
 */
#pragma once

#include "database.h"

enum keeper_result {
  KEEPER_DONE,
  KEEPER_FULL,   /* some keys are as they were kept before */
  KEEPER_DEVICE, /* it does not work: the same */
};

struct keeper {
  /** Fill an empty database. @return False: it can not be read. */
  bool (*load)(struct database *database);
  /** Keep what is in it, keys that expire left out. When it is DONE all is on
   * the device; when power fails before, each key is as before or as now. */
  enum keeper_result (*save)(struct database *database);
};
