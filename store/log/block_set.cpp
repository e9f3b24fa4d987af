#include "store/log/block_set.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <iterator>

namespace hyper::log {

void block_set::insert(std::uint64_t first, std::uint64_t end) {
  HYPER_ASSERT(first <= end);
  if (first == end)
    return;
  auto next = runs_.upper_bound(first);
  if (next != runs_.begin() && std::prev(next)->second >= first)
    next = std::prev(next);
  // Swallows every run that it touches.
  while (next != runs_.end() && next->first <= end) {
    first = std::min(first, next->first);
    end = std::max(end, next->second);
    next = runs_.erase(next);
  }
  runs_.emplace_hint(next, first, end);
}

void block_set::truncate(std::uint64_t first) {
  runs_.erase(runs_.lower_bound(first), runs_.end());
  if (!runs_.empty())
    runs_.rbegin()->second = std::min(runs_.rbegin()->second, first);
  check_invariant();
}

bool block_set::contains(std::uint64_t block) const {
  auto next = runs_.upper_bound(block);
  return next != runs_.begin() && block < std::prev(next)->second;
}

std::uint64_t block_set::contiguous() const {
  return !runs_.empty() && runs_.begin()->first == 0 ? runs_.begin()->second
                                                     : 0;
}

std::uint64_t block_set::size() const {
  std::uint64_t sum = 0;
  for (const auto& [first, end] : runs_)
    sum += end - first;
  return sum;
}

void block_set::check_invariant() const {
  // Runs are not empty and never touch.
  const std::pair<const std::uint64_t, std::uint64_t>* before = nullptr;
  for (const auto& run : runs_) {
    HYPER_ASSERT(run.first < run.second);
    HYPER_ASSERT(before == nullptr || before->second < run.first);
    before = &run;
  }
}

} // namespace hyper::log
