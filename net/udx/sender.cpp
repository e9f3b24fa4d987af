#include "net/udx/sender.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <utility>

namespace hyper::udx {

sender::sender(const config& options, base::instant now, counters* stats)
    : stats_(stats), ring_(options.first_seq), loss_(options.first_seq),
      rates_(now), congestion_(now), pacer_(now), mtu_(options.mtu_limit),
      window_(options.first_ack, options.first_seq) {}

// -- wishes -------------------------------------------------------------------

void sender::write(base::instant now, base::bytes chunk) {
  HYPER_ASSERT(!end_requested_);
  queue_.push(std::move(chunk));
  watch_window(now, true);
}

void sender::end(base::instant now) {
  HYPER_ASSERT(!end_requested_);
  end_requested_ = true;
  watch_window(now, true);
}

void sender::abandon() {
  HYPER_ASSERT(!abandoned_at_);
  abandoned_at_ = acknowledged_offset();
  queue_.clear();
  ring_.clear();
  heartbeat_due_ = false;
  paced_ = false;
  window_probe_at_.reset();
}

// -- the peer -----------------------------------------------------------------

bool sender::can_acknowledge(const header& head) const {
  return !before(ring_.next(), head.ack);
}

void sender::handle_packet(base::instant now, const packet_view& packet) {
  HYPER_ASSERT(can_acknowledge(packet.head));
  auto ack = packet.head.ack;
  auto in_flight = ring_.in_flight();
  auto advanced = before(ring_.una(), ack);
  window_.update(packet.head, ring_.una());
  loss_.on_ack(ack);
  delivery turn{now};
  if (advanced) {
    release(turn, ring_.una(), ack);
    ring_.advance(ack);
  }
  release_blocks(turn, packet);
  HYPER_ASSERT(ring_.outstanding() <= ring_.next() - ring_.una());
  if (turn.packets > 0 || advanced)
    learn(turn, advanced, in_flight);
  watch_window(now, false);
}

void sender::release(delivery& turn, seq_number first, seq_number last) {
  while (auto* packet = ring_.next_outstanding(first, last)) {
    HYPER_ASSERT(within(packet->seq, first, last));
    first = packet->seq + 1;
    on_delivered(turn, *packet);
    ring_.release(*packet);
  }
}

// A block that is not entirely within what was sent is a lie or a leftover.
void sender::release_blocks(delivery& turn, const packet_view& packet) {
  for (std::size_t i = 0; i < packet.sack_count(); ++i) {
    auto [start, end] = packet.sack_at(i);
    if (before(start, end) && within(start, ring_.una(), ring_.next()) &&
        !before(ring_.next(), end))
      release(turn, start, end);
  }
}

void sender::on_delivered(delivery& turn, sent_packet& packet) {
  HYPER_ASSERT(packet.transmissions > 0 && packet.sent_at <= turn.now);
  ++turn.packets;
  loss_.on_delivered(turn.now, packet);
  rates_.on_delivered(turn.now, packet.rate, packet.sent_at);
  if (!packet.retransmitted() &&
      (!turn.sent_at || *turn.sent_at < packet.sent_at))
    turn.sent_at = packet.sent_at;
  if (packet.mtu_probe)
    mtu_.on_probe_delivered();
  mtu_.on_first_delivery();
}

void sender::learn(const delivery& turn, bool advanced, std::uint32_t before) {
  ack_summary summary;
  if (turn.sent_at)
    summary.rtt = std::max(turn.now - *turn.sent_at, base::duration{1});
  auto found = loss_.on_delivered_all(turn.now, ring_, advanced, summary.rtt);
  on_lost(found);
  HYPER_ASSERT(found.mtu_probes <= found.packets && found.packets <= before);
  summary.delivered = turn.packets;
  summary.lost = found.packets;
  summary.in_flight_before = before;
  summary.in_flight = ring_.in_flight();
  summary.delivered_total = rates_.delivered();
  summary.state = loss_.state();
  summary.rate = rates_.finish(turn.now, loss_.rtt().minimum());
  summary.app_limited = rates_.app_limited();
  congestion_.on_ack(turn.now, summary);
  if (congestion_.probing_rtt())
    rates_.mark_app_limited(ring_.in_flight());
}

void sender::on_lost(const losses& found) {
  for (std::uint32_t i = 0; i < found.mtu_probes; ++i)
    mtu_.on_probe_lost();
}

// -- time ---------------------------------------------------------------------

void sender::handle_timeout(base::instant now) {
  on_lost(loss_.handle_timeout(now, ring_));
  if (loss_.timed_out()) {
    ++stats_->timeouts;
    congestion_.on_timeout(ring_.in_flight());
  }
  if (window_probe_at_ && *window_probe_at_ <= now) {
    heartbeat_due_ = true;
    window_probe_at_ = now + 2 * loss_.rtt().timeout();
  }
}

void sender::hurry(base::instant now) {
  HYPER_ASSERT(end_sent_);
  loss_.hurry(now);
}

std::optional<base::instant> sender::poll_timeout() const {
  auto first = loss_.poll_timeout();
  auto consider = [&first](base::instant at) {
    if (!first || at < *first)
      first = at;
  };
  if (window_probe_at_)
    consider(*window_probe_at_);
  if (paced_)
    consider(pacer_.next(pacing_bytes_per_us()));
  return first;
}

// -- what must leave ----------------------------------------------------------

std::optional<sender::outgoing> sender::poll_repair(base::instant now) {
  paced_ = false;
  if (loss_.take_tail_probe())
    if (auto probe = send_tail_probe(now))
      return probe;
  auto* packet = ring_.next_lost();
  if (packet == nullptr || !may_send(now))
    return std::nullopt;
  return resend(now, *packet);
}

std::optional<sender::outgoing> sender::poll_new(base::instant now) {
  if (ring_.next_lost() == nullptr && has_new() && may_send_new(now))
    return send_new(now, true);
  note_idle();
  return std::nullopt;
}

bool sender::take_heartbeat() {
  return std::exchange(heartbeat_due_, false);
}

bool sender::has_new() const {
  return !queue_.empty() || end_is_due();
}

// Only when all else has arrived: a peer that has our END may forget the
// stream, and then nobody could tell whether data without an answer was lost.
bool sender::end_is_due() const {
  return end_requested_ && !end_sent_ && queue_.empty() &&
         ring_.outstanding() == 0;
}

bool sender::may_send(base::instant now) {
  if (ring_.in_flight() >= congestion_.window())
    return false;
  paced_ = !pacer_.ready(now, pacing_bytes_per_us());
  return !paced_;
}

bool sender::may_send_new(base::instant now) {
  if (ring_.full() || ring_.in_flight() >= window_.packets(payload_max()))
    return false;
  return may_send(now);
}

sender::outgoing sender::send_new(base::instant now, bool may_probe) {
  if (ring_.in_flight() == 0 && rates_.app_limited())
    congestion_.on_restart(now);
  HYPER_ASSERT(has_new() && !ring_.full());
  auto ends = end_is_due();
  auto& packet = ring_.push();
  auto limit = payload_max();
  if (packetized_ == 0)
    limit = std::min<std::size_t>(limit, first_payload_max);
  auto taken = queue_.take(limit, packet.datagram);
  packetized_ += taken;
  packet.end_offset = packetized_;
  if (taken > 0)
    packet.flags |= flag::data;
  if (ends) {
    HYPER_ASSERT(taken == 0);
    packet.flags |= flag::end;
    end_sent_ = true;
  }
  HYPER_ASSERT(packet.flags != 0 && packet.payload_size() <= payload_max());
  stats_->bytes_sent += taken;
  outgoing out{&packet, 0};
  auto padding = mtu_.padding_for(taken + overhead);
  if (may_probe && padding) {
    out.padding = *padding;
    packet.mtu_probe = true;
    mtu_.on_probe_sent();
    ++stats_->mtu_probes;
  }
  note_sent(now, packet, true);
  return out;
}

sender::outgoing sender::resend(base::instant now, sent_packet& packet) {
  HYPER_ASSERT(packet.transmissions > 0);
  if (std::exchange(packet.mtu_probe, false))
    mtu_.on_probe_withdrawn();
  ++stats_->retransmitted;
  note_sent(now, packet, false);
  return {&packet, 0};
}

std::optional<sender::outgoing> sender::send_tail_probe(base::instant now) {
  auto fresh = has_new() && !ring_.full();
  auto* newest = ring_.newest_in_flight();
  if (!fresh && newest == nullptr)
    return std::nullopt;
  ++stats_->tail_probes;
  auto out = fresh ? send_new(now, false) : resend(now, *newest);
  loss_.on_tail_probe_sent(out.packet->seq, fresh);
  return out;
}

void sender::note_sent(base::instant now, sent_packet& packet, bool fresh) {
  packet.rate = rates_.on_sent(now, ring_.in_flight() == 0);
  ring_.mark_sent(packet, now);
  HYPER_ASSERT(packet.in_flight && fresh == !packet.retransmitted());
  pacer_.spend(packet.datagram.size());
  loss_.on_sent(now, ring_, fresh);
  window_probe_at_.reset();
}

// Nothing more leaves in this turn. If it is for want of data, the samples of
// what is in flight do not show what the path can do.
void sender::note_idle() {
  if (queue_.size() < payload_max() && ring_.in_flight() < congestion_.window())
    rates_.mark_app_limited(ring_.in_flight());
}

// The peer's window is closed and nothing is in flight whose answer could open
// it: ask, at once if the wish to send is new, then ever again.
void sender::watch_window(base::instant now, bool just_written) {
  auto stuck = window_.closed() && has_new() && ring_.outstanding() == 0;
  if (!stuck) {
    window_probe_at_.reset();
    return;
  }
  if (window_probe_at_)
    return;
  heartbeat_due_ = just_written;
  window_probe_at_ = now + loss_.rtt().timeout();
}

// -- what is ------------------------------------------------------------------

std::uint64_t sender::acknowledged_offset() const {
  if (abandoned_at_)
    return *abandoned_at_;
  const auto* first = ring_.first_outstanding();
  HYPER_ASSERT(!first || first->end_offset <= packetized_);
  return first ? first->end_offset - first->payload_size() : packetized_;
}

bool sender::backlogged() const {
  auto packets = std::min(congestion_.window(), window_.packets(payload_max()));
  auto window = std::uint64_t{packets} * payload_max();
  HYPER_ASSERT(acknowledged_offset() <= written());
  return written() - acknowledged_offset() > backlog_bytes + window;
}

double sender::pacing_bytes_per_us() const {
  return congestion_.pacing_rate() *
         static_cast<double>(payload_max() + header_size);
}

} // namespace hyper::udx
