#include "net/replication/block_plan.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace hyper::replication {

block_plan::block_plan(block_set stored)
    : stored_(std::move(stored)), claimed_(stored_) {}

void block_plan::store(block_range blocks) {
  stored_.insert(blocks);
  claimed_.insert(blocks);
  auto in_range = [&](auto& set) {
    set.erase(set.lower_bound(blocks.start), set.lower_bound(blocks.end()));
  };
  in_range(waits_);
  in_range(free_waits_);
  in_range(refusers_);
  check_invariant();
}

void block_plan::lose(block_range blocks) {
  stored_.erase(blocks);
  claimed_.erase(blocks);
}

void block_plan::claim(std::uint64_t block) {
  HYPER_ASSERT(is_free(block));
  claimed_.insert({block, 1});
  free_waits_.erase(block);
  check_invariant();
}

void block_plan::release(std::uint64_t block, source_id by) {
  if (stored_.contains(block))
    return;
  claimed_.erase({block, 1});
  if (waits_.contains(block))
    free_waits_.insert(block);
  if (refusers_.size() >= refusers_max)
    refusers_.clear();
  auto& refusers = refusers_[block];
  if (std::ranges::find(refusers, by) == refusers.end())
    refusers.push_back(by);
  check_invariant();
}

bool block_plan::is_free(std::uint64_t block) const {
  return !claimed_.contains(block);
}

std::uint64_t block_plan::next_free(std::uint64_t from) const {
  return claimed_.next_missing(from);
}

bool block_plan::wait(std::uint64_t block) {
  if (stored_.contains(block) || waits_.contains(block))
    return true;
  if (waits_.size() >= waits_max)
    return false;
  waits_.insert(block);
  if (is_free(block))
    free_waits_.insert(block);
  check_invariant();
  return true;
}

void block_plan::forget(std::uint64_t block) {
  waits_.erase(block);
  free_waits_.erase(block);
}

bool block_plan::is_waited(std::uint64_t block) const {
  return waits_.contains(block);
}

std::optional<std::uint64_t> block_plan::next_wait(std::uint64_t from) const {
  auto found = free_waits_.lower_bound(from);
  if (found == free_waits_.end())
    return std::nullopt;
  return *found;
}

bool block_plan::refused(std::uint64_t block, source_id by) const {
  auto found = refusers_.find(block);
  return found != refusers_.end() &&
         std::ranges::find(found->second, by) != found->second.end();
}

void block_plan::check_invariant() const {
  HYPER_ASSERT(claimed_.contiguous() >= stored_.contiguous());
  HYPER_ASSERT(free_waits_.size() <= waits_.size());
  HYPER_ASSERT(waits_.size() <= waits_max);
  HYPER_ASSERT(refusers_.size() <= refusers_max);
}

} // namespace hyper::replication
