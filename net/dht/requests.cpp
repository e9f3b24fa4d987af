#include "net/dht/requests.hpp"

#include "base/assert.hpp"

namespace hyper::dht {

requests::requests(base::instant now, std::uint16_t first_tid, counters& stats)
    : stats_(stats), pacing_(now), next_tid_(first_tid) {}

// Consecutive numbers; one that is still in use toward the same address, which
// takes 65536 requests within the life of one, is skipped.
std::uint16_t requests::fresh_tid(const base::endpoint& to) {
  static_assert(requests_max < 0x10000);
  while (by_wire_.contains({next_tid_, to}))
    ++next_tid_;
  return next_tid_++;
}

request_id requests::start(base::instant now, outgoing what) {
  auto id = request_id{++last_id_};
  const auto& to = what.message.to;
  if (suspended_ || pending_.size() >= requests_max) {
    auto why = suspended_ ? failure::suspended : failure::limit;
    lapses_.push_back({id, to, what.retries, std::move(what.why), why});
    return id;
  }
  what.message.tid = fresh_tid(to);
  auto [place, fresh] = pending_.emplace(
      id, pending{what.message.tid, to, what.via, encode(what.message),
                  what.timeout, what.retries, 0, now, std::nullopt,
                  std::move(what.why)});
  HYPER_ASSERT(fresh);
  by_wire_.emplace(wire_key{place->second.tid, to}, id);
  ++stats_.requests_sent;
  pacing_.advance(now);
  send_or_queue(now, place);
  return id;
}

void requests::send_or_queue(base::instant now, pending_map::iterator place) {
  auto& [id, one] = *place;
  one.deadline.reset();
  if (queue_.empty() && !pacing_.full())
    send(now, id, one);
  else
    queue_.push_back(id);
}

void requests::send(base::instant now, request_id id, pending& one) {
  HYPER_ASSERT(one.sends <= one.retries);
  if (one.sends++ > 0)
    ++stats_.retries;
  pacing_.sent();
  one.deadline = now + one.timeout;
  deadlines_.emplace(*one.deadline, id);
  transmits_.push_back({one.via, one.to, one.datagram});
}

void requests::drain(base::instant now) {
  while (!queue_.empty() && !pacing_.full()) {
    auto place = pending_.find(queue_.front());
    HYPER_ASSERT(place != pending_.end());
    queue_.pop_front();
    send(now, place->first, place->second);
  }
}

void requests::erase(pending_map::iterator place) {
  const auto& [id, one] = *place;
  if (one.deadline)
    deadlines_.erase({*one.deadline, id});
  else
    std::erase(queue_, id);
  by_wire_.erase({one.tid, one.to});
  pending_.erase(place);
}

void requests::cancel(request_id id) {
  auto place = pending_.find(id);
  if (place == pending_.end() ||
      !std::holds_alternative<for_caller>(place->second.why))
    return;
  pacing_.settled();
  erase(place);
}

void requests::cancel(query_id id) {
  for (auto place = pending_.begin(); place != pending_.end();) {
    auto next = std::next(place);
    const auto* query = std::get_if<for_query>(&place->second.why);
    if (query != nullptr && query->query == id) {
      pacing_.settled();
      erase(place);
    }
    place = next;
  }
}

std::optional<settled> requests::settle(base::instant now, std::uint16_t tid,
                                        const base::endpoint& from) {
  auto wire = by_wire_.find({tid, from});
  if (wire == by_wire_.end())
    return std::nullopt;
  auto place = pending_.find(wire->second);
  HYPER_ASSERT(place != pending_.end());
  auto& one = place->second;
  settled out{place->first, one.to, now - one.begun, std::move(one.why)};
  pacing_.settled();
  ++stats_.responses;
  erase(place);
  return out;
}

void requests::end(pending_map::iterator place, failure why) {
  auto& [id, one] = *place;
  lapses_.push_back({id, one.to, one.retries, std::move(one.why), why});
  pacing_.settled();
  erase(place);
}

void requests::expire(base::instant now, pending_map::iterator place) {
  auto& [id, one] = *place;
  if (one.sends > one.retries) {
    ++stats_.timeouts;
    end(place, failure::timed_out);
    return;
  }
  if (one.sends == 1)
    lapses_.push_back({id, one.to, one.retries, one.why, std::nullopt});
  send_or_queue(now, place);
}

void requests::handle_timeout(base::instant now) {
  pacing_.advance(now);
  drain(now);
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    auto place = pending_.find(deadlines_.begin()->second);
    HYPER_ASSERT(place != pending_.end());
    deadlines_.erase(deadlines_.begin());
    expire(now, place);
  }
}

void requests::suspend() {
  suspended_ = true;
  while (!pending_.empty())
    end(pending_.begin(), failure::suspended);
  transmits_.clear();
  pacing_.clear();
  HYPER_ASSERT(deadlines_.empty() && by_wire_.empty() && queue_.empty());
}

void requests::resume() {
  suspended_ = false;
}

std::optional<transmit> requests::poll_transmit() {
  if (transmits_.empty())
    return std::nullopt;
  auto out = std::move(transmits_.front());
  transmits_.pop_front();
  return out;
}

std::optional<base::instant> requests::poll_timeout() const {
  std::optional<base::instant> out;
  if (!deadlines_.empty())
    out = deadlines_.begin()->first;
  if (!queue_.empty() && (!out || pacing_.slot_end() < *out))
    out = pacing_.slot_end();
  return out;
}

std::optional<lapse> requests::poll_lapse() {
  if (lapses_.empty())
    return std::nullopt;
  auto out = std::move(lapses_.front());
  lapses_.pop_front();
  return out;
}

void requests::check_invariant() const {
  HYPER_ASSERT(pending_.size() <= requests_max);
  HYPER_ASSERT(by_wire_.size() == pending_.size());
  HYPER_ASSERT(deadlines_.size() + queue_.size() == pending_.size());
  for (const auto& [id, one] : pending_) {
    HYPER_ASSERT(by_wire_.at({one.tid, one.to}) == id);
    if (one.deadline)
      HYPER_ASSERT(deadlines_.contains({*one.deadline, id}));
  }
}

} // namespace hyper::dht
