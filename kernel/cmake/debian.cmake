# SPDX-License-Identifier: BSD-2-Clause
# Libraries out of Debian's source packages: never in this tree.
#   trireme_fetch(NAME)  sets NAME_source to the folder with its files; needs
#     the network once, and nothing as soon as build/deps has them.
function(trireme_fetch name)
  set(deps ${CMAKE_SOURCE_DIR}/build/deps)
  execute_process(
    COMMAND /usr/bin/python3 ${CMAKE_SOURCE_DIR}/kernel/cmake/fetch_source.py
      ${name} ${deps}
    COMMAND_ERROR_IS_FATAL ANY)
  set(${name}_source ${deps}/${name} PARENT_SCOPE)
endfunction()
