#pragma once

#include "base/entropy.hpp"

#include <cstdint>
#include <vector>

namespace hyper::actors::sim {

/// Where a simulated run is not determined, it asks here what happens next.
class chooser {
public:
  virtual ~chooser() = default;

  /// A number in [0, count). Requires count > 0.
  virtual std::uint64_t pick(std::uint64_t count) = 0;
};

/// A random walk.
class seeded_chooser final : public chooser {
public:
  explicit seeded_chooser(std::uint64_t seed) : from_(seed) {}
  std::uint64_t pick(std::uint64_t count) override {
    return count == 1 ? 0 : from_.below(count);
  }

private:
  base::seeded_entropy from_;
};

/// All walks, one after the other, depth first. The run must do the same as
/// long as it is told the same.
class exhaustive_chooser final : public chooser {
public:
  std::uint64_t pick(std::uint64_t count) override {
    if (count == 1)
      return 0;
    if (at_ == path_.size())
      path_.push_back({0, count});
    return path_[at_++].taken;
  }

  /// Turns to the next walk; false when there is none left.
  bool next() {
    at_ = 0;
    while (!path_.empty()) {
      if (++path_.back().taken < path_.back().count)
        return true;
      path_.pop_back();
    }
    return false;
  }

private:
  struct choice {
    std::uint64_t taken = 0;
    std::uint64_t count = 0;
  };
  std::vector<choice> path_;
  std::size_t at_ = 0;
};

} // namespace hyper::actors::sim
