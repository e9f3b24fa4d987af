#include "net/dht/query.hpp"

#include "base/assert.hpp"
#include "net/dht/addresses.hpp"

#include <algorithm>

namespace hyper::dht {

namespace {

// Until the nodes given by the caller have had the chance to answer.
constexpr std::size_t cautious_concurrency = 3;

// With fewer answers from the given nodes, those of the table are asked.
constexpr std::size_t replies_wanted = k / 4;

} // namespace

query::query(const node_id& target, const node_id& own,
             const query_options& how)
    : target_(target), own_(own), only_these_(how.only_these),
      concurrency_(std::max<std::size_t>(how.concurrency, 1)) {
  for (const auto& node : how.start)
    if (pending_.size() < k)
      consider(node, std::nullopt);
  from_table_ = only_these_ || pending_.size() < k;
}

std::size_t query::room() const {
  return only_these_ || pending_.size() >= k ? 0 : k - pending_.size();
}

void query::add_start(const base::endpoint& where) {
  HYPER_ASSERT(!only_these_);
  consider(where, std::nullopt);
}

bool query::is_wanted(const node_id& away) const {
  return closest_.size() < k || away < closest_.rbegin()->first;
}

// Notes a node that was named; it will be asked if it lies near enough.
void query::consider(const base::endpoint& where,
                     const std::optional<base::endpoint>& named_by) {
  auto known = seen_.find(where);
  if (known == seen_.end()) {
    auto away = distance(target_, id_of(where));
    if (!is_wanted(away))
      return;
    known = seen_.emplace(where, place{}).first;
    pending_.emplace(away, where);
  }
  if (!named_by)
    return;
  if (known->second.state == state::down)
    hints_.push_back({*named_by, where});
  auto& names = known->second.named_by;
  if (names.size() < k)
    names.push_back(*named_by);
}

std::size_t query::visits_allowed() const {
  return (cautious_ ? cautious_concurrency : concurrency_) + slow_;
}

std::optional<base::endpoint> query::next_visit() {
  if (visits_ >= query_visits_max ||
      (!pending_.empty() && !is_wanted(pending_.begin()->first)))
    pending_.clear();
  if (pending_.empty() || in_flight_ >= visits_allowed()) {
    // All nodes of the caller's that fit are out: give them a chance.
    if (!from_table_ && replies_ + errors_ == 0)
      cautious_ = true;
    return std::nullopt;
  }
  auto where = pending_.begin()->second;
  HYPER_ASSERT(seen_.at(where).state == state::fresh);
  pending_.erase(pending_.begin());
  seen_.at(where).state = state::asked;
  ++visits_;
  ++in_flight_;
  return where;
}

void query::leave(const base::endpoint& where, state now) {
  auto& visited = seen_.at(where);
  HYPER_ASSERT(visited.state == state::asked || visited.state == state::slow);
  HYPER_ASSERT(in_flight_ > 0);
  --in_flight_;
  if (visited.state == state::slow)
    --slow_;
  visited.state = now;
}

void query::handle_answer(const base::endpoint& from, const response& what) {
  leave(from, state::done);
  answered_ = true;
  (what.error == 0 ? replies_ : errors_) += 1;
  if (what.error == 0 && what.id) {
    closest_.emplace(distance(target_, *what.id),
                     closest_node{from, *what.id, what.token, what.to});
    if (closest_.size() > k)
      closest_.erase(std::prev(closest_.end()));
  }
  read_closer(from, what);
  if (replies_ + errors_ >= concurrency_)
    cautious_ = false;
}

void query::read_closer(const base::endpoint& from, const response& what) {
  if (only_these_)
    return;
  auto count = std::min(what.closer.size(), k);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& node = what.closer[i];
    if (!can_be_reached(node) || is_retired(node)) {
      ++bogus_nodes_;
      continue;
    }
    // The original stops at the first node that is too far away, but answers
    // are not sorted: a nearer one may follow.
    if (id_of(node) != own_)
      consider(node, from);
  }
}

void query::handle_slow(const base::endpoint& to) {
  auto& visited = seen_.at(to);
  HYPER_ASSERT(visited.state == state::asked);
  visited.state = state::slow;
  ++slow_;
}

void query::handle_failure(const base::endpoint& to, bool timed_out) {
  leave(to, timed_out ? state::down : state::done);
  ++errors_;
  if (timed_out)
    for (const auto& namer : seen_.at(to).named_by)
      hints_.push_back({namer, to});
}

std::optional<query::hint> query::poll_hint() {
  if (hints_.empty())
    return std::nullopt;
  auto out = hints_.front();
  hints_.pop_front();
  return out;
}

bool query::wants_table() {
  if (from_table_ || only_these_ || !done() || replies_ >= replies_wanted)
    return false;
  from_table_ = true;
  cautious_ = false;
  return true;
}

bool query::done() const {
  if (!pending_.empty())
    return false;
  return in_flight_ == 0 || (in_flight_ == slow_ && closest_.size() == k);
}

std::vector<closest_node> query::closest() const {
  std::vector<closest_node> out;
  for (const auto& [away, node] : closest_)
    out.push_back(node);
  return out;
}

void query::check_invariant() const {
  HYPER_ASSERT(closest_.size() <= k);
  HYPER_ASSERT(slow_ <= in_flight_);
  HYPER_ASSERT(in_flight_ <= visits_ && visits_ <= query_visits_max);
  HYPER_ASSERT(replies_ + errors_ + in_flight_ == visits_);
  for (const auto& [away, where] : pending_)
    HYPER_ASSERT(seen_.at(where).state == state::fresh);
}

} // namespace hyper::dht
