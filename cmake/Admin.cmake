# Builds web/, the dashboard, and makes it a part of the library `target`. It runs only when a file of web/ has changed.
option(ORDO_ADMIN "Build the dashboard (needs Node.js 18 and npm)" ON)

function(ordo_admin target)
  set(web ${PROJECT_SOURCE_DIR}/web)
  find_program(ORDO_NODE NAMES node nodejs)
  find_program(ORDO_NPM npm)
  set(version 0)
  if(ORDO_NODE)
    execute_process(COMMAND ${ORDO_NODE} -p process.versions.node OUTPUT_VARIABLE version OUTPUT_STRIP_TRAILING_WHITESPACE)
  endif()
  if(NOT ORDO_ADMIN OR NOT ORDO_NPM OR version VERSION_LESS 18)
    if(ORDO_ADMIN)
      message(STATUS "The dashboard is not built: it needs Node.js 18 or newer and npm (tools/deps.sh installs them)")
    endif()
    target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/no_admin.cc)
    return()
  endif()

  # npm writes this file last. All build folders share the packages.
  set(packages ${web}/node_modules/.package-lock.json)
  add_custom_command(
    OUTPUT ${packages}
    COMMAND ${ORDO_NPM} ci --ignore-scripts --no-audit --no-fund --loglevel=error
    COMMAND ${CMAKE_COMMAND} -E touch ${packages}
    DEPENDS ${web}/package.json ${web}/package-lock.json
    WORKING_DIRECTORY ${web}
    COMMENT "Fetching the packages of the dashboard (-DORDO_ADMIN=OFF builds without)"
    VERBATIM)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${web}/src/*.ts ${web}/src/*.tsx ${web}/src/*.css ${web}/src/*.html)
  list(FILTER sources EXCLUDE REGEX "\\.test\\.ts$")
  set(files ${CMAKE_BINARY_DIR}/web/admin_files.cc)
  add_custom_command(
    OUTPUT ${files}
    COMMAND ${ORDO_NODE} build.mjs ${CMAKE_BINARY_DIR}/web
    DEPENDS ${packages} ${web}/build.mjs ${sources}
    WORKING_DIRECTORY ${web}
    COMMENT "Building the dashboard"
    VERBATIM)
  target_sources(${target} PRIVATE ${files})
  set_source_files_properties(${files} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()
