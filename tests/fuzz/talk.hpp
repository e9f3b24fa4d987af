#pragma once

#include "base/bytes.hpp"
#include "tests/actors/door.hpp"

#include <algorithm>

namespace hyper::test {

/// Sends `greeting` and waits for an answer, then the input in pieces: a byte
/// says how long the next one is, 0 that the door gets its turn, 255 that the
/// piece comes often, for limits that no short input reaches. Ends its side,
/// and gives all that came until the door has ended its own: it always has to.
inline std::string talk(door& to, std::string_view greeting,
                        base::bytes_view input) {
  // A door's own limits of time are 10 s and more: one that waits for them has
  // not seen the end.
  constexpr int rounds_max = 5000;
  constexpr int quick_rounds = 50;
  constexpr int often = 300;
  caller one{to};
  one.send(greeting);
  for (int round = 0; !greeting.empty() && one.heard().empty(); ++round) {
    HYPER_ASSERT(round < rounds_max);
    if (!one.turn())
      break;
    to.wait();
  }
  while (!input.empty()) {
    auto size = std::min<std::size_t>(input[0], input.size() - 1);
    std::string_view piece{reinterpret_cast<const char*>(input.data()) + 1,
                           size};
    for (int times = input[0] == 255 ? often : 1; times > 0; --times)
      one.send(piece);
    if (size == 0)
      one.turn();
    input = input.subspan(1 + size);
  }
  one.turn();
  one.end();
  int rounds = 0;
  while (one.turn()) {
    HYPER_ASSERT(++rounds < rounds_max);
    if (rounds > quick_rounds)
      to.wait();
  }
  return one.heard();
}

} // namespace hyper::test
