# One library per folder and one test program per folder, named after the path.
#
#   hyper_library(net/noise DEPENDS base)
#     library net_noise of net/noise/*.cpp
#   hyper_test(net/noise [DEPENDS extra...])
#     program test_net_noise of tests/net/noise/*.test.cpp; each file is one
#     CAF suite (its CAF_SUITE line) and one CTest test of that name

function(hyper_target_name path out)
  string(REPLACE "/" "_" name ${path})
  set(${out} ${name} PARENT_SCOPE)
endfunction()

function(hyper_library path)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  hyper_target_name(${path} name)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${path}/*.cpp)
  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC hyper_options ${ARG_DEPENDS})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE hyper_options ${ARG_DEPENDS})
  endif()
endfunction()

function(hyper_test path)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  hyper_target_name(${path} name)
  file(GLOB sources CONFIGURE_DEPENDS
    ${CMAKE_SOURCE_DIR}/tests/${path}/*.test.cpp)
  if(NOT sources)
    return()
  endif()
  set(program test_${name})
  file(GLOB helpers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${path}/*.cpp)
  add_executable(${program} ${helpers})
  target_link_libraries(${program} PRIVATE test_support ${ARG_DEPENDS})
  target_precompile_headers(${program} REUSE_FROM test_support)
  if(TARGET ${name})
    target_link_libraries(${program} PRIVATE ${name})
  endif()
  foreach(source ${sources})
    file(STRINGS ${source} line REGEX "^#define CAF_SUITE " LIMIT_COUNT 1)
    string(REGEX REPLACE "^#define CAF_SUITE +([A-Za-z0-9_]+).*" "\\1" suite
      "${line}")
    add_test(NAME ${suite} COMMAND ${program} -n -v 2 -r 240 -s "^${suite}$")
    set_tests_properties(${suite} PROPERTIES TIMEOUT 300 ENVIRONMENT
      "RC_PARAMS=seed=1 max_success=100;HYPER_VECTORS=${CMAKE_SOURCE_DIR}/tests/vectors;HYPER_SOURCE=${CMAKE_SOURCE_DIR}")
  endforeach()
endfunction()
