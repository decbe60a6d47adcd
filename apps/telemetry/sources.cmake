# SPDX-License-Identifier: BSD-2-Clause
# The portable part of telemetry: the same files on the board and in tests.
set(telemetry_sources packet.c fields.c commands.c uplink.c rotation.c
  attitude.c plant.c)
list(TRANSFORM telemetry_sources PREPEND ${CMAKE_CURRENT_LIST_DIR}/)
