# The `v8` interface target: Debian's V8, its include folder, defines and RTTI setting in one place.
include(distribution)
find_path(V8_INCLUDE_DIR v8.h PATHS /usr/include/node ${GYRE_DISTRIBUTION}/usr/include/node NO_DEFAULT_PATH)
find_library(V8_LIBRARY node PATHS /usr/lib/x86_64-linux-gnu /usr/lib/aarch64-linux-gnu
             ${GYRE_DISTRIBUTION}/usr/lib/x86_64-linux-gnu ${GYRE_DISTRIBUTION}/usr/lib/aarch64-linux-gnu
             NO_DEFAULT_PATH)
if(NOT V8_INCLUDE_DIR OR NOT V8_LIBRARY)
  message(FATAL_ERROR "V8 not found: neither libnode-dev on the system nor unpacked packages.")
endif()
get_filename_component(V8_LIBRARY_REAL ${V8_LIBRARY} REALPATH)
get_filename_component(V8_LIBRARY_DIR ${V8_LIBRARY_REAL} DIRECTORY)
add_library(v8 INTERFACE)
target_include_directories(v8 SYSTEM INTERFACE ${V8_INCLUDE_DIR})
target_link_libraries(v8 INTERFACE ${V8_LIBRARY_REAL})
# Debian builds V8 without RTTI: classes derived from its classes must be built the same way.
target_compile_options(v8 INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>)
message(STATUS "V8: ${V8_LIBRARY_REAL}")
