#include "net/dht/health.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <utility>

namespace hyper::dht {

health::verdict health::judge(std::uint64_t responses,
                              std::uint64_t timeouts) const {
  if (ticks_ < window || responses + timeouts < events_min)
    return verdict::none;
  if (responses == 0)
    return verdict::offline;
  return timeouts > responses ? verdict::degraded : verdict::good;
}

std::size_t health::count(verdict which) const {
  return static_cast<std::size_t>(
      std::count(verdicts_.begin(), verdicts_.end(), which));
}

// A single good tick ends "offline"; "degraded" begins and ends with four.
health_state health::conclude() const {
  if (offline_in_a_row_ >= offline_ticks_min)
    return health_state::offline;
  if (count(verdict::degraded) == window)
    return health_state::degraded;
  if (count(verdict::good) == window)
    return health_state::online;
  if (offline_in_a_row_ == 0 && state_ == health_state::offline)
    return health_state::online;
  return state_;
}

bool health::update(std::uint64_t responses, std::uint64_t timeouts) {
  HYPER_ASSERT(responses >= responses_ && timeouts >= timeouts_);
  auto now = judge(responses - responses_, timeouts - timeouts_);
  responses_ = responses;
  timeouts_ = timeouts;
  verdicts_[ticks_++ % window] = now;
  if (now == verdict::none)
    return false;
  offline_in_a_row_ = now == verdict::offline ? offline_in_a_row_ + 1 : 0;
  auto before = std::exchange(state_, conclude());
  return state_ != before;
}

bool health::reset() {
  auto changed = state_ != health_state::online;
  verdicts_ = {};
  ticks_ = 0;
  offline_in_a_row_ = 0;
  state_ = health_state::online;
  return changed;
}

} // namespace hyper::dht
