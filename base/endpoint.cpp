#include "base/endpoint.hpp"

#include <charconv>

namespace hyper::base {

namespace {

error malformed(std::string_view what, std::string_view text) {
  return {errc::malformed, std::string{"address: "} + std::string{what} +
                               " in '" + std::string{text} + "'"};
}

template <class Int>
bool parse_number(std::string_view text, Int& out) {
  auto last = text.data() + text.size();
  auto [end, code] = std::from_chars(text.data(), last, out);
  return !text.empty() && code == std::errc{} && end == last;
}

} // namespace

std::string host_text(const fixed_bytes<4>& host) {
  std::string out;
  for (auto part : host) {
    if (!out.empty())
      out += '.';
    out += std::to_string(part);
  }
  return out;
}

std::string to_text(const endpoint& where) {
  return host_text(where.host) + ':' + std::to_string(where.port);
}

result<fixed_bytes<4>> parse_host(std::string_view text) {
  if (text == "localhost")
    return fixed_bytes<4>{127, 0, 0, 1};
  fixed_bytes<4> host{};
  auto rest = text;
  for (std::size_t i = 0; i < 4; ++i) {
    auto dot = i < 3 ? rest.find('.') : rest.size();
    if (dot == std::string_view::npos ||
        !parse_number(rest.substr(0, dot), host[i]))
      return malformed("no IPv4 host", text);
    rest.remove_prefix(i < 3 ? dot + 1 : dot);
  }
  return host;
}

result<endpoint> parse_endpoint(std::string_view text) {
  auto colon = text.rfind(':');
  if (colon == std::string_view::npos)
    return malformed("no port", text);
  auto host = parse_host(text.substr(0, colon));
  if (!host)
    return host.failure();
  endpoint where{*host, 0};
  if (!parse_number(text.substr(colon + 1), where.port) || where.port == 0)
    return malformed("no valid port", text);
  return where;
}

bool is_loopback(const fixed_bytes<4>& host) {
  return host[0] == 127;
}

} // namespace hyper::base
