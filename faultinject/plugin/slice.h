/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Short turns. In its deterministic mode the emulator lets one core run until
 * the next timer of the virtual clock, up to 100 ms, and hands on to the next
 * core only when somebody asks for it. This asks every few microseconds, so
 * that healthy replicas stay close together. It must never depend on host
 * time.
 */
#pragma once

/** Start (or resume) the periodic timer. Context: the machine begins to run. */
void slice_start(void);
