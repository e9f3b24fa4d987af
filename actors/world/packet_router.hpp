#pragma once

#include "actors/messages.hpp"
#include "actors/world/datagram_batch.hpp"
#include "net/udx/tombstones.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

namespace hyper::actors {

/// Who gets what arrives at one node: stream packets whoever has claimed their
/// id, everything else the rest. One message per receiver and turn, however
/// many datagrams there are.
class packet_router {
public:
  void start(const packet_sink& rest) { rest_ = rest; }
  void stop();

  void claim(std::uint32_t stream_id, const packet_sink& owner);
  void release(base::instant now, std::uint32_t stream_id,
               const std::optional<udx::tombstone>& grave);
  bool is_taken(std::uint32_t stream_id) const;

  /// Takes one datagram of this turn. The answer of a tombstone, if it was for
  /// a stream that has ended.
  std::optional<udx::transmit> take(base::instant now, dht::socket via,
                                    const base::endpoint& from,
                                    base::bytes_view data);

  /// The end of the turn: the receivers get their messages.
  void hand_over();

private:
  std::unordered_map<std::uint32_t, packet_sink> owners_;
  udx::tombstones graves_;
  packet_sink rest_;
  // In the order of the first datagram, so that a run can be repeated.
  std::vector<std::pair<std::uint32_t, std::shared_ptr<datagram_batch>>>
      claimed_;
  std::shared_ptr<datagram_batch> unclaimed_;
};

} // namespace hyper::actors
