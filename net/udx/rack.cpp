#include "net/udx/rack.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace hyper::udx {

void rack::on_delivered(base::instant now, const sent_packet& packet,
                        base::duration usual) {
  if (!packet.retransmitted() && before(packet.seq, highest_))
    reordered_ = true;
  if (before(highest_, packet.seq))
    highest_ = packet.seq;
  auto rtt = now - packet.sent_at;
  HYPER_ASSERT(packet.transmissions > 0 && rtt >= base::duration{});
  // RFC 8985 compares with the smallest round trip. That is not enough where
  // queues make round trips vary: one late packet that was resent needlessly
  // would make everything in flight look overdue.
  if (packet.retransmitted() && rtt < usual)
    return;
  if (known_ && !is_latest(packet))
    return;
  known_ = true;
  sent_at_ = packet.sent_at;
  seq_ = packet.seq;
  latest_rtt_ = rtt;
}

bool rack::is_latest(const sent_packet& packet) const {
  return packet.sent_at > sent_at_ ||
         (packet.sent_at == sent_at_ && before(seq_, packet.seq));
}

base::duration rack::tolerance(const rtt_estimator& rtt, bool repairing,
                               std::uint32_t sacked) const {
  if (!reordered_ && (repairing || sacked >= sacked_certain))
    return base::duration{};
  auto most = std::max(rtt.smoothed(), tolerance_min);
  return std::clamp(rtt.minimum() / 4, tolerance_min, most);
}

std::optional<base::instant> rack::deadline(const sent_packet& packet,
                                            base::duration tolerance) const {
  HYPER_ASSERT(tolerance >= base::duration{});
  if (!known_ || is_latest(packet))
    return std::nullopt;
  return packet.sent_at + latest_rtt_ + tolerance;
}

} // namespace hyper::udx
