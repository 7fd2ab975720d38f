# Language level, build types and sanitizers, the same for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

# The level of Node's API that process.version announces and that `engines` are checked against.
set(GYRE_NODE_API_VERSION "24.11.0")
set(GYRE_NODE_MODULE_VERSION "137")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
# Dev: quick to compile, no debug information, assertions on.
set(CMAKE_CXX_FLAGS_DEV "-O1")
set(CMAKE_C_FLAGS_DEV "-O1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")

add_compile_options(-Wall -Wextra -Wno-unused-parameter -fno-omit-frame-pointer)
add_compile_definitions(_GNU_SOURCE $<$<CONFIG:Debug,Dev>:GYRE_DEBUG=1>)
include_directories(${CMAKE_SOURCE_DIR})

set(SANITIZE "" CACHE STRING "Comma-separated sanitizers: address,undefined or thread")
if(SANITIZE)
  add_compile_options(-fsanitize=${SANITIZE} -fno-sanitize-recover=all -g1)
  add_link_options(-fsanitize=${SANITIZE})
  # Classes below V8's are built without RTTI (v8.cmake): the check of dynamic types sees no type.
  if(SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize=vptr)
  endif()
endif()

option(GYRE_LTO "Link-time optimisation" OFF)
if(GYRE_LTO)
  # Partitioned (not one serial unit), so both cores of a small machine work on it.
  add_compile_options($<$<COMPILE_LANGUAGE:C,CXX>:-flto=auto>)
  add_link_options(-flto=auto -O2)
endif()

find_program(GYRE_CCACHE ccache)
if(GYRE_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${GYRE_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${GYRE_CCACHE})
endif()
find_program(GYRE_MOLD mold)
if(GYRE_MOLD AND NOT GYRE_LTO)
  add_link_options(-fuse-ld=mold)
endif()
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
