#pragma once

#include <cstdint>
#include <map>

namespace hyper::log {

/// Which blocks are stored: a set of numbers, kept as runs.
class block_set {
public:
  /// Adds [first, end). Requires first <= end.
  void insert(std::uint64_t first, std::uint64_t end);
  void insert(std::uint64_t block) { insert(block, block + 1); }

  /// Removes everything from `first` on.
  void truncate(std::uint64_t first);

  bool contains(std::uint64_t block) const;

  /// All blocks below are there, this one is not.
  std::uint64_t contiguous() const;

  std::uint64_t size() const;

  /// The runs, first block to one past the last, in order.
  const std::map<std::uint64_t, std::uint64_t>& runs() const { return runs_; }

private:
  void check_invariant() const;

  std::map<std::uint64_t, std::uint64_t> runs_;
};

} // namespace hyper::log
