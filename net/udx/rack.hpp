#pragma once

#include "base/time.hpp"
#include "net/udx/rtt.hpp"
#include "net/udx/send_ring.hpp"

#include <optional>

namespace hyper::udx {

/// Finds losses by time: a packet is lost if one sent sufficiently later has
/// arrived. After RFC 8985.
class rack {
public:
  /// Bounds of the tolerance for reordering: a quarter of the smallest round
  /// trip, but no finer than the turns of a peer's event loop.
  static constexpr base::duration tolerance_min = base::milliseconds{1};

  /// As many packets acknowledged beyond a hole tell a loss from reordering.
  static constexpr std::uint32_t sacked_certain = 3;

  explicit rack(seq_number first) : highest_(first) {}

  /// A packet has arrived for the first time. What was sent more than once and
  /// is answered sooner than `usual` may have been answered for an earlier
  /// copy: it teaches nothing.
  void on_delivered(base::instant now, const sent_packet& packet,
                    base::duration usual);

  /// How much later than expected a packet may still come. `repairing`: a loss
  /// has been found already.
  base::duration tolerance(const rtt_estimator& rtt, bool repairing,
                           std::uint32_t sacked) const;

  /// When this packet in flight counts as lost, or nothing if it was sent after
  /// the latest that has arrived.
  std::optional<base::instant> deadline(const sent_packet& packet,
                                        base::duration tolerance) const;

  /// Round trip of the latest packet that has arrived.
  base::duration latest_rtt() const { return latest_rtt_; }

private:
  bool is_latest(const sent_packet& packet) const;

  bool known_ = false;
  base::instant sent_at_; ///< of the latest packet that has arrived
  seq_number seq_ = 0;
  base::duration latest_rtt_{};
  seq_number highest_; ///< number that has arrived
  bool reordered_ = false;
};

} // namespace hyper::udx
