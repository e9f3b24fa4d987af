#pragma once

#include "net/dht/address_list.hpp"

#include <optional>

// Which addresses are worth trying from where. Tables: docs/hyperdht.md.

namespace hyper::dht {

using ipv4_host = base::fixed_bytes<4>;

/// Usable inside one site only: 10/8, 100.64/10, 127/8, 169.254/16,
/// 172.16/12, 192.168/16.
bool is_private(const ipv4_host& host);

/// Never the address of a peer: this network, documentation, benchmarks,
/// multicast and above.
bool is_reserved(const ipv4_host& host);

/// Not usable across the internet: private or reserved.
bool is_bogon(const ipv4_host& host);

/// Whether a datagram may be sent there at all: not port 0, not 0/8, 224/4,
/// 240/4.
bool is_sendable(const base::endpoint& where);

/// The one of `theirs` that is most likely in the same site as one of `mine`:
/// the first with three equal leading octets, else the best of two or one.
std::optional<base::endpoint> match_address(const address_list& mine,
                                            const address_list& theirs);

} // namespace hyper::dht
