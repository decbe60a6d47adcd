# SPDX-License-Identifier: BSD-2-Clause
# Cross tool chain: Cortex-A9, ARM state (the kernel's fault addresses and the
# system-call stubs rely on it), soft float (the kernel must leave the FPU alone).
# Flags that only the kernel wants hang on the target kernel_include.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR armv7-a)

set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_ASM_COMPILER arm-none-eabi-gcc)
set(CMAKE_AR arm-none-eabi-ar)
set(CMAKE_RANLIB arm-none-eabi-ranlib)
set(CMAKE_OBJCOPY arm-none-eabi-objcopy)
set(CMAKE_STRIP arm-none-eabi-strip)

# A bare-metal tool chain can not link a test program without our start code.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

# The prefix map keeps paths of the build machine out of the images, so that
# equal sources give equal images.
cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH trireme_kernel_dir)
cmake_path(GET trireme_kernel_dir PARENT_PATH trireme_source_dir)
set(trireme_flags "-mcpu=cortex-a9 -marm -mfloat-abi=soft")
string(APPEND trireme_flags
  " -fno-common \"-ffile-prefix-map=${trireme_source_dir}=.\"")
set(CMAKE_C_FLAGS_INIT "${trireme_flags}")
set(CMAKE_ASM_FLAGS_INIT
  "${trireme_flags} -Xassembler \"--debug-prefix-map=${trireme_source_dir}=.\"")

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
