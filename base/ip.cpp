#include "base/ip.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

namespace hyper::base {

namespace {

constexpr std::size_t group_count = 8;

using groups = std::vector<std::uint16_t>;

error malformed(std::string_view text) {
  return {errc::malformed,
          "address: no IPv6 host in '" + std::string{text} + "'"};
}

std::optional<std::uint16_t> parse_group(std::string_view text) {
  std::uint16_t value = 0;
  auto last = text.data() + text.size();
  auto [end, code] = std::from_chars(text.data(), last, value, 16);
  if (text.empty() || text.size() > 4 || code != std::errc{} || end != last)
    return std::nullopt;
  return value;
}

// The groups between colons; an empty text has none.
std::optional<groups> parse_groups(std::string_view text) {
  groups all;
  while (!text.empty()) {
    auto colon = text.find(':');
    auto group = parse_group(text.substr(0, colon));
    if (!group || colon + 1 == text.size())
      return std::nullopt;
    all.push_back(*group);
    text.remove_prefix(colon == text.npos ? text.size() : colon + 1);
  }
  return all;
}

} // namespace

std::string host_text(const ipv6_host& host) {
  std::string out;
  for (std::size_t i = 0; i < group_count; ++i) {
    char digits[4];
    auto group = static_cast<unsigned>(host[2 * i] << 8 | host[2 * i + 1]);
    auto end = std::to_chars(digits, digits + sizeof digits, group, 16).ptr;
    out += (i == 0 ? "" : ":") + std::string{digits, end};
  }
  return out;
}

std::string host_text(const ip_host& host) {
  return std::visit([](const auto& known) { return host_text(known); }, host);
}

result<ipv6_host> parse_ipv6(std::string_view text) {
  auto gap = text.find("::");
  auto head = parse_groups(text.substr(0, gap));
  auto tail = parse_groups(gap == text.npos ? "" : text.substr(gap + 2));
  if (!head || !tail)
    return malformed(text);
  auto known = head->size() + tail->size();
  if (gap == text.npos ? known != group_count : known >= group_count)
    return malformed(text);
  head->resize(group_count - tail->size());
  head->insert(head->end(), tail->begin(), tail->end());
  ipv6_host host{};
  for (std::size_t i = 0; i < group_count; ++i) {
    host[2 * i] = static_cast<std::uint8_t>((*head)[i] >> 8);
    host[2 * i + 1] = static_cast<std::uint8_t>((*head)[i]);
  }
  return host;
}

result<ip_host> parse_ip(std::string_view text) {
  if (text.find(':') != text.npos) {
    auto host = parse_ipv6(text);
    if (!host)
      return host.failure();
    return ip_host{*host};
  }
  auto host = parse_host(text);
  if (!host)
    return host.failure();
  return ip_host{*host};
}

void encode(writer& out, const ip_host& host) {
  out.u8(std::holds_alternative<ipv4_host>(host) ? 4 : 6);
  std::visit([&](const auto& known) { out.raw(known); }, host);
}

ip_host decode_ip(reader& in) {
  if (in.u8() == 4)
    return in.fixed<4>();
  return in.fixed<16>();
}

} // namespace hyper::base
