#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <string>
#include <string_view>

// Ed25519 key pairs and signatures (RFC 8032), and keys as text.

namespace hyper::base {

using public_key = fixed_bytes<32>;
using signature = fixed_bytes<64>;
using seed = fixed_bytes<32>;

/// A signing key pair. `secret` is the seed followed by the public key.
struct key_pair {
  public_key pub{};
  fixed_bytes<64> secret{};

  friend bool operator==(const key_pair&, const key_pair&) = default;
};

key_pair make_key_pair(const seed& from);

signature sign(const key_pair& with, bytes_view message);

bool verify(const public_key& by, bytes_view message, const signature& what);

/// Whether the key is a point of the prime order subgroup, in its one
/// canonical form: what a handshake needs.
bool is_valid_point(const public_key& key);

/// 64 lower case hex digits.
std::string to_text(const public_key& key);

/// Reads 64 hex digits or 52 digits of z-base-32. Says what is wrong: length,
/// alphabet. Does not look whether the key is a point: log keys are hashes.
result<public_key> parse_key(std::string_view text);

} // namespace hyper::base
