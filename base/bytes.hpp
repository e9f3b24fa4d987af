#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hyper::base {

/// An owned run of bytes.
using bytes = std::vector<std::uint8_t>;

/// A borrowed run of bytes; valid as long as its owner is not changed.
using bytes_view = std::span<const std::uint8_t>;

/// A borrowed run of bytes that may be written to.
using mutable_bytes = std::span<std::uint8_t>;

/// Exactly N bytes.
template <std::size_t N>
using fixed_bytes = std::array<std::uint8_t, N>;

/// The bytes of a text, without a terminator.
bytes_view as_bytes(std::string_view text);

/// The text that the bytes spell; no check of the encoding is made.
std::string_view as_text(bytes_view data);

/// An owned copy.
bytes to_bytes(bytes_view data);
bytes to_bytes(std::string_view text);

/// Appends `tail` to `out`.
void append(bytes& out, bytes_view tail);

/// One after the other.
template <class... Parts>
bytes concat(const Parts&... parts) {
  bytes out;
  (append(out, bytes_view{parts}), ...);
  return out;
}

/// Equal length and equal content. Not for secrets: it may stop early.
bool equal(bytes_view left, bytes_view right);

/// Lexicographic order of unsigned bytes; a prefix comes first.
bool less(bytes_view left, bytes_view right);

/// Copies the first N bytes. Requires data.size() >= N.
template <std::size_t N>
fixed_bytes<N> take(bytes_view data) {
  fixed_bytes<N> out{};
  for (std::size_t i = 0; i < N; ++i)
    out[i] = data[i];
  return out;
}

} // namespace hyper::base
