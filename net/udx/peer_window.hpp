#pragma once

#include "net/udx/config.hpp"
#include "net/udx/packet.hpp"

#include <cstdint>

namespace hyper::udx {

/// The receive space that the peer states, taken only from packets that are not
/// older than the last one that counted.
class peer_window {
public:
  /// The numbers of the first packet of each direction.
  peer_window(seq_number peer_first, seq_number our_first)
      : seq_(peer_first), ack_(our_first) {}

  /// Any packet but a heartbeat; `una` is our oldest unacknowledged number.
  void update(const header& head, seq_number una);

  bool closed() const { return bytes_ == 0; }
  std::uint32_t bytes() const { return bytes_; }

  /// How many packets of this size it holds: at least one unless closed.
  std::uint32_t packets(std::size_t payload_size) const;

private:
  std::uint32_t bytes_ = window_default;
  seq_number seq_; ///< of the packet that counted last
  seq_number ack_;
};

} // namespace hyper::udx
