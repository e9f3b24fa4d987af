#pragma once

#include "base/bytes.hpp"
#include "net/udx/packet.hpp"
#include "net/udx/receive_queue.hpp"
#include "net/udx/seq_set.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace hyper::udx {

/// What became of a packet with DATA or END.
enum class arrival : std::uint8_t {
  delivered,    ///< it was the expected one; it and what it freed is in order
  stored,       ///< it lies beyond a hole and waits
  duplicate,    ///< it was there before
  beyond_limit, ///< not kept and not acknowledged; the peer will resend it
  after_end,    ///< it lies behind the end of the peer's direction
};

/// The receiving half: puts packets in order, keeps those that arrived beyond
/// a hole, and knows what to acknowledge. What was acknowledged by a block is
/// never dropped again, because the sender has freed it.
class receive_ring {
public:
  /// Numbers that may lie between the expected packet and one that is stored.
  /// A sender that honours a window of 4 MiB has at most 3,705 packets in
  /// flight, but what was acknowledged by blocks does not count as in flight,
  /// so a hole that persists lets it run ahead further.
  static constexpr std::size_t span_max = 16'384;

  /// Bytes that may be stored: twice the advertised window.
  static constexpr std::size_t stored_bytes_max = 8 * 1024 * 1024;

  /// Bytes in order that wait for release(). A driver that polls every turn
  /// stays far below; beyond it, packets are dropped as beyond_limit.
  static constexpr std::size_t in_order_bytes_max = 16 * 1024 * 1024;

  explicit receive_ring(seq_number first) : expected_(first) {}

  /// Takes a packet with DATA or END; copies what it keeps.
  arrival take(const packet_view& packet);

  /// The number up to which, exclusive, everything has arrived.
  seq_number expected() const { return expected_; }

  /// Whether the peer's END has been reached in order.
  bool ended() const { return end_ && before(*end_, expected_); }

  /// Whether something is stored beyond a hole.
  bool has_holes() const { return stored_ > 0; }

  /// Writes the lowest runs beyond the hole, ascending, at most
  /// sack_blocks_max.
  void blocks(std::vector<sack_block>& out) const;

  /// The oldest bytes that arrived in order and were not released. Requires
  /// has_data().
  base::bytes release() { return in_order_.pop(); }
  bool has_data() const { return !in_order_.empty(); }

  std::size_t stored_bytes() const { return stored_bytes_; }

  /// Forgets all data; expected() stays.
  void clear();

  void check_invariant() const;

private:
  static constexpr std::size_t capacity_min = 256;

  void deliver(const packet_view& packet);
  void deliver_stored();
  void clear_store();
  arrival store(const packet_view& packet);
  bool is_stored(seq_number seq) const;
  bool fits(seq_number seq, std::size_t size) const;
  void make_room(seq_number seq);
  base::bytes& slot(seq_number seq) {
    return slots_[seq & (slots_.size() - 1)];
  }

  seq_number expected_;
  std::optional<seq_number> end_; ///< number of the peer's END
  receive_queue in_order_;

  seq_set present_;                ///< what is stored
  std::vector<base::bytes> slots_; ///< as many as present_ has bits, or none
  seq_number highest_ = 0;         ///< of what is stored, if anything is
  std::size_t stored_ = 0;
  std::size_t stored_bytes_ = 0;
};

} // namespace hyper::udx
