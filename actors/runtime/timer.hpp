#pragma once

#include "actors/messages.hpp"
#include "base/time.hpp"

#include <algorithm>
#include <optional>

namespace hyper::actors {

/// The actor's clock, on the machines' time line.
template <class Self>
base::instant now_of(Self* self) {
  auto since = self->clock().now().time_since_epoch();
  return base::instant{std::chrono::duration_cast<base::duration>(since)};
}

/// Whole microseconds from then to now.
template <class Self>
std::uint64_t microseconds_since(Self* self, base::instant then) {
  return static_cast<std::uint64_t>((now_of(self) - then).count());
}

/// One wake-up call of an actor for all timers of its machines. Timers of CAF
/// cannot be cancelled: a wish for later keeps the armed one, which then finds
/// nothing due and arms again; a wish for earlier outdates it.
class timer {
public:
  /// Sends a tick to `self` at `due` at the latest.
  template <class Self>
  void arm(Self* self, std::optional<base::instant> due) {
    if (!due || (armed_ && *armed_ <= *due))
      return;
    armed_ = due;
    auto delay = std::max(*due - now_of(self), base::duration{});
    self->delayed_send(self, delay, tick{++generation_});
  }

  /// Whether the tick is the one that was armed last; then it is used up.
  bool take(const tick& what) {
    if (what.generation != generation_)
      return false;
    armed_.reset();
    return true;
  }

private:
  std::optional<base::instant> armed_;
  std::uint64_t generation_ = 0;
};

} // namespace hyper::actors
