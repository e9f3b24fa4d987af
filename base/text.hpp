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

/// ASCII letters in lower case, all else as it is.
std::string lower(std::string_view text);

/// Bytes of the UTF-8 character at the start; 0: there is none.
std::size_t utf8_character(bytes_view raw);

/// For a terminal: printable UTF-8 as it is, other characters as \u{NNNN},
/// controls and bytes that are no UTF-8 as \xNN, a backslash doubled.
std::string escape(std::string_view text);

} // namespace hyper::base
