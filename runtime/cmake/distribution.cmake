# GYRE_V8_ROOT: "" when libnode-dev is installed on the system; else the folder where
# runtime/tools/fetch_distribution.sh unpacked the distribution's V8 and llhttp packages. Headers and
# library always come from the same place: another vendor's nodejs package also fills
# /usr/include/node, with another V8.
include_guard(GLOBAL)
set(GYRE_DISTRIBUTION "${CMAKE_SOURCE_DIR}/build/distribution" CACHE PATH
    "Root of unpacked distribution packages")
file(GLOB GYRE_SYSTEM_LIBNODE /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/libnode.so)
if(GYRE_SYSTEM_LIBNODE AND EXISTS /usr/include/node/v8.h)
  set(GYRE_V8_ROOT "")
else()
  set(GYRE_V8_ROOT ${GYRE_DISTRIBUTION})
  if(NOT EXISTS ${GYRE_DISTRIBUTION}/.complete)
    execute_process(COMMAND ${CMAKE_SOURCE_DIR}/runtime/tools/fetch_distribution.sh ${GYRE_DISTRIBUTION}
                    RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
      message(FATAL_ERROR "Could not get the distribution's V8 and llhttp packages (see above).")
    endif()
  endif()
endif()
