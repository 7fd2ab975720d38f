# llhttp: libllhttp-dev where the distribution has it, else the C sources of node-llhttp. Both are
# looked for on the system first, then among the packages unpacked under the build folder.
find_path(LLHTTP_HEADER_DIR llhttp.h PATHS /usr/include ${GYRE_DISTRIBUTION}/usr/share/include/llhttp
          /usr/share/include/llhttp /usr/share/nodejs/llhttp)
find_library(LLHTTP_LIBRARY llhttp)
if(LLHTTP_LIBRARY AND LLHTTP_HEADER_DIR)
  add_library(llhttp INTERFACE)
  target_link_libraries(llhttp INTERFACE ${LLHTTP_LIBRARY})
  target_include_directories(llhttp SYSTEM INTERFACE ${LLHTTP_HEADER_DIR})
else()
  find_path(LLHTTP_SOURCE_DIR llhttp.c PATHS ${GYRE_DISTRIBUTION}/usr/share/llhttp /usr/share/llhttp
            NO_DEFAULT_PATH)
  if(NOT LLHTTP_SOURCE_DIR OR NOT LLHTTP_HEADER_DIR)
    message(FATAL_ERROR "llhttp not found. Run ./dev build, which gets Debian's node-llhttp.")
  endif()
  file(GLOB llhttp_sources ${LLHTTP_SOURCE_DIR}/*.c)
  # libnode.so carries an older llhttp under the same names, and a linker may prefer those: ours get
  # names of their own.
  set(llhttp_names ${CMAKE_BINARY_DIR}/llhttp_names.h)
  set(llhttp_renames "#pragma once\n")
  foreach(source ${llhttp_sources} ${LLHTTP_HEADER_DIR}/llhttp.h)
    file(READ ${source} text)
    string(REGEX MATCHALL "llhttp_[a-z0-9_]+\\(" calls "${text}")
    list(REMOVE_DUPLICATES calls)
    foreach(call ${calls})
      string(REPLACE "(" "" name ${call})
      string(FIND "${llhttp_renames}" " ${name} " known)
      if(known EQUAL -1)
        string(APPEND llhttp_renames "#define ${name} gyre_${name}\n")
      endif()
    endforeach()
  endforeach()
  file(CONFIGURE OUTPUT ${llhttp_names} CONTENT "${llhttp_renames}" @ONLY)
  add_library(llhttp STATIC ${llhttp_sources})
  target_include_directories(llhttp SYSTEM PUBLIC ${LLHTTP_HEADER_DIR})
  target_compile_options(llhttp PRIVATE -w -O2 PUBLIC "SHELL:-include ${llhttp_names}")
  # Refuse a chunk without its closing CRLF and characters a URL may not hold.
  target_compile_definitions(llhttp PUBLIC LLHTTP_STRICT_MODE=1)
endif()
