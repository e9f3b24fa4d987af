#pragma once

#include "actors/runtime/hooked.hpp"
#include "actors/sim/history.hpp"
#include "actors/sim/plan.hpp"
#include "actors/trace/record.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hyper::actors::sim {

struct outcome {
  std::vector<std::string> violations; ///< none: all laws hold
  history what;
  std::uint64_t steps = 0;
  std::uint64_t datagrams = 0;
  base::duration virtual_time{};
};

/// Runs a bootstrap node, a server and clients through the plan, until faults
/// have stopped, every line is answered and every copy is complete; then the
/// server goes away, and the copies still answer. Records go to `trace`.
outcome run(const plan& what, trace::sink* trace = nullptr);

/// The smallest plan found by leaving out operations, faults and clients that
/// still breaks a law. Requires that `what` does. Runs at most `tries` plans.
plan shrink(const plan& what, std::size_t tries = 200);

} // namespace hyper::actors::sim
