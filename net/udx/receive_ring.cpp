#include "net/udx/receive_ring.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace hyper::udx {

namespace {

/// Only DATA gives bytes: the payload of an END alone is no part of the stream.
base::bytes_view stream_bytes(const packet_view& packet) {
  return packet.has(flag::data) ? packet.payload : base::bytes_view{};
}

} // namespace

arrival receive_ring::take(const packet_view& packet) {
  HYPER_ASSERT(packet.has(flag::data | flag::end));
  auto seq = packet.head.seq;
  if (before(seq, expected_) || is_stored(seq))
    return arrival::duplicate;
  if (end_ && before(*end_, seq))
    return arrival::after_end;
  if (seq != expected_)
    return store(packet);
  if (in_order_.size() >= in_order_bytes_max)
    return arrival::beyond_limit;
  deliver(packet);
  deliver_stored();
  return arrival::delivered;
}

void receive_ring::deliver(const packet_view& packet) {
  HYPER_ASSERT(packet.head.seq == expected_ && !ended());
  if (packet.has(flag::end) && !end_)
    end_ = packet.head.seq;
  in_order_.append(stream_bytes(packet));
  ++expected_;
}

void receive_ring::deliver_stored() {
  while (!ended() && is_stored(expected_)) {
    HYPER_ASSERT(stored_ > 0 && !before(highest_, expected_));
    auto payload = std::exchange(slot(expected_), {});
    in_order_.append(payload);
    present_.erase(expected_);
    stored_bytes_ -= payload.size();
    --stored_;
    ++expected_;
  }
  if (ended() || stored_ == 0)
    clear_store();
}

arrival receive_ring::store(const packet_view& packet) {
  auto seq = packet.head.seq;
  auto payload = stream_bytes(packet);
  if (!fits(seq, payload.size()))
    return arrival::beyond_limit;
  make_room(seq);
  HYPER_ASSERT(before(expected_, seq) && slot(seq).empty());
  if (packet.has(flag::end) && !end_)
    end_ = seq;
  slot(seq) = base::to_bytes(payload);
  present_.insert(seq);
  highest_ = stored_ == 0 || before(highest_, seq) ? seq : highest_;
  stored_bytes_ += payload.size();
  ++stored_;
  HYPER_ASSERT(stored_bytes_ <= stored_bytes_max && stored_ <= span_max);
  return arrival::stored;
}

// The set knows numbers only up to its capacity.
bool receive_ring::is_stored(seq_number seq) const {
  return seq - expected_ < present_.capacity() && present_.contains(seq);
}

bool receive_ring::fits(seq_number seq, std::size_t size) const {
  return seq - expected_ < span_max && stored_bytes_ + size <= stored_bytes_max;
}

void receive_ring::make_room(seq_number seq) {
  auto needed = std::bit_ceil(std::size_t{seq - expected_} + 1);
  if (needed <= slots_.size())
    return;
  auto capacity = std::max(needed, capacity_min);
  std::vector<base::bytes> wider(capacity);
  auto last = highest_ + 1;
  if (stored_ > 0)
    for (auto at = present_.next_member(expected_, last); at;
         at = present_.next_member(*at + 1, last))
      wider[*at & (capacity - 1)] = std::move(slot(*at));
  present_.resize(capacity, expected_, stored_ > 0 ? last : expected_);
  slots_.swap(wider);
  HYPER_ASSERT(slots_.size() <= span_max && present_.capacity() == capacity);
}

void receive_ring::blocks(std::vector<sack_block>& out) const {
  out.clear();
  if (stored_ == 0)
    return;
  auto last = highest_ + 1;
  for (auto at = present_.next_member(expected_, last);
       at && out.size() < sack_blocks_max;
       at = present_.next_member(out.back().end, last))
    out.push_back({*at, present_.next_gap(*at, last)});
}

void receive_ring::clear() {
  in_order_.clear();
  clear_store();
}

// An idle stream keeps nothing, so that ten thousand of them stay small.
void receive_ring::clear_store() {
  present_ = seq_set{};
  slots_ = {};
  stored_ = 0;
  stored_bytes_ = 0;
}

void receive_ring::check_invariant() const {
  HYPER_ASSERT(present_.capacity() == slots_.size());
  std::size_t count = 0;
  std::size_t size = 0;
  for (seq_number i = 0; i < slots_.size(); ++i) {
    auto seq = expected_ + i;
    count += present_.contains(seq) ? 1 : 0;
    size += slots_[seq & (slots_.size() - 1)].size();
  }
  HYPER_ASSERT(count == stored_ && size == stored_bytes_);
  HYPER_ASSERT(stored_ == 0 || !present_.contains(expected_));
}

} // namespace hyper::udx
