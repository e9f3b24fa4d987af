#pragma once

#include <chrono>

namespace hyper::base {

/// The time line of the machines: microseconds since an arbitrary start. It
/// has no now(): whoever drives a machine says what time it is.
struct timeline {
  using duration = std::chrono::microseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<timeline>;
  static constexpr bool is_steady = true;
};

using instant = timeline::time_point;
using duration = timeline::duration;

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

} // namespace hyper::base
