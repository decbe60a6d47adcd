# SPDX-License-Identifier: BSD-2-Clause
"""The tables of the store. It must never hold a column for a verdict."""
from __future__ import annotations

SCHEMA_VERSION = 2

# README.md explains every column; keep both in step.
SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS campaign (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  toml TEXT NOT NULL,
  seed INTEGER NOT NULL,
  trials INTEGER NOT NULL,
  sampling TEXT NOT NULL,
  errors_goal INTEGER,
  created TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS golden (
  hash TEXT PRIMARY KEY,
  campaign INTEGER NOT NULL REFERENCES campaign(id),
  variant TEXT NOT NULL,
  config TEXT NOT NULL,
  image_hash TEXT NOT NULL,
  input_hash TEXT NOT NULL,
  commit_hash TEXT NOT NULL,
  emulator TEXT NOT NULL,
  plugin_hash TEXT NOT NULL,
  exit_status INTEGER NOT NULL,
  end_reason TEXT NOT NULL,
  virtual_ns INTEGER NOT NULL,
  instructions TEXT NOT NULL,
  console BLOB NOT NULL,
  output_digest TEXT,
  events BLOB NOT NULL,
  digests TEXT NOT NULL,
  created TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS space (
  golden_hash TEXT NOT NULL REFERENCES golden(hash),
  variant TEXT NOT NULL,
  replica INTEGER NOT NULL,
  region TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  first_ns INTEGER NOT NULL,
  last_ns INTEGER NOT NULL,
  live_bit_ns INTEGER,
  overwritten_bit_ns INTEGER,
  unread_bit_ns INTEGER,
  classes INTEGER,
  PRIMARY KEY (golden_hash, replica, region)
);
CREATE TABLE IF NOT EXISTS not_injected (
  golden_hash TEXT NOT NULL REFERENCES golden(hash),
  region TEXT NOT NULL,
  what TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (golden_hash, region, what)
);
CREATE TABLE IF NOT EXISTS trial (
  campaign INTEGER NOT NULL REFERENCES campaign(id),
  k INTEGER NOT NULL,
  variant TEXT NOT NULL,
  seed INTEGER NOT NULL,
  fault TEXT NOT NULL,
  kind TEXT NOT NULL,
  model TEXT NOT NULL,
  replica INTEGER,
  region TEXT,
  owner TEXT,
  at_ns INTEGER NOT NULL,
  image_hash TEXT NOT NULL,
  commit_hash TEXT NOT NULL,
  emulator TEXT NOT NULL,
  golden_hash TEXT NOT NULL REFERENCES golden(hash),
  exit_status INTEGER NOT NULL,
  end_reason TEXT NOT NULL,
  virtual_ns INTEGER NOT NULL,
  flip_stamp INTEGER,
  first_detect_stamp INTEGER,
  resume_stamp INTEGER,
  console BLOB NOT NULL,
  output_digest TEXT,
  events BLOB NOT NULL,
  pcs TEXT NOT NULL,
  digests TEXT NOT NULL,
  control_digests TEXT,
  class_first_ns INTEGER,
  class_last_ns INTEGER,
  weight_bit_ns INTEGER,
  wall_s REAL NOT NULL,
  created TEXT NOT NULL,
  PRIMARY KEY (campaign, k)
);
CREATE TABLE IF NOT EXISTS harness_failure (
  campaign INTEGER NOT NULL REFERENCES campaign(id),
  k INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  error TEXT NOT NULL,
  created TEXT NOT NULL
);
"""

APPEND_ONLY = ("campaign", "golden", "space", "not_injected", "trial",
               "harness_failure")
