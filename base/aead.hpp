#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <optional>

// ChaCha20-Poly1305 (RFC 8439) with a counter as nonce: four zero bytes, then
// the counter as 8 bytes little endian, as Noise wants it.

namespace hyper::base {

inline constexpr std::size_t aead_overhead = 16;

using aead_key = fixed_bytes<32>;

/// plain.size() + aead_overhead bytes, bound to `associated`.
bytes aead_seal(const aead_key& key, std::uint64_t counter,
                bytes_view associated, bytes_view plain);

/// The plain bytes; none if anything about the input is not as it was sealed.
std::optional<bytes> aead_open(const aead_key& key, std::uint64_t counter,
                               bytes_view associated, bytes_view sealed);

} // namespace hyper::base
