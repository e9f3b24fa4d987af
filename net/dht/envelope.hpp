#pragma once

#include "base/codec.hpp"
#include "net/dht/commands.hpp"

#include <optional>

// The values of PEER_HANDSHAKE and PEER_HOLEPUNCH requests and responses.
// Grammar: docs/hyperdht.md.

namespace hyper::dht {

/// A Noise message on its way through relays.
///   uint flags (1 peer, 2 relay), uint mode, uint length, noise bytes,
///   6 bytes peer address, 6 bytes relay address
struct handshake_envelope {
  relay_mode mode = relay_mode::from_client;
  base::bytes noise;
  std::optional<base::endpoint> peer;
  std::optional<base::endpoint> relay;

  friend bool operator==(const handshake_envelope&,
                         const handshake_envelope&) = default;
};

/// A sealed punch payload on its way through a relay.
///   uint flags (1 peer), uint mode, uint id, uint length, payload, 6 bytes
///   peer address
struct punch_envelope {
  relay_mode mode = relay_mode::from_client;
  std::uint64_t id = 0; ///< the server's slot for the handshake
  base::bytes payload;
  std::optional<base::endpoint> peer;

  friend bool operator==(const punch_envelope&,
                         const punch_envelope&) = default;
};

base::bytes encode(const handshake_envelope& envelope);

/// An unknown mode is an error.
base::result<handshake_envelope> decode_handshake_envelope(base::bytes_view);

base::bytes encode(const punch_envelope& envelope);
base::result<punch_envelope> decode_punch_envelope(base::bytes_view raw);

} // namespace hyper::dht
