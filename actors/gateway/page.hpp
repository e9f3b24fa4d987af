#pragma once

#include <span>
#include <string>
#include <string_view>

// The page for people: files of actors/gateway/page/, built into the program.

namespace hyper::actors::gateway {

/// One file as it was built in (cmake/embed.cmake).
struct page_source {
  std::string_view name;
  std::string_view bytes;
};
std::span<const page_source> page_sources();

/// One file as it is served.
struct page_file {
  std::string_view type; ///< of its content
  std::string_view bytes;
  std::string etag; ///< strong: a hash of the bytes
};

/// "index.html" for an empty name; null for what is not there.
const page_file* find_page(std::string_view name);

/// The policy under which a browser shows it: nothing from elsewhere, no code
/// but its own files (W3C Content Security Policy Level 3).
std::string_view page_policy();

} // namespace hyper::actors::gateway
