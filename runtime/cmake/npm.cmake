# The npm packages that builtin modules stand on (runtime/lib/package.json + lockfile): installed into
# the build folder by gyre itself, which needs no V8 for that, then cut down to what is reachable.
# Sets GYRE_NPM_CLOSURE; depend on ${GYRE_NPM_CLOSURE}.stamp.
set(GYRE_NPM_FOLDER ${CMAKE_BINARY_DIR}/npm)
set(GYRE_NPM_CLOSURE ${CMAKE_BINARY_DIR}/npm_closure)
set(npm_manifests ${CMAKE_SOURCE_DIR}/runtime/lib/package.json
    ${CMAKE_SOURCE_DIR}/runtime/lib/package-lock.json)

add_custom_command(
  OUTPUT ${GYRE_NPM_FOLDER}.stamp
  COMMAND ${CMAKE_COMMAND} -DFOLDER=${GYRE_NPM_FOLDER} -DSOURCE=${CMAKE_SOURCE_DIR}/runtime/lib
          -DINSTALLER=$<TARGET_FILE:gyre> -P ${CMAKE_SOURCE_DIR}/runtime/cmake/npm_install.cmake
  COMMAND ${CMAKE_COMMAND} -E touch ${GYRE_NPM_FOLDER}.stamp
  DEPENDS ${npm_manifests} ${CMAKE_SOURCE_DIR}/runtime/cmake/npm_install.cmake
  COMMENT "Installing the embedded npm packages")

add_executable(npm_closure tools/npm_closure.cpp)
target_link_libraries(npm_closure PRIVATE resolution base)
set_target_properties(npm_closure PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tools)
add_custom_command(
  OUTPUT ${GYRE_NPM_CLOSURE}.stamp
  COMMAND npm_closure ${GYRE_NPM_FOLDER} ${CMAKE_SOURCE_DIR}/runtime/lib/embedded_packages.txt
          ${GYRE_NPM_CLOSURE}
  COMMAND ${CMAKE_COMMAND} -E touch ${GYRE_NPM_CLOSURE}.stamp
  DEPENDS npm_closure ${GYRE_NPM_FOLDER}.stamp
          ${CMAKE_SOURCE_DIR}/runtime/lib/embedded_packages.txt
  COMMENT "Choosing the files of the embedded npm packages")
