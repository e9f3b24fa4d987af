#pragma once

#include "base/time.hpp"

#include <cstddef>

namespace hyper::udx {

/// A token bucket that spreads packets over time. Small traffic always finds
/// it filled: it holds at least an initial window.
class pacer {
public:
  /// How long one waits for an empty bucket: short enough that the burst that
  /// follows fits the receive buffer of a peer, long enough for a timer.
  static constexpr base::duration pause = base::microseconds{250};

  /// What the bucket holds at most, as time at the present rate: a driver that
  /// wakes up late by this much loses nothing.
  static constexpr base::duration depth = base::milliseconds{1};

  /// What it holds at least: ten full packets, the initial window.
  static constexpr double burst_min = 10 * 1500;

  explicit pacer(base::instant now) : filled_at_(now) {}

  /// Whether a packet may leave. The rate is in bytes per microsecond.
  bool ready(base::instant now, double rate);

  /// A packet has left. The last one may overdraw.
  void spend(std::size_t bytes) { tokens_ -= static_cast<double>(bytes); }

  /// When to ask again after ready() said no.
  base::instant next(double rate) const;

private:
  double tokens_ = burst_min;
  base::instant filled_at_;
};

} // namespace hyper::udx
