#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace hyper::replication {

/// Blocks [start, start + length).
struct block_range {
  std::uint64_t start = 0;
  std::uint64_t length = 0;

  std::uint64_t end() const { return start + length; }
  bool empty() const { return length == 0; }

  friend bool operator==(const block_range&, const block_range&) = default;
};

/// Most runs that are remembered of what a peer says: about 1 MiB of memory.
/// A peer that fetches in random order has that many gaps only in the middle
/// of a log of 100,000 blocks.
inline constexpr std::size_t remote_runs_max = 16384;

/// Which blocks somebody has: a set of numbers, kept as runs. Whatever a peer
/// says costs what its message is long, not what it claims. At `runs_max` runs
/// a new run is not taken in, and a run that would be cut in two loses its
/// upper part: knowledge is lost, never invented.
class block_set {
public:
  block_set() = default;
  explicit block_set(std::size_t runs_max);

  void insert(block_range blocks);
  void erase(block_range blocks);

  /// Replaces what is known of the blocks from `start` on by one bit each,
  /// least significant first.
  void assign(std::uint64_t start, std::span<const std::uint32_t> words);

  bool contains(std::uint64_t block) const;
  bool contains(block_range blocks) const;

  /// All blocks below are there, this one is not.
  std::uint64_t contiguous() const;

  /// The first block from `from` on that is not there, or that is.
  std::uint64_t next_missing(std::uint64_t from) const;
  std::optional<std::uint64_t> next_present(std::uint64_t from) const;

  /// The run that begins first, if any.
  std::optional<block_range> first() const;

  /// One bit for each of the blocks; whole words.
  std::vector<std::uint32_t> words(block_range blocks) const;

  std::size_t runs() const { return runs_.size(); }
  bool empty() const { return runs_.empty(); }

  friend bool operator==(const block_set& left, const block_set& right) {
    return left.runs_ == right.runs_;
  }

private:
  using run_map = std::map<std::uint64_t, std::uint64_t>;

  run_map::const_iterator run_at(std::uint64_t block) const;
  void check_invariant(std::uint64_t near) const;

  run_map runs_; // first block to one past the last; disjoint, not touching
  std::size_t runs_max_ = std::numeric_limits<std::size_t>::max();
};

} // namespace hyper::replication
