#pragma once

#include "base/bytes.hpp"

#include <initializer_list>

// BLAKE2b (RFC 7693) as the stack uses it.

namespace hyper::base {

using hash32 = fixed_bytes<32>;
using hash64 = fixed_bytes<64>;

/// BLAKE2b with 32 bytes of output over the concatenation, no key.
hash32 blake2b(std::initializer_list<bytes_view> parts);
hash32 blake2b(bytes_view data);

/// The keyed mode. Requires a key of 16 to 64 bytes.
hash32 keyed_blake2b(bytes_view key, std::initializer_list<bytes_view> parts);

/// BLAKE2b with 64 bytes of output, no key.
hash64 blake2b_64(std::initializer_list<bytes_view> parts);

/// Constant number i of the family `name`: H(H(name) || byte(i)).
hash32 namespace_constant(std::string_view name, std::uint8_t i);

} // namespace hyper::base
