# The `v8` interface target: Debian's V8, its include folder, defines and RTTI setting in one place.
set(V8_INCLUDE_DIR ${GYRE_V8_ROOT}/usr/include/node)
find_library(V8_LIBRARY node PATHS ${GYRE_V8_ROOT}/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}
             NO_DEFAULT_PATH)
if(NOT EXISTS ${V8_INCLUDE_DIR}/v8.h OR NOT V8_LIBRARY)
  message(FATAL_ERROR "V8 not found: neither libnode-dev on the system nor unpacked packages.")
endif()
get_filename_component(V8_LIBRARY_REAL ${V8_LIBRARY} REALPATH)
get_filename_component(V8_LIBRARY_DIR ${V8_LIBRARY_REAL} DIRECTORY)
add_library(v8 INTERFACE)
# Before the system folders: /usr/include/node of another vendor must not win.
target_include_directories(v8 SYSTEM BEFORE INTERFACE ${V8_INCLUDE_DIR})
target_link_libraries(v8 INTERFACE ${V8_LIBRARY_REAL})
# Debian builds V8 without RTTI: classes derived from its classes must be built the same way.
# A (void) cast is how we say a Maybe is ignored; g++ warns all the same.
target_compile_options(v8 INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti -Wno-unused-result>)
message(STATUS "V8: ${V8_LIBRARY_REAL}")
