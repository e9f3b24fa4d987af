#pragma once

#include "base/keys.hpp"
#include "base/wipe.hpp"

#include <optional>

// Diffie-Hellman on Ed25519 points with the keys that also sign.
// See docs/noise.md.

namespace hyper::base {

/// The clamped private scalar of a signing key pair: SHA-512 of its seed.
secret<32> private_scalar(const key_pair& of);

/// The shared point. None if the key is not a canonical point of the prime
/// order subgroup, or the product is the identity.
std::optional<secret<32>> diffie_hellman(const fixed_bytes<32>& scalar,
                                         const public_key& with);

} // namespace hyper::base
