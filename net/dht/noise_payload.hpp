#pragma once

#include "base/codec.hpp"
#include "base/keys.hpp"
#include "net/dht/address_list.hpp"
#include "net/dht/commands.hpp"

#include <optional>
#include <vector>

// What both Noise messages of a connect carry. Grammar: docs/hyperdht.md.

namespace hyper::dht {

/// A relay of the server, and the server's own address as that relay sees it.
struct punch_relay {
  base::endpoint relay;
  base::endpoint peer;

  friend bool operator==(const punch_relay&, const punch_relay&) = default;
};

/// How the server may be punched. Absent if it is open.
struct punch_info {
  std::uint64_t id = 0; ///< the server's slot for this handshake
  std::vector<punch_relay> relays;

  friend bool operator==(const punch_info&, const punch_info&) = default;
};

struct ipv6_address {
  base::fixed_bytes<16> host{};
  std::uint16_t port = 0;

  friend bool operator==(const ipv6_address&, const ipv6_address&) = default;
};

/// The stream that the sender listens on: the remote puts this id into its
/// packets.
struct stream_info {
  std::uint64_t version = 1;
  bool reusable_socket = false;
  std::uint64_t id = 0;
  std::uint64_t seq = 0;

  friend bool operator==(const stream_info&, const stream_info&) = default;
};

/// The blind relay that the sender asks for.
struct blind_relay_info {
  std::uint64_t version = 1;
  base::public_key key{};
  base::fixed_bytes<32> token{};

  friend bool operator==(const blind_relay_info&,
                         const blind_relay_info&) = default;
};

/// uint version, uint flags, uint error, uint firewall, then the parts whose
/// flag is set. With another version than 1 nothing else is filled in.
struct noise_payload {
  std::uint64_t version = 1;
  peer_error error = peer_error::none;
  dht::firewall firewall = dht::firewall::unknown;
  std::optional<punch_info> punch;
  address_list addresses4;
  std::vector<ipv6_address> addresses6;
  std::optional<stream_info> stream;
  std::optional<std::uint64_t> secret_stream; ///< its version: 1
  std::optional<blind_relay_info> blind_relay;
  std::optional<address_list> relays;

  friend bool operator==(const noise_payload&, const noise_payload&) = default;
};

base::bytes encode(const noise_payload& payload);

/// Numbers of errors and firewalls above the known ones are kept as they are.
base::result<noise_payload> decode_noise_payload(base::bytes_view raw);

} // namespace hyper::dht
