#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace hyper::base {

/// Lower case hex.
std::string to_hex(bytes_view data);

/// Reads hex of either case; even length.
result<bytes> from_hex(std::string_view text);

/// z-base-32, alphabet ybndrfg8ejkmcpqxot1uwisza345h769, no padding.
std::string to_z32(bytes_view data);
result<bytes> from_z32(std::string_view text);

/// For a terminal: printable UTF-8 as it is, everything else as \xNN or
/// \u{NNNN}, a backslash doubled.
std::string escape(std::string_view text);

} // namespace hyper::base
