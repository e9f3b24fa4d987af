#pragma once

#include "net/dht/address_class.hpp"
#include "net/dht/node.hpp"

#include <optional>

namespace hyper::dht {

/// How we can be reached, as far as we know: what goes into our handshakes.
struct presence {
  bool open = false; ///< where our relays see us, everybody may send to
  std::optional<base::endpoint> public_address; ///< of an open node
  address_list local_addresses;                 ///< of the server socket

  /// The addresses to tell a peer, best first.
  address_list addresses() const;
};

/// What is known about our sockets beforehand.
struct socket_facts {
  ipv4_host host{}; ///< where they are bound; all zero: everywhere
  std::vector<ipv4_host> interfaces;
  std::uint16_t server_port = 0;
};

/// The server socket on each interface; on loopback if it is bound there, or if
/// there is no interface.
address_list local_addresses(const socket_facts& sockets);

/// All addresses at which a peer on our own host, as its relay sees both, may
/// be listening: the likeliest first, at most local_candidates_max. Not even
/// reserved ranges are left out: with both on one machine they work.
inline constexpr std::size_t local_candidates_max = 8;
address_list local_candidates(const address_list& mine,
                              const address_list& theirs,
                              const ipv4_host& seen_host);

} // namespace hyper::dht
