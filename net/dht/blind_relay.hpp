#pragma once

#include "base/codec.hpp"

// Messages of the mux channel "blind-relay". Grammar: docs/hyperdht.md.

namespace hyper::dht {

/// Message 0. Joins two streams that name the same token, one as initiator.
///   flags byte (1 initiator), 32 bytes token, uint stream id, uint seq
struct relay_pair {
  bool is_initiator = false;
  base::fixed_bytes<32> token{};
  std::uint64_t stream_id = 0;
  std::uint64_t seq = 0;

  friend bool operator==(const relay_pair&, const relay_pair&) = default;
};

/// Message 1. Withdraws a pair message.
///   flags byte 0, 32 bytes token
struct relay_unpair {
  base::fixed_bytes<32> token{};

  friend bool operator==(const relay_unpair&, const relay_unpair&) = default;
};

base::bytes encode(const relay_pair& message);
base::result<relay_pair> decode_relay_pair(base::bytes_view raw);

base::bytes encode(const relay_unpair& message);
base::result<relay_unpair> decode_relay_unpair(base::bytes_view raw);

} // namespace hyper::dht
