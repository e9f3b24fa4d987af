#pragma once

#include "base/endpoint.hpp"

// Which addresses are worth a datagram, and which are worth remembering.

namespace hyper::dht {

/// False: nobody can be there, whoever names it: port 0, 0.0.0.0/8, multicast,
/// broadcast.
bool can_be_reached(const base::endpoint& where);

/// The addresses of the public network's former test nodes, which the original
/// neither lists nor asks.
bool is_retired(const base::endpoint& where);

} // namespace hyper::dht
