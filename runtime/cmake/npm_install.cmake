# Run by npm.cmake: puts the packages of SOURCE/package-lock.json into FOLDER/node_modules.
file(MAKE_DIRECTORY ${FOLDER})
file(COPY ${SOURCE}/package.json ${SOURCE}/package-lock.json DESTINATION ${FOLDER})
if(INSTALLER)
  execute_process(COMMAND ${INSTALLER} ci WORKING_DIRECTORY ${FOLDER} RESULT_VARIABLE status
                  OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(status EQUAL 0 AND EXISTS ${FOLDER}/node_modules/acorn/package.json)
    return()
  endif()
endif()
# While gyre cannot install yet, npm does where there is one.
find_program(npm npm)
if(npm)
  execute_process(COMMAND ${npm} ci --ignore-scripts --no-audit --no-fund
                  WORKING_DIRECTORY ${FOLDER} RESULT_VARIABLE status OUTPUT_QUIET
                  ERROR_VARIABLE output)
  if(status EQUAL 0)
    return()
  endif()
endif()
message(FATAL_ERROR "Installing the embedded npm packages failed:\n${output}")
