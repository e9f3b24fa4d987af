#pragma once

#include "tests/actors/door.hpp"

#include <functional>

namespace hyper::test {

// Rounds of a millisecond or less: more than any limit of time of a test, and
// less than those of a door.
inline constexpr int wait_rounds_max = 8'000;

inline std::size_t count(std::string_view in, std::string_view what) {
  std::size_t out = 0;
  for (auto at = in.find(what); at != std::string_view::npos;
       at = in.find(what, at + 1))
    ++out;
  return out;
}

inline void wait_until(door& at, const std::function<bool()>& is_so) {
  for (int round = 0; round < wait_rounds_max && !is_so(); ++round)
    at.wait();
}

/// Until so much has been heard, or the connection has ended.
inline void wait_for(door& at, caller& who, std::string_view what = "\x01never",
                     std::size_t times = 1) {
  wait_until(at,
             [&] { return !who.read() || count(who.heard(), what) >= times; });
}

} // namespace hyper::test
