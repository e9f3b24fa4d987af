# Files as a C++ source: hyper_embed(OUTPUT FOLDER NAME...) writes, at configure
# time, a table of their names and bytes for actors/gateway/page.hpp.

function(hyper_embed output folder)
  set(entries "")
  foreach(name ${ARGN})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${folder}/${name})
    file(READ ${folder}/${name} hex HEX)
    string(LENGTH "${hex}" digits)
    math(EXPR size "${digits} / 2")
    string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${hex}")
    # A literal of reasonable length per line.
    string(REGEX REPLACE "(................................................................)" "\\1\"\n    \"" bytes "${bytes}")
    string(APPEND entries "    {\"${name}\", {\"${bytes}\", ${size}}},\n")
  endforeach()
  list(LENGTH ARGN count)
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT
"#include \"actors/gateway/page.hpp\"

namespace hyper::actors::gateway {

namespace {

constexpr page_source sources[] = {
@entries@};

} // namespace

std::span<const page_source> page_sources() {
  return sources;
}

} // namespace hyper::actors::gateway
")
endfunction()
