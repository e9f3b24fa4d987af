#pragma once

#include "base/bytes.hpp"

#include <optional>

// XSalsa20-Poly1305, libsodium's crypto_secretbox_easy: MAC, then ciphertext.

namespace hyper::base {

inline constexpr std::size_t secretbox_overhead = 16;

using secretbox_key = fixed_bytes<32>;
using secretbox_nonce = fixed_bytes<24>;

/// plain.size() + secretbox_overhead bytes. A nonce must never be used twice
/// with the same key.
bytes secretbox_seal(const secretbox_key& key, const secretbox_nonce& nonce,
                     bytes_view plain);

/// The plain bytes; none if the box is too short or was not sealed with this
/// key and nonce.
std::optional<bytes> secretbox_open(const secretbox_key& key,
                                    const secretbox_nonce& nonce,
                                    bytes_view box);

} // namespace hyper::base
