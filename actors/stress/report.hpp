#pragma once

#include "actors/stress/judge.hpp"

#include <string>
#include <vector>

namespace hyper::actors::stress {

/// What a run was and came to.
struct summary {
  std::uint64_t clients = 0;
  bool ours = false; ///< the server's kind
  base::duration length{};
  std::vector<answered> told;
  judgement laws;
};

/// For people: throughput, latencies per kind of wish, and violations.
std::string to_text(const summary& what);

/// One line of JSON; fields as in docs/stress.md.
std::string to_json(const summary& what);

} // namespace hyper::actors::stress
