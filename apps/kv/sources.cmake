# SPDX-License-Identifier: BSD-2-Clause
# The portable part of kv: the same files on the board and in tests.
set(kv_sources slice.c number.c glob.c cells.c database.c inline.c request.c
  reply.c command.c command_strings.c command_counters.c command_keys.c
  command_server.c command_commands.c expiry.c info.c session.c)
list(TRANSFORM kv_sources PREPEND ${CMAKE_CURRENT_LIST_DIR}/)
