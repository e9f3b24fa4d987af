#pragma once

#include "tests/actors/gateway/door.hpp"

#include <algorithm>

namespace hyper::test {

/// Sends `greeting`, then the input in pieces: a byte says how long the next
/// one is, 0 that the gateway gets its turn. Ends its side, and gives all
/// that came until the gateway has ended its own: it always has to.
inline std::string talk(gateway_door& door, std::string_view greeting,
                        base::bytes_view input) {
  // The gateway's own limits of time are 10 s and more: one that waits for
  // them has not seen the end.
  constexpr int rounds_max = 5000;
  constexpr int quick_rounds = 50;
  gateway_caller caller{door};
  caller.send(greeting);
  while (!input.empty()) {
    auto size = std::min<std::size_t>(input[0], input.size() - 1);
    caller.send({reinterpret_cast<const char*>(input.data()) + 1, size});
    if (size == 0)
      caller.turn();
    input = input.subspan(1 + size);
  }
  caller.turn();
  caller.end();
  int rounds = 0;
  while (caller.turn()) {
    HYPER_ASSERT(++rounds < rounds_max);
    if (rounds > quick_rounds)
      door.wait();
  }
  return caller.heard();
}

} // namespace hyper::test
