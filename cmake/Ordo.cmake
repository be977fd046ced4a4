# Flags and helper functions shared by every target.

option(ORDO_WARNINGS_AS_ERRORS "Treat compiler warnings as errors" ON)
option(ORDO_FUZZ "Build the libFuzzer targets (clang)" OFF)
set(ORDO_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize takes them")

add_library(ordo_flags INTERFACE)
target_include_directories(ordo_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(ordo_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wno-sign-conversion
                                            -Wnon-virtual-dtor -Wold-style-cast -Wimplicit-fallthrough)
# Of several files that are compiled as one, each may use a name of another for something else; and g++ takes all of them for
# headers, in which an anonymous namespace would be a mistake.
set(ORDO_AS_ONE $<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>)
target_compile_options(ordo_flags INTERFACE $<$<NOT:${ORDO_AS_ONE}>:-Wshadow>
                                            $<$<AND:${ORDO_AS_ONE},$<CXX_COMPILER_ID:GNU>>:-Wno-subobject-linkage>)
if(ORDO_WARNINGS_AS_ERRORS)
  target_compile_options(ordo_flags INTERFACE -Werror)
endif()
if(ORDO_SANITIZE)
  # What a sanitizer finds ends the process, so that a test fails with it.
  target_compile_options(ordo_flags INTERFACE -fsanitize=${ORDO_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(ordo_flags INTERFACE -fsanitize=${ORDO_SANITIZE})
  # Programs with a sanitizer are large: lld links them in a fifth of the time.
  find_program(ORDO_LLD ld.lld-14)
  if(ORDO_LLD AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_link_options(ordo_flags INTERFACE -fuse-ld=lld)
  endif()
endif()
if(NOT ORDO_SANITIZE)
  include(${CMAKE_CURRENT_LIST_DIR}/Hardening.cmake)
endif()
target_compile_definitions(ordo_flags INTERFACE ORDO_VERSION="${PROJECT_VERSION}" BOOST_ASIO_NO_DEPRECATED)

add_custom_target(exposed_tests)
add_custom_target(threaded_tests)

# ordo_library(name PUBLIC deps... [PRIVATE deps...]): the sources of the folder and of those in it as the library ordo_<name>, and its *_test.cc as
# the test program <name>_test, a ctest labelled "unit". A main.cc belongs to the program that the folder adds itself.
# `make prove` runs a part of the tests with sanitizers. EXPOSED: the folder reads bytes from outside or manages memory, so its tests
# run under ASan (the target exposed_tests). THREADED: it starts threads, so they run under TSan (threaded_tests).
function(ordo_library name)
  cmake_parse_arguments(ARG "EXPOSED;THREADED" "" "PUBLIC;PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cc *.h)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  if(NOT sources)
    set(sources ${PROJECT_SOURCE_DIR}/cmake/empty.cc)
  endif()
  add_library(ordo_${name} STATIC ${sources})
  set_target_properties(ordo_${name} PROPERTIES LINKER_LANGUAGE CXX)
  target_link_libraries(ordo_${name} PUBLIC ordo_flags ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  if(ORDO_FUZZ)  # the fuzzers see what it does; its tests need not be seen
    target_compile_options(ordo_${name} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
  if(tests)
    ordo_test(${name}_test LABEL unit SOURCES ${tests} LINK ordo_${name})
    # What takes the most time to compile is the tests, and most of that is optimization.
    target_compile_options(${name}_test PRIVATE $<$<CONFIG:Release>:-O1>)
    foreach(trait EXPOSED THREADED)
      if(ARG_${trait})
        string(TOLOWER ${trait} label)
        set_property(TEST ${name}_test APPEND PROPERTY LABELS ${label})
        add_dependencies(${label}_tests ${name}_test)
      endif()
    endforeach()
  endif()
endfunction()

# ordo_test(name LABEL label SOURCES ... LINK ... [TIMEOUT seconds] [LAUNCHER command...]): one GoogleTest program, one ctest a
# program. With a launcher the ctest is the launcher with the program as its last argument.
function(ordo_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "SOURCES;LINK;LAUNCHER" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  if(ORDO_SANITIZE)
    math(EXPR ARG_TIMEOUT "3 * ${ARG_TIMEOUT}")
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gtest GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${ARG_LAUNCHER} $<TARGET_FILE:${name}>)
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT})
endfunction()

# ordo_python_test(name LABEL label SECONDS seconds RUN arguments... [TIMEOUT seconds] [PROCESSORS count] [FOLDER path]): one ctest
# of Debian's Python, in the folder that calls unless another is named, which finds the program in ORDO_BIN. SECONDS is about how
# long it takes, and the longest start first. It is one of several beside each other: a test that waits more than it computes
# takes one processor, one beside which nothing large runs takes two.
function(ordo_python_test name)
  cmake_parse_arguments(ARG "" "LABEL;SECONDS;TIMEOUT;PROCESSORS;FOLDER" "RUN" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 1200)
  endif()
  if(NOT ARG_PROCESSORS)
    set(ARG_PROCESSORS 1)
  endif()
  if(NOT ARG_FOLDER)
    set(ARG_FOLDER ${CMAKE_CURRENT_SOURCE_DIR})
  endif()
  add_test(NAME ${name} COMMAND /usr/bin/python3 ${ARG_RUN} WORKING_DIRECTORY ${ARG_FOLDER})
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT} COST ${ARG_SECONDS}
                       PROCESSORS ${ARG_PROCESSORS}
                       ENVIRONMENT "ORDO_BIN=$<TARGET_FILE:ordo>;PYTHONDONTWRITEBYTECODE=1")
endfunction()
