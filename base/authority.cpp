#include "base/authority.hpp"

namespace hyper::base {

namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view of_ipv6 = "0123456789abcdefABCDEF:.";
constexpr std::string_view of_names =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    "-._~%!$&'()*+,;=";

bool has_only(std::string_view text, std::string_view allowed) {
  return text.find_first_not_of(allowed) == text.npos;
}

bool is_host(std::string_view text) {
  if (text.starts_with('['))
    return text.size() > 2 && text.ends_with(']') &&
           has_only(text.substr(1, text.size() - 2), of_ipv6);
  return !text.empty() && has_only(text, of_names);
}

} // namespace

std::optional<authority> split_authority(std::string_view text) {
  if (text.empty())
    return authority{};
  auto end =
      text.find(':', text.starts_with('[') ? text.find(']') : std::size_t{0});
  authority out{text.substr(0, end), {}};
  if (end != text.npos)
    out.port = text.substr(end + 1);
  if (!is_host(out.host) || !has_only(out.port, digits))
    return std::nullopt;
  return out;
}

} // namespace hyper::base
