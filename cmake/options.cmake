# Flags that every target shares: warnings are errors, assertions stay on in
# release builds, and ccache knows how to deal with precompiled headers.

add_library(hyper_options INTERFACE)
target_compile_options(hyper_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow=local -Wconversion -Werror
  -fstack-protector-strong)
target_compile_definitions(hyper_options INTERFACE _GLIBCXX_ASSERTIONS)
target_include_directories(hyper_options INTERFACE ${CMAKE_SOURCE_DIR})

# Assertions of ours do not depend on NDEBUG; -O2 keeps compile times sane.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")

# GCC 12 sees members of an empty optional being read where none are.
target_compile_options(hyper_options INTERFACE -Wno-maybe-uninitialized)

if(HYPER_SANITIZE)
  target_compile_options(hyper_options INTERFACE
    -fsanitize=${HYPER_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer
    # Instrumented code makes the compiler see uninitialised values in headers
    # of the standard library; the sanitizers themselves find the real ones.
    -Wno-maybe-uninitialized)
  target_link_options(hyper_options INTERFACE -fsanitize=${HYPER_SANITIZE})
  if(HYPER_SANITIZE STREQUAL thread)
    # Asio has fences, which the sanitizer does not follow; ours have none.
    target_compile_options(hyper_options INTERFACE -Wno-tsan)
  endif()
endif()

find_program(HYPER_CCACHE ccache)
if(HYPER_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env
    CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
    CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    ${HYPER_CCACHE})
  target_compile_options(hyper_options INTERFACE -fpch-preprocess)
endif()
