#pragma once

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/hash.hpp"

// The id space: 256 bit numbers, distance by exclusive or. docs/dht.md.

namespace hyper::dht {

/// A place in the id space: the id of a node, or a target.
using node_id = base::hash32;

inline constexpr unsigned id_bits = 256;

/// The id of whoever is reached at that address: BLAKE2b of the address as it
/// stands on the wire.
node_id id_of(const base::endpoint& where);

/// Leading bits that both have in common: 0 to 256.
unsigned shared_bits(const node_id& left, const node_id& right);

/// Exclusive or. Distances compare as big endian numbers, as arrays do.
node_id distance(const node_id& left, const node_id& right);

} // namespace hyper::dht
