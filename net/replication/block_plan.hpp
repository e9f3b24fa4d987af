#pragma once

#include "net/replication/block_set.hpp"
#include "net/replication/source.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace hyper::replication {

/// Blocks that somebody waits for at the same time.
inline constexpr std::size_t waits_max = 65536;

/// Blocks of which it is remembered who did not give them. At the limit
/// everybody gets a new chance.
inline constexpr std::size_t refusers_max = 65536;

/// Which blocks are stored, on their way, or free to be asked for.
class block_plan {
public:
  explicit block_plan(block_set stored);

  void store(block_range blocks);
  void lose(block_range blocks);

  /// The block is on its way. Requires is_free().
  void claim(std::uint64_t block);

  /// It is not any more; `by` did not give it. Stored blocks stay stored.
  void release(std::uint64_t block, source_id by);

  bool is_free(std::uint64_t block) const;

  /// The first free block from `from` on.
  std::uint64_t next_free(std::uint64_t from) const;

  /// Somebody waits for the block. False, and nothing done, at waits_max.
  bool wait(std::uint64_t block);
  void forget(std::uint64_t block);
  bool is_waited(std::uint64_t block) const;

  /// The first free block from `from` on that somebody waits for.
  std::optional<std::uint64_t> next_wait(std::uint64_t from) const;

  /// Whether that source did not give the block when it was asked.
  bool refused(std::uint64_t block, source_id by) const;

  const block_set& stored() const { return stored_; }

private:
  void check_invariant() const;

  block_set stored_;
  block_set claimed_; // stored or on their way
  std::set<std::uint64_t> waits_;
  std::set<std::uint64_t> free_waits_;
  std::map<std::uint64_t, std::vector<source_id>> refusers_;
};

} // namespace hyper::replication
