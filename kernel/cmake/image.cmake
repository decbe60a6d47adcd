# SPDX-License-Identifier: BSD-2-Clause
# From libraries to trireme.elf, all in the top of the build directory:
#   kernel.elf   kernel with symbols: baseline or replicated
#   trireme.elf  loader + stripped kernel + device tree + root task + defaults
# The root task is built by apps/ as root.elf in the same place. Another one,
# or another device tree, can be named when configuring.
set(TRIREME_ROOT_ELF ${CMAKE_BINARY_DIR}/root.elf
  CACHE FILEPATH "Root task to pack into the image")
set(TRIREME_DTS ${CMAKE_SOURCE_DIR}/kernel/plat/imx6/sabrelite.dts
  CACHE FILEPATH "Device tree source")

if(TRIREME_REPLICATED)
  set(hooks rcoe_mech rcoe_core shim_mech shim_core)
  set(syscall_entry calm_syscall)
  set(replicated 1)
else()
  set(hooks kernel_hooks_none)
  set(syscall_entry fastpath_entry)
  set(replicated 0)
endif()

function(trireme_link name script)
  target_link_options(${name} PRIVATE -nostdlib -T ${script}
    -Wl,--gc-sections -Wl,--build-id=none -Wl,--no-warn-rwx-segments
    "SHELL:-Xlinker \"-Map=${CMAKE_BINARY_DIR}/${name}.map\"")
  set_target_properties(${name} PROPERTIES LINK_DEPENDS ${script}
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  add_custom_command(TARGET ${name} POST_BUILD
    COMMAND python3 ${CMAKE_SOURCE_DIR}/kernel/loader/seal.py
            $<TARGET_FILE:${name}> VERBATIM)
endfunction()

# The libraries call each other in circles: one group, always in this order.
add_executable(kernel.elf kernel/arch/armv7/start.S)
target_link_libraries(kernel.elf PRIVATE kernel_include kernel_arch_private
  -Wl,--start-group kernel_core kernel_arch kernel_plat ${hooks} gcc
  -Wl,--end-group)
target_link_options(kernel.elf PRIVATE
  -Wl,--defsym=vectors_syscall=${syscall_entry})
add_dependencies(kernel.elf kernel_offsets_header)
trireme_link(kernel.elf ${CMAKE_SOURCE_DIR}/kernel/arch/armv7/kernel.ld)

# The same with invariants checked after every entry; for tests only.
add_executable(kernel_debug.elf kernel/arch/armv7/start.S)
target_link_libraries(kernel_debug.elf PRIVATE kernel_include
  kernel_arch_private
  -Wl,--start-group kernel_core kernel_debug kernel_arch kernel_plat ${hooks}
  gcc -Wl,--end-group)
target_link_options(kernel_debug.elf PRIVATE -Wl,--wrap=hook_kernel_exit
  -Wl,--defsym=vectors_syscall=kernel_syscall_hooked)
add_dependencies(kernel_debug.elf kernel_offsets_header)
trireme_link(kernel_debug.elf ${CMAKE_SOURCE_DIR}/kernel/arch/armv7/kernel.ld)

set(parts ${CMAKE_BINARY_DIR}/parts)
file(MAKE_DIRECTORY ${parts})
foreach(kernel kernel kernel_debug)
  add_custom_command(OUTPUT ${parts}/${kernel}.elf
    COMMAND ${CMAKE_STRIP} -o ${parts}/${kernel}.elf
            $<TARGET_FILE:${kernel}.elf>
    DEPENDS ${kernel}.elf VERBATIM)
endforeach()
add_custom_target(kernel_debug_part DEPENDS ${parts}/kernel_debug.elf)
add_custom_command(OUTPUT ${parts}/sabrelite.dtb
  COMMAND dtc -q -I dts -O dtb -o ${parts}/sabrelite.dtb ${TRIREME_DTS}
  DEPENDS ${TRIREME_DTS} VERBATIM)

# trireme_image(NAME ROOT [KERNEL]): NAME.elf, with the program ROOT as root
# task, and kernel.elf or another kernel.
function(trireme_image name root)
  set(kernel ${parts}/kernel.elf)
  if(ARGC GREATER 2)
    set(kernel ${parts}/${ARGV2}.elf)
  endif()
  set(pack ${CMAKE_SOURCE_DIR}/kernel/loader/pack.py)
  set(payload ${parts}/payload_${name}.S)
  add_custom_command(OUTPUT ${parts}/root_${name}.elf
    COMMAND ${CMAKE_STRIP} -o ${parts}/root_${name}.elf ${root}
    DEPENDS ${root} VERBATIM)
  add_custom_command(OUTPUT ${payload}
    COMMAND python3 ${pack} --replicated ${replicated}
            --kernel ${kernel} --dtb ${parts}/sabrelite.dtb
            --root ${parts}/root_${name}.elf --out ${payload}
    DEPENDS ${pack} ${kernel} ${parts}/sabrelite.dtb
            ${parts}/root_${name}.elf
    VERBATIM)
  add_executable(${name}.elf ${payload})
  target_link_libraries(${name}.elf PRIVATE
    -Wl,--start-group loader plat_boot gcc -Wl,--end-group)
  trireme_link(${name}.elf ${CMAKE_SOURCE_DIR}/kernel/loader/loader.ld)
endfunction()

trireme_image(trireme ${TRIREME_ROOT_ELF})
