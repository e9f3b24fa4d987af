#include "actors/gateway/page.hpp"

#include "base/hash.hpp"
#include "base/text.hpp"

#include <map>

namespace hyper::actors::gateway {

namespace {

std::string_view type_of(std::string_view name) {
  auto ending = name.substr(name.rfind('.') + 1);
  if (ending == "html")
    return "text/html; charset=utf-8";
  if (ending == "css")
    return "text/css; charset=utf-8";
  if (ending == "js")
    return "text/javascript; charset=utf-8";
  return "image/svg+xml";
}

std::string etag_of(std::string_view bytes) {
  constexpr std::size_t hash_bytes = 8; // to tell versions apart
  auto hash = base::blake2b(base::as_bytes(bytes));
  return '"' + base::to_hex(base::bytes_view{hash}.first(hash_bytes)) + '"';
}

} // namespace

const page_file* find_page(std::string_view name) {
  static const auto files = [] {
    std::map<std::string_view, page_file> out;
    for (const auto& one : page_sources())
      out[one.name] = {type_of(one.name), one.bytes, etag_of(one.bytes)};
    return out;
  }();
  auto found = files.find(name.empty() ? "index.html" : name);
  return found == files.end() ? nullptr : &found->second;
}

std::string_view page_policy() {
  return "default-src 'none'; script-src 'self'; style-src 'self'; "
         "connect-src 'self'; img-src 'self'; base-uri 'none'; "
         "form-action 'none'; frame-ancestors 'none'";
}

} // namespace hyper::actors::gateway
