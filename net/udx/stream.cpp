#include "net/udx/stream.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <utility>

namespace hyper::udx {

stream::stream(const config& options, base::instant now)
    : options_(options), stats_(std::make_unique<counters>()), now_(now),
      receiver_(options.first_ack), sender_(options, now, stats_.get()) {}

// A new turn for the driver: what it got from the last one has been sent.
void stream::begin_turn(base::instant now) {
  now_ = std::max(now_, now);
  scratch_used_ = 0;
}

// -- what arrives -------------------------------------------------------------

void stream::handle_datagram(base::instant now, const base::endpoint& from,
                             base::bytes_view datagram) {
  auto packet = decode(datagram);
  if (packet && packet->head.stream_id == options_.local_id)
    return handle_packet(now, from, *packet);
  begin_turn(now);
  ++stats_->malformed;
}

void stream::handle_packet(base::instant now, const base::endpoint& from,
                           const packet_view& packet) {
  begin_turn(now);
  if (closed_)
    return;
  ++stats_->packets_received;
  note_source(from);
  // A heartbeat asks for an answer; nothing else in it counts.
  if (packet.has(flag::heartbeat))
    return owe_acknowledgement();
  auto current = !before(packet.head.seq, receiver_.expected());
  if (packet.has(flag::data | flag::end))
    take_data(packet);
  if (packet.has(flag::destroy) && current)
    return close(close_reason::reset);
  if (packet.has(flag::message))
    ++stats_->messages_dropped;
  // What it brought was taken, but a peer that acknowledges what was never sent
  // gets no answer.
  if (!sender_.can_acknowledge(packet.head)) {
    ++stats_->acks_invalid;
    return;
  }
  take_acknowledgement(packet);
}

void stream::note_source(const base::endpoint& from) {
  if (from == last_contact_ || (route_ && from == route_->remote))
    return;
  contact_ = last_contact_ = from;
}

void stream::take_data(const packet_view& packet) {
  switch (receiver_.take(packet)) {
  case arrival::delivered:
    break;
  case arrival::stored:
    ++stats_->out_of_order;
    break;
  case arrival::duplicate:
  case arrival::after_end:
    ++stats_->duplicates;
    break;
  case arrival::beyond_limit:
    ++stats_->beyond_limit;
    break;
  }
}

void stream::take_acknowledgement(const packet_view& packet) {
  auto was_ended = sender_.ended();
  sender_.handle_packet(now_, packet);
  auto just_ended = sender_.ended() && !was_ended;
  // The original answers the acknowledgement of its END once more.
  auto courtesy =
      just_ended && !end_seen_ && options_.acks == ack_policy::per_packet;
  if (packet.has(flag::data | flag::end) || courtesy)
    owe_acknowledgement();
  HYPER_ASSERT(!end_seen_ || receiver_.ended());
  end_seen_ = receiver_.ended();
  if (end_seen_ && sender_.ended())
    return close(close_reason::ended);
  hurry_the_end();
}

void stream::owe_acknowledgement() {
  auto most = options_.acks == ack_policy::per_packet ? acks_due_max : 1;
  HYPER_ASSERT(!closed_ && acks_due_ <= most);
  acks_due_ = std::min(acks_due_ + 1, most);
}

void stream::handle_timeout(base::instant now) {
  begin_turn(now);
  if (closed_ || !route_)
    return;
  sender_.handle_timeout(now_);
  if (sender_.gave_up())
    return close(only_end_is_missing() ? close_reason::ended
                                       : close_reason::timed_out);
  if (keepalive_at_ && *keepalive_at_ <= now_) {
    keepalive_due_ = sender_.in_flight() == 0;
    keepalive_at_ = now_ + options_.keepalive;
  }
}

// The peer has ended and has all our bytes; it may well be gone, because the
// original forgets the stream the moment our END arrives.
bool stream::only_end_is_missing() const {
  HYPER_ASSERT(!sender_.end_sent() ||
               sender_.acknowledged_offset() == sender_.written());
  return end_seen_ && sender_.end_sent();
}

void stream::hurry_the_end() {
  if (only_end_is_missing())
    sender_.hurry(now_);
}

// -- what we want -------------------------------------------------------------

void stream::connect(base::instant now, std::uint32_t remote_id,
                     const base::endpoint& remote) {
  HYPER_ASSERT(!route_);
  begin_turn(now);
  route_ = route{remote_id, remote};
  if (options_.keepalive > base::duration{})
    keepalive_at_ = now_ + options_.keepalive;
}

base::result<std::uint64_t> stream::write(base::instant now,
                                          base::bytes chunk) {
  begin_turn(now);
  if (closed_ || sender_.end_requested())
    return base::error{base::errc::closed, "udx: stream has ended"};
  if (sender_.unsent() + chunk.size() > unsent_bytes_max)
    return base::error{base::errc::limit, "udx: too much unsent"};
  sender_.write(now_, std::move(chunk));
  was_backlogged_ = was_backlogged_ || sender_.backlogged();
  return sender_.written();
}

void stream::end(base::instant now) {
  begin_turn(now);
  if (!closed_ && !sender_.end_requested())
    sender_.end(now_);
}

void stream::destroy(base::instant now) {
  begin_turn(now);
  if (closed_)
    return;
  destroy_due_ = connected();
  receiver_.clear();
  close(close_reason::destroyed);
  acks_due_ = 0;
}

void stream::advertise_window(base::instant now, std::uint32_t window) {
  begin_turn(now);
  HYPER_ASSERT(acks_due_ >= 0);
  auto raised = window > std::exchange(options_.window, window);
  if (raised && connected() && !closed_)
    owe_acknowledgement();
}

void stream::close(close_reason reason) {
  HYPER_ASSERT(!closed_);
  HYPER_ASSERT(reason != close_reason::ended || end_seen_);
  closed_ = reason;
  sender_.abandon();
  HYPER_ASSERT(sender_.in_flight() == 0 && sender_.unsent() == 0);
  keepalive_at_.reset();
  if (reason == close_reason::reset || reason == close_reason::timed_out)
    acks_due_ = 0;
}

// -- what must leave ----------------------------------------------------------

std::optional<transmit> stream::poll_transmit() {
  if (!route_)
    return std::nullopt;
  if (closed_)
    return poll_last();
  if (take_heartbeat())
    return send_control(flag::heartbeat);
  if (auto out = sender_.poll_repair(now_))
    return send_packet(*out);
  // Blocks travel alone; without them a packet with data says it all.
  auto alone = options_.acks == ack_policy::per_packet || receiver_.has_holes();
  if (acks_due_ > 0 && alone)
    return send_acknowledgement();
  if (auto out = sender_.poll_new(now_))
    return send_packet(*out);
  if (acks_due_ > 0)
    return send_acknowledgement();
  return std::nullopt;
}

std::optional<transmit> stream::poll_last() {
  HYPER_ASSERT(closed_ && route_);
  if (std::exchange(destroy_due_, false))
    return send_control(flag::destroy);
  if (acks_due_ > 0)
    return send_acknowledgement();
  return std::nullopt;
}

bool stream::take_heartbeat() {
  auto window_probe = sender_.take_heartbeat();
  auto due = std::exchange(keepalive_due_, false) || window_probe;
  stats_->heartbeats_sent += due ? 1 : 0;
  return due;
}

transmit stream::send_packet(const sender::outgoing& out) {
  auto& packet = *out.packet;
  HYPER_ASSERT(packet.in_flight && before(packet.seq, sender_.next()));
  auto head = make_header(packet.flags, packet.seq);
  head.data_offset = out.padding;
  ++stats_->packets_sent;
  if (options_.acks == ack_policy::per_turn && !receiver_.has_holes())
    acks_due_ = 0;
  if (keepalive_at_)
    keepalive_at_ = now_ + options_.keepalive;
  hurry_the_end();
  if (out.padding == 0) {
    encode_header(head, packet.datagram);
    return {route_->remote, packet.datagram};
  }
  auto& padded = scratch();
  auto payload = base::bytes_view{packet.datagram}.subspan(header_size);
  encode_padded(head, payload, padded);
  return {route_->remote, padded};
}

transmit stream::send_control(std::uint8_t flags) {
  ++stats_->packets_sent;
  auto& out = scratch();
  encode_control(make_header(flags, sender_.next()), {}, out);
  return {route_->remote, out};
}

transmit stream::send_acknowledgement() {
  HYPER_ASSERT(acks_due_ > 0);
  --acks_due_;
  ++stats_->packets_sent;
  ++stats_->acks_sent;
  receiver_.blocks(blocks_);
  auto& out = scratch();
  encode_control(make_header(0, sender_.next()), blocks_, out);
  return {route_->remote, out};
}

header stream::make_header(std::uint8_t flags, seq_number seq) const {
  return {flags,           0,   route_->remote_id,
          options_.window, seq, receiver_.expected()};
}

base::bytes& stream::scratch() {
  if (scratch_used_ == scratch_.size())
    scratch_.emplace_back();
  HYPER_ASSERT(scratch_used_ < scratch_.size());
  return scratch_[scratch_used_++];
}

std::optional<base::instant> stream::poll_timeout() const {
  if (closed_ || !route_)
    return std::nullopt;
  auto first = sender_.poll_timeout();
  if (keepalive_at_ && (!first || *keepalive_at_ < *first))
    first = keepalive_at_;
  return first;
}

std::optional<event> stream::poll_event() {
  if (contact_)
    return contacted{*std::exchange(contact_, std::nullopt)};
  if (receiver_.has_data()) {
    auto payload = receiver_.release();
    stats_->bytes_received += payload.size();
    return data{std::move(payload)};
  }
  if (acknowledged_told_ < sender_.acknowledged_offset()) {
    acknowledged_told_ = sender_.acknowledged_offset();
    return acknowledged{acknowledged_told_};
  }
  if (was_backlogged_ && !closed_ && !sender_.backlogged()) {
    was_backlogged_ = false;
    return drained{};
  }
  if (end_seen_ && !std::exchange(end_told_, true))
    return end_received{};
  if (closed_ && !std::exchange(closed_told_, true))
    return closed{*closed_};
  return std::nullopt;
}

// -- what is ------------------------------------------------------------------

std::optional<base::duration> stream::round_trip() const {
  if (!sender_.rtt().known())
    return std::nullopt;
  return sender_.rtt().smoothed();
}

std::optional<tombstone> stream::epitaph() const {
  if (!closed_ || !route_ || closed_ == close_reason::reset)
    return std::nullopt;
  return tombstone{options_.local_id,    route_->remote_id,
                   route_->remote,       sender_.next(),
                   receiver_.expected(), closed_ != close_reason::ended};
}

void stream::check_invariant() {
  receiver_.check_invariant();
  sender_.check_invariant();
  HYPER_ASSERT(acks_due_ >= 0 && acks_due_ <= acks_due_max);
  HYPER_ASSERT(acknowledged_offset() <= sender_.written());
}

} // namespace hyper::udx
