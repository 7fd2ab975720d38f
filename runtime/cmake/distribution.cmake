# GYRE_DISTRIBUTION: where runtime/tools/fetch_distribution.sh unpacked the packages that are not
# installed on the system (V8 and llhttp, where another vendor's nodejs package is in the way).
include_guard(GLOBAL)
set(GYRE_DISTRIBUTION "${CMAKE_SOURCE_DIR}/build/distribution" CACHE PATH
    "Root of unpacked distribution packages")
if(NOT EXISTS /usr/include/node/v8.h OR NOT EXISTS /usr/lib/x86_64-linux-gnu/libnode.so)
  if(NOT EXISTS ${GYRE_DISTRIBUTION}/.complete)
    execute_process(COMMAND ${CMAKE_SOURCE_DIR}/runtime/tools/fetch_distribution.sh ${GYRE_DISTRIBUTION}
                    RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
      message(FATAL_ERROR "Could not get the distribution's V8 and llhttp packages (see above).")
    endif()
  endif()
endif()
