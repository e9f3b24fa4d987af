#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace hyper::base {

/// An IPv4 address and a UDP port.
struct endpoint {
  fixed_bytes<4> host{}; ///< in reading order: 127.0.0.1 is 7f 00 00 01
  std::uint16_t port = 0;

  // NOLINTNEXTLINE(modernize-use-nullptr): misread by the checker
  friend auto operator<=>(const endpoint&, const endpoint&) = default;
};

/// "127.0.0.1"
std::string host_text(const fixed_bytes<4>& host);

/// "127.0.0.1:30001"
std::string to_text(const endpoint& where);

/// Reads dotted decimal; no names.
result<fixed_bytes<4>> parse_host(std::string_view text);

/// Reads "HOST:PORT".
result<endpoint> parse_endpoint(std::string_view text);

/// 127.0.0.0/8
bool is_loopback(const fixed_bytes<4>& host);

} // namespace hyper::base
