# SPDX-License-Identifier: BSD-2-Clause
# How user programs are compiled and linked.
#   trireme_program(NAME SOURCES ... INCLUDE ... LINK ...)  a process: NAME.elf with symbols
#     in ${CMAKE_BINARY_DIR}/apps, and NAME.stripped beside it for embedding

# Soft float: no program here computes with floating point, though it might.
add_library(user_options INTERFACE)
target_compile_options(user_options INTERFACE
  -mcpu=cortex-a9 -mfloat-abi=soft -marm --specs=nano.specs
  -ffunction-sections -fdata-sections)
target_link_options(user_options INTERFACE
  -mcpu=cortex-a9 -mfloat-abi=soft -marm --specs=nano.specs -nostartfiles
  -nodefaultlibs
  -T ${CMAKE_CURRENT_LIST_DIR}/program.ld -Wl,--gc-sections
  -Wl,-z,max-page-size=4096 -Wl,--build-id=none -Wl,--fatal-warnings)
set_property(TARGET user_options APPEND PROPERTY INTERFACE_LINK_DEPENDS
  ${CMAKE_CURRENT_LIST_DIR}/program.ld)

# Programs that count their branches (rcoe/counting) pass a step between
# compiler and assembler, and a check when they are linked. Another step makes
# other flags, so everything is compiled again; another check, linked again.
if(TRIREME_COUNTED)
  set(counting ${CMAKE_SOURCE_DIR}/rcoe/counting)
  set(steps ${counting}/insert.py ${counting}/assembly.py ${counting}/flow.py)
  set_property(DIRECTORY ${CMAKE_SOURCE_DIR}
    APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${steps})
  set(content "")
  foreach(step ${steps})
    file(SHA256 ${step} hash)
    string(APPEND content ${hash})
  endforeach()
  string(SHA256 content "${content}")
  target_compile_definitions(user_options INTERFACE
    TRIREME_COUNTING_STEP=0x${content})
  target_compile_options(user_options INTERFACE
    -ffixed-r9 -fno-jump-tables -fno-inline-atomics -funroll-loops
    "SHELL:-wrapper /usr/bin/python3,${counting}/insert.py")
  target_link_options(user_options INTERFACE -Wl,--emit-relocs)
  set_property(TARGET user_options APPEND PROPERTY INTERFACE_LINK_DEPENDS
    ${counting}/check.py ${counting}/program.py ${counting}/flow.py
    ${CMAKE_SOURCE_DIR}/kernel/abi/abi/counted.h)
endif()

# For measurements: what a flag alone does to programs, in a build of its own.
set(TRIREME_USER_FLAGS "" CACHE STRING "Further flags for user programs, last")
target_compile_options(user_options INTERFACE ${TRIREME_USER_FLAGS})

# Everything that a program links: its parts, the runtime, the C library (which
# calls back into the runtime, hence the group).
function(trireme_user_link name)
  set(libc -lc_nano -lgcc)
  if(TRIREME_COUNTED)
    set(libc $<TARGET_FILE:libc_counted>)
    add_custom_command(TARGET ${name} POST_BUILD
      COMMAND /usr/bin/python3 ${CMAKE_SOURCE_DIR}/rcoe/counting/check.py
        $<TARGET_FILE:${name}> VERBATIM)
  endif()
  target_link_libraries(${name} PRIVATE ${ARGN} rt trireme_options
    -Wl,--start-group $<TARGET_FILE:rt> ${libc} -Wl,--end-group)
  set_target_properties(${name} PROPERTIES SUFFIX .elf
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/apps)
endfunction()

# Programs may come ready out of another build folder: those of this tree, where
# one from outside is added to an image; and that one, if it does not count its
# branches in an image whose other programs do (apps/CMakeLists.txt).
set(TRIREME_PROGRAMS_FROM "" CACHE PATH "Build folder of this tree's programs")
set(TRIREME_OWN_FROM "" CACHE PATH "Build folder of the one from outside")

function(trireme_ready_program name from)
  set(files ${name}.elf ${name}.stripped)
  list(TRANSFORM files PREPEND ${CMAKE_BINARY_DIR}/apps/ OUTPUT_VARIABLE here)
  list(TRANSFORM files PREPEND ${from}/apps/ OUTPUT_VARIABLE there)
  add_custom_command(OUTPUT ${here} DEPENDS ${there}
    COMMAND ${CMAKE_COMMAND} -E copy ${there} ${CMAKE_BINARY_DIR}/apps VERBATIM)
  add_custom_target(${name} DEPENDS ${here})
  set_property(GLOBAL APPEND PROPERTY TRIREME_PROGRAMS ${name})
endfunction()

function(trireme_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;INCLUDE;LINK" ${ARGN})
  set(from ${TRIREME_PROGRAMS_FROM})
  if(name STREQUAL TRIREME_OWN_NAME)
    set(from ${TRIREME_OWN_FROM})
  endif()
  if(from)
    trireme_ready_program(${name} ${from})
    return()
  endif()
  add_executable(${name} ${ARG_SOURCES} $<TARGET_OBJECTS:rt_crt0>)
  target_include_directories(${name} PRIVATE ${ARG_INCLUDE})
  trireme_user_link(${name} ${ARG_LINK})
  add_custom_command(TARGET ${name} POST_BUILD
    COMMAND ${CMAKE_STRIP} --strip-all -o ${CMAKE_BINARY_DIR}/apps/${name}.stripped
      $<TARGET_FILE:${name}>
    BYPRODUCTS ${CMAKE_BINARY_DIR}/apps/${name}.stripped VERBATIM)
  set_property(GLOBAL APPEND PROPERTY TRIREME_PROGRAMS ${name})
endfunction()
