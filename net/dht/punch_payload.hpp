#pragma once

#include "base/codec.hpp"
#include "base/entropy.hpp"
#include "base/hash.hpp"
#include "net/dht/address_list.hpp"
#include "net/dht/commands.hpp"

#include <optional>

// What client and server tell each other while they punch, sealed under a
// secret of their handshake. Grammar: docs/hyperdht.md.

namespace hyper::dht {

/// Rounds must stay below this: the original sizes the field as one byte.
inline constexpr std::uint64_t punch_round_limit = 253;

/// uint flags, uint error, uint firewall, uint round, then by flag: addresses,
/// remote address, token, remote token.
struct punch_payload {
  peer_error error = peer_error::none;
  dht::firewall firewall = dht::firewall::unknown;
  std::uint64_t round = 0;
  bool connected = false;
  bool punching = false;
  std::optional<address_list> addresses;
  std::optional<base::endpoint> remote_address;
  std::optional<base::hash32> token;
  std::optional<base::hash32> remote_token;

  friend bool operator==(const punch_payload&, const punch_payload&) = default;
};

base::bytes encode(const punch_payload& payload);
base::result<punch_payload> decode_punch_payload(base::bytes_view raw);

using punch_nonce = base::fixed_bytes<24>;

/// Nonce, tag, cipher text.
base::bytes seal_punch(const base::hash32& secret, const punch_nonce& nonce,
                       const punch_payload& payload);

/// Fails with errc::unauthorized when it was not sealed under the secret.
base::result<punch_payload> open_punch(const base::hash32& secret,
                                       base::bytes_view sealed);

/// The punch secret of a finished handshake.
base::hash32 punch_secret(const base::hash64& handshake_hash);

/// Proves to the holder of `own_secret` that a peer receives at this host.
base::hash32 punch_token(const base::hash32& own_secret,
                         const base::fixed_bytes<4>& host);

} // namespace hyper::dht
