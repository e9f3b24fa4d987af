#pragma once

#include "base/time.hpp"

#include <array>
#include <cstddef>

// How many requests may leave in how much time. docs/dht.md.

namespace hyper::dht {

/// The window counts requests in four slots of 750 ms. An answer takes one off
/// the current slot, so that a network that answers is not slowed down.
class pacing {
public:
  static constexpr base::duration slot = base::milliseconds{750};
  static constexpr std::size_t slots = 4;
  /// Requests that a slot, and all slots together, hold.
  static constexpr std::size_t slot_max = 80;
  static constexpr std::size_t window_max = 2 * slot_max;

  explicit pacing(base::instant now) : slot_end_(now + slot) {}

  /// Forgets the slots that have passed.
  void advance(base::instant now);

  bool full() const;
  void sent();
  void settled(); ///< an answer came, or it was given up
  void clear();

  /// When the next slot begins.
  base::instant slot_end() const { return slot_end_; }

private:
  std::array<std::size_t, slots> counts_{};
  std::size_t current_ = 0;
  std::size_t total_ = 0;
  base::instant slot_end_;
};

} // namespace hyper::dht
