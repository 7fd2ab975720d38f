# Run by npm.cmake: puts the packages of SOURCE/package-lock.json into FOLDER/node_modules with gyre's
# own installer. Install scripts are not run, and none of these packages needs one.
file(MAKE_DIRECTORY ${FOLDER})
file(COPY ${SOURCE}/package.json ${SOURCE}/package-lock.json DESTINATION ${FOLDER})
execute_process(COMMAND ${INSTALLER} ci WORKING_DIRECTORY ${FOLDER} RESULT_VARIABLE status
                OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "Installing the embedded npm packages failed:\n${output}")
endif()
