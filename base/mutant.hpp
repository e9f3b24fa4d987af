#pragma once

#include <string_view>

// Faults that a test build can switch on, to see that they are found. In every
// other build there are none, and no trace of them: see docs/simulator.md.

namespace hyper::base {

#ifdef HYPER_MUTANTS
/// The fault that is on; empty: none.
inline std::string_view active_mutant;

inline bool mutant(std::string_view name) {
  return active_mutant == name;
}
#else
constexpr bool mutant(std::string_view) {
  return false;
}
#endif

} // namespace hyper::base
