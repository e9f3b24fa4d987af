#pragma once

#include "base/codec.hpp"

#include <string>
#include <string_view>
#include <variant>

// Addresses of either family, as the original's value encodings have them:
// hosts in reading order, ports little endian. See docs/compact-encoding.md.

namespace hyper::base {

using ipv4_host = fixed_bytes<4>;
using ipv6_host = fixed_bytes<16>;
using ip_host = std::variant<ipv4_host, ipv6_host>;

/// All eight groups in hex, without leading zeros and without "::", as the
/// original writes them: "2001:db8:0:0:0:0:0:1".
std::string host_text(const ipv6_host& host);
std::string host_text(const ip_host& host);

/// Reads eight groups, or fewer around one "::".
result<ipv6_host> parse_ipv6(std::string_view text);

/// Reads an address of the family that its text shows.
result<ip_host> parse_ip(std::string_view text);

/// One byte family, 4 or 6, then the host. Any other family is read as 6.
void encode(writer& out, const ip_host& host);
ip_host decode_ip(reader& in);

} // namespace hyper::base
