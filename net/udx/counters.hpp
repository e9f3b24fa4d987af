#pragma once

#include <cstdint>

namespace hyper::udx {

/// What happened to a stream since its birth.
struct counters {
  // Received.
  std::uint64_t packets_received = 0;
  std::uint64_t bytes_received = 0;   ///< payload, each byte once
  std::uint64_t malformed = 0;        ///< not decoded, or not for this id
  std::uint64_t duplicates = 0;       ///< DATA or END that was there already
  std::uint64_t out_of_order = 0;     ///< stored beyond a hole
  std::uint64_t beyond_limit = 0;     ///< dropped by the reorder store's bound
  std::uint64_t messages_dropped = 0; ///< unordered messages
  std::uint64_t acks_invalid = 0;     ///< acknowledge what was never sent

  // Sent.
  std::uint64_t packets_sent = 0;
  std::uint64_t bytes_sent = 0; ///< payload, each byte once
  std::uint64_t acks_sent = 0;  ///< packets that carry nothing else
  std::uint64_t retransmitted = 0;
  std::uint64_t heartbeats_sent = 0;
  std::uint64_t tail_probes = 0;
  std::uint64_t timeouts = 0; ///< of the retransmission timer
  std::uint64_t mtu_probes = 0;
};

} // namespace hyper::udx
