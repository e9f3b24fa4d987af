#include "net/udx/peer_window.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace hyper::udx {

void peer_window::update(const header& head, seq_number una) {
  auto newer =
      before(seq_, head.seq) || (seq_ == head.seq && !before(head.ack, ack_));
  if (before(head.ack, una) || !newer)
    return;
  bytes_ = head.window;
  seq_ = head.seq;
  ack_ = head.ack;
}

std::uint32_t peer_window::packets(std::size_t payload_size) const {
  HYPER_ASSERT(payload_size > 0);
  if (closed())
    return 0;
  return std::max(1u, bytes_ / static_cast<std::uint32_t>(payload_size));
}

} // namespace hyper::udx
