#pragma once

#include "base/hash.hpp"
#include "base/keys.hpp"
#include "net/dht/address_list.hpp"

// What storing nodes keep about a peer. Grammar: docs/hyperdht.md.

namespace hyper::dht {

/// A peer and the nodes through which it can be reached.
///   32 bytes public key, list of addresses
struct peer_record {
  base::public_key key{};
  address_list relays;

  friend bool operator==(const peer_record&, const peer_record&) = default;
};

/// Value of a LOOKUP response.
///   list of peer records, uint bump (left out by older peers: 0)
struct lookup_reply {
  std::vector<peer_record> peers;
  std::uint64_t bump = 0;

  friend bool operator==(const lookup_reply&, const lookup_reply&) = default;
};

void encode(base::writer& out, const peer_record& record);
peer_record decode_peer_record(base::reader& in);

base::bytes encode(const peer_record& record);
base::result<peer_record> decode_peer_record(base::bytes_view raw);

base::bytes encode(const lookup_reply& reply);

/// Keeps the first lookup_peers_max records.
base::result<lookup_reply> decode_lookup_reply(base::bytes_view raw);

/// Where a peer is announced and found: the hash of its key.
base::hash32 target_of(const base::public_key& key);

} // namespace hyper::dht
