# SPDX-License-Identifier: BSD-2-Clause
# Language level and warnings of all our C, and two ways to make a library:
#   trireme_library(NAME SOURCES ... LINK ...)  static library, C11, -Werror
#   trireme_interface(NAME INCLUDE DIR... LINK ...) headers only
add_library(trireme_options INTERFACE)
target_compile_features(trireme_options INTERFACE c_std_11)
set(CMAKE_C_EXTENSIONS OFF)
target_compile_options(trireme_options INTERFACE
  $<$<COMPILE_LANGUAGE:C>:-Wall -Wextra -Werror -Wconversion -Wshadow
  -Wmissing-prototypes -Wswitch-enum -Wvla -Wundef>)
if(CMAKE_CROSSCOMPILING)
  target_compile_options(trireme_options INTERFACE
    -ffunction-sections -fdata-sections
    $<$<COMPILE_LANGUAGE:C>:-Wstack-usage=512>)
endif()

# Unit tests and the portable libraries that they link, on the host only: with
# sanitizers, or with counters for gcov, which sanitizers would add branches to.
option(TRIREME_COVERAGE "Count lines and branches instead of sanitizing" OFF)
add_library(trireme_sanitize INTERFACE)
if(TRIREME_COVERAGE)
  target_compile_options(trireme_sanitize INTERFACE --coverage -O0)
  target_link_options(trireme_sanitize INTERFACE --coverage)
elseif(NOT CMAKE_CROSSCOMPILING)
  target_compile_options(trireme_sanitize INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_link_options(trireme_sanitize INTERFACE -fsanitize=address,undefined)
endif()

function(trireme_interface name)
  cmake_parse_arguments(ARG "" "" "INCLUDE;LINK" ${ARGN})
  add_library(${name} INTERFACE)
  target_include_directories(${name} INTERFACE ${ARG_INCLUDE})
  target_link_libraries(${name} INTERFACE ${ARG_LINK})
endfunction()

function(trireme_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC ${ARG_LINK} PRIVATE trireme_options)
  if(NOT CMAKE_CROSSCOMPILING)
    target_link_libraries(${name} PUBLIC trireme_sanitize)
  endif()
endfunction()
