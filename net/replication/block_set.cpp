#include "net/replication/block_set.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <bit>

namespace hyper::replication {

block_set::block_set(std::size_t runs_max) : runs_max_(runs_max) {
  HYPER_ASSERT(runs_max > 0);
}

// The run that holds the block, or end().
block_set::run_map::const_iterator
block_set::run_at(std::uint64_t block) const {
  auto next = runs_.upper_bound(block);
  if (next == runs_.begin())
    return runs_.end();
  auto run = std::prev(next);
  return block < run->second ? run : runs_.end();
}

void block_set::insert(block_range blocks) {
  if (blocks.empty())
    return;
  auto first = blocks.start;
  auto end = blocks.end();
  auto run = runs_.upper_bound(first);
  if (run != runs_.begin() && std::prev(run)->second >= first)
    --run;
  for (; run != runs_.end() && run->first <= end; run = runs_.erase(run)) {
    first = std::min(first, run->first);
    end = std::max(end, run->second);
  }
  if (runs_.size() < runs_max_)
    runs_.emplace_hint(run, first, end);
  check_invariant(first);
}

void block_set::erase(block_range blocks) {
  if (blocks.empty())
    return;
  auto first = blocks.start;
  auto end = blocks.end();
  auto run = runs_.upper_bound(first);
  if (run != runs_.begin() && std::prev(run)->second > first)
    --run;
  while (run != runs_.end() && run->first < end) {
    auto [run_first, run_end] = *run;
    run = runs_.erase(run);
    if (run_first < first)
      runs_.emplace(run_first, first);
    if (run_end > end && runs_.size() < runs_max_)
      runs_.emplace(end, run_end);
  }
  check_invariant(first);
}

void block_set::assign(std::uint64_t start,
                       std::span<const std::uint32_t> words) {
  constexpr auto bits = std::numeric_limits<std::uint32_t>::digits;
  erase({start, words.size() * bits});
  block_range run{start, 0};
  for (auto word : words)
    for (int bit = 0; bit < bits;) {
      auto rest = word >> bit;
      auto ones = std::min(std::countr_one(rest), bits - bit);
      auto zeros = std::min(std::countr_zero(rest), bits - bit);
      run.length += static_cast<std::uint64_t>(ones);
      bit += ones + zeros;
      if (zeros == 0)
        continue;
      insert(run);
      run = {run.end() + static_cast<std::uint64_t>(zeros), 0};
    }
  insert(run);
}

bool block_set::contains(std::uint64_t block) const {
  return run_at(block) != runs_.end();
}

bool block_set::contains(block_range blocks) const {
  return blocks.empty() || next_missing(blocks.start) >= blocks.end();
}

std::uint64_t block_set::contiguous() const {
  return next_missing(0);
}

std::uint64_t block_set::next_missing(std::uint64_t from) const {
  auto run = run_at(from);
  return run == runs_.end() ? from : run->second;
}

std::optional<std::uint64_t> block_set::next_present(std::uint64_t from) const {
  if (contains(from))
    return from;
  auto next = runs_.upper_bound(from);
  if (next == runs_.end())
    return std::nullopt;
  return next->first;
}

std::optional<block_range> block_set::first() const {
  if (runs_.empty())
    return std::nullopt;
  auto [first, end] = *runs_.begin();
  return block_range{first, end - first};
}

std::vector<std::uint32_t> block_set::words(block_range blocks) const {
  std::vector<std::uint32_t> out((blocks.length + 31) / 32);
  auto at = next_present(blocks.start);
  while (at && *at < blocks.end()) {
    auto end = std::min(next_missing(*at), blocks.end());
    for (auto block = *at; block < end; ++block) {
      auto bit = block - blocks.start;
      out[bit / 32] |= std::uint32_t{1} << (bit % 32);
    }
    at = next_present(end);
  }
  return out;
}

// Looks at the neighbours of a change alone: a set may be large.
void block_set::check_invariant(std::uint64_t near) const {
  HYPER_ASSERT(runs_.size() <= runs_max_);
  auto run = runs_.lower_bound(near);
  if (run == runs_.end())
    return;
  HYPER_ASSERT(run->first < run->second);
  if (run == runs_.begin())
    return;
  auto before = std::prev(run);
  HYPER_ASSERT(before->first < before->second);
  HYPER_ASSERT(before->second < run->first);
}

} // namespace hyper::replication
