#pragma once

#include "base/entropy.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hyper::actors::stress {

enum class verb : std::uint8_t { register_name, delete_name, lookup, list };

/// One wish of a client.
struct wish {
  verb what = verb::lookup;
  std::string name; ///< empty for a list
};

/// How often what is wished, as parts of the sum, and how hot the hot names
/// are. By default as at a registry: names are looked up far more often than
/// they are changed.
struct mix {
  std::uint64_t registers = 6;
  std::uint64_t deletions = 2;
  std::uint64_t lookups = 90;
  std::uint64_t lists = 2;
  double contention = 0.1; ///< share of wishes for one of the hot names
};

inline constexpr std::uint64_t hot_names = 8;

/// What one client wants, one wish after the other; the same for the same seed
/// and number. Names of its own carry the number, hot names are everybody's.
class workload {
public:
  workload(std::uint64_t seed, std::uint64_t client, const mix& how);

  wish next();

private:
  std::string own_name(verb what);

  base::seeded_entropy chance_;
  std::uint64_t client_;
  mix mix_;
  std::uint64_t names_ = 0;        ///< of its own that it has wished for
  std::vector<std::string> taken_; ///< of these, those not yet deleted again
};

} // namespace hyper::actors::stress
