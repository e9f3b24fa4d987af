#pragma once

#include "base/time.hpp"
#include "net/udx/seq.hpp"

#include <cstdint>

// What a stream is told at its birth.

namespace hyper::udx {

/// Free receive space that everybody states; also what a peer is assumed to
/// have until it says otherwise.
inline constexpr std::uint32_t window_default = 4 * 1024 * 1024;

/// The IP packet size that every path is taken to carry.
inline constexpr std::uint32_t mtu_min = 1200;

/// The IP packet size at which the search for a larger one ends.
inline constexpr std::uint32_t mtu_max = 1500;

/// When an acknowledgement leaves.
enum class ack_policy : std::uint8_t {
  /// One per poll turn, and none if a packet with data leaves in that turn.
  per_turn,
  /// One for every packet, alone, as the original does. For replaying what was
  /// recorded from it.
  per_packet,
};

struct config {
  std::uint32_t local_id = 0;
  seq_number first_seq = 0;              ///< number of our first packet
  seq_number first_ack = 0;              ///< number of the peer's first packet
  std::uint32_t window = window_default; ///< advertised at first
  std::uint32_t mtu_limit = mtu_max;     ///< <= mtu_min: no search
  ack_policy acks = ack_policy::per_turn;
  base::duration keepalive{}; ///< 0: off
};

} // namespace hyper::udx
