#pragma once

#include "net/dht/message.hpp"

#include <cstdint>

// Numbers that HyperDHT puts on the wire. Grammar: docs/hyperdht.md.

namespace hyper::dht {

/// Commands of requests without the "internal" flag.
enum class command : std::uint64_t {
  peer_handshake = 0,
  peer_holepunch = 1,
  find_peer = 2,
  lookup = 3,
  announce = 4,
  unannounce = 5,
  mutable_put = 6,
  mutable_get = 7,
  immutable_put = 8,
  immutable_get = 9,
};

constexpr command_code code_of(command which) {
  return {false, static_cast<std::uint64_t>(which)};
}

/// What a peer knows about the NAT in front of it.
enum class firewall : std::uint64_t {
  unknown = 0,
  open = 1,       ///< reachable by everybody
  consistent = 2, ///< the same public port towards everybody
  random = 3,     ///< a new public port for each remote
};

/// Errors inside handshake and punch payloads.
enum class peer_error : std::uint64_t {
  none = 0,
  aborted = 1,
  version_mismatch = 2,
  try_later = 3,
};

/// Errors of MUTABLE_PUT responses.
inline constexpr std::uint64_t error_seq_reused = 16;
inline constexpr std::uint64_t error_seq_too_low = 17;

/// How far a handshake or punch envelope has come.
enum class relay_mode : std::uint64_t {
  from_client = 0,
  from_server = 1,
  from_relay = 2,
  from_second_relay = 3,
  reply = 4,
};

/// Relay addresses that one peer record may carry; further ones are cut.
inline constexpr std::size_t relay_addresses_max = 3;

/// Records in one lookup reply, and nodes that hold a topic: k of the table.
inline constexpr std::size_t lookup_peers_max = 20;

} // namespace hyper::dht
