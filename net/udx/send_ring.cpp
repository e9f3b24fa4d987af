#include "net/udx/send_ring.hpp"

#include "base/assert.hpp"

#include <utility>

namespace hyper::udx {

sent_packet& send_ring::push() {
  HYPER_ASSERT(!full());
  if (next_ - una_ >= slots_.size())
    grow();
  auto& packet = at(next_);
  packet = sent_packet{};
  packet.seq = next_;
  packet.datagram = take_buffer();
  packet.datagram.resize(header_size);
  present_.insert(next_);
  ++outstanding_;
  ++next_;
  return packet;
}

void send_ring::mark_sent(sent_packet& packet, base::instant now) {
  HYPER_ASSERT(present_.contains(packet.seq));
  HYPER_ASSERT(packet.transmissions == 0 || packet.sent_at <= now);
  if (packet.in_flight)
    unlink(packet);
  packet.sent_at = now;
  ++packet.transmissions;
  link_newest(packet);
}

void send_ring::mark_lost(sent_packet& packet) {
  HYPER_ASSERT(packet.in_flight);
  unlink(packet);
  lost_.push_back(packet.seq);
  HYPER_ASSERT(lost_.size() <= span_max);
}

void send_ring::release(sent_packet& packet) {
  HYPER_ASSERT(present_.contains(packet.seq));
  if (packet.in_flight)
    unlink(packet);
  HYPER_ASSERT(outstanding_ > in_flight_ || lost_.empty());
  present_.erase(packet.seq);
  --outstanding_;
  if (spare_.size() < spare_max)
    spare_.push_back(std::move(packet.datagram));
  packet.datagram = {};
}

void send_ring::advance(seq_number ack) {
  HYPER_ASSERT(!before(ack, una_) && !before(next_, ack));
  HYPER_ASSERT(!present_.next_member(una_, ack));
  una_ = ack;
  if (una_ == next_ && slots_.size() > capacity_idle)
    release_slots();
}

sent_packet* send_ring::next_outstanding(seq_number first, seq_number last) {
  HYPER_ASSERT(!before(first, una_) && !before(next_, last));
  auto found = present_.next_member(first, last);
  return found ? &at(*found) : nullptr;
}

const sent_packet* send_ring::first_outstanding() const {
  auto found = present_.next_member(una_, next_);
  return found ? &slots_[*found & (slots_.size() - 1)] : nullptr;
}

sent_packet* send_ring::next_lost() {
  while (!lost_.empty()) {
    auto seq = lost_.front();
    auto live = within(seq, una_, next_) && present_.contains(seq);
    if (live && !at(seq).in_flight)
      return &at(seq);
    lost_.pop_front();
  }
  return nullptr;
}

sent_packet* send_ring::oldest_in_flight() {
  return in_flight_ == 0 ? nullptr : &at(oldest_);
}

sent_packet* send_ring::newest_in_flight() {
  return in_flight_ == 0 ? nullptr : &at(newest_);
}

sent_packet* send_ring::newer(const sent_packet& packet) {
  HYPER_ASSERT(packet.in_flight);
  return packet.seq == newest_ ? nullptr : &at(packet.newer);
}

void send_ring::clear() {
  una_ = next_;
  release_slots();
  spare_ = {};
  outstanding_ = in_flight_ = 0;
}

void send_ring::release_slots() {
  present_ = seq_set{};
  slots_ = {};
  lost_ = {};
}

void send_ring::link_newest(sent_packet& packet) {
  packet.in_flight = true;
  packet.older = newest_;
  if (in_flight_ == 0)
    oldest_ = packet.seq;
  else
    at(newest_).newer = packet.seq;
  newest_ = packet.seq;
  ++in_flight_;
}

void send_ring::unlink(sent_packet& packet) {
  HYPER_ASSERT(packet.in_flight && in_flight_ > 0);
  if (packet.seq == oldest_)
    oldest_ = packet.newer;
  else
    at(packet.older).newer = packet.newer;
  if (packet.seq == newest_)
    newest_ = packet.older;
  else
    at(packet.newer).older = packet.older;
  packet.in_flight = false;
  --in_flight_;
}

void send_ring::grow() {
  auto capacity = slots_.empty() ? capacity_min : slots_.size() * 2;
  std::vector<sent_packet> wider(capacity);
  for (auto seq = una_; seq != next_; ++seq)
    wider[seq & (capacity - 1)] = std::move(at(seq));
  present_.resize(capacity, una_, next_);
  slots_.swap(wider);
}

base::bytes send_ring::take_buffer() {
  if (spare_.empty())
    return {};
  auto buffer = std::move(spare_.back());
  spare_.pop_back();
  return buffer;
}

void send_ring::check_invariant() {
  HYPER_ASSERT(next_ - una_ <= span_max && in_flight_ <= outstanding_);
  std::uint32_t count = 0;
  for (auto* packet = oldest_in_flight(); packet; packet = newer(*packet)) {
    ++count;
    HYPER_ASSERT(present_.contains(packet->seq) && packet->in_flight);
    HYPER_ASSERT(count <= in_flight_);
  }
  HYPER_ASSERT(count == in_flight_);
  std::uint32_t there = 0;
  for (auto seq = una_; seq != next_; ++seq)
    there += present_.contains(seq) ? 1 : 0;
  HYPER_ASSERT(there == outstanding_);
}

} // namespace hyper::udx
