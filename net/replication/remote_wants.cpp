#include "net/replication/remote_wants.hpp"

#include "base/assert.hpp"
#include "net/replication/limits.hpp"

#include <algorithm>
#include <bit>

namespace hyper::replication {

namespace {

constexpr std::uint64_t want_length_min = 32;

bool is_region(block_range blocks) {
  return std::has_single_bit(blocks.length) &&
         blocks.length >= want_length_min && blocks.start % blocks.length == 0;
}

bool overlap(const block_range& one, const block_range& other) {
  return one.start < other.end() && other.start < one.end();
}

bool any_overlaps(const std::vector<block_range>& all, block_range blocks) {
  return std::ranges::any_of(
      all, [&](const auto& one) { return overlap(one, blocks); });
}

} // namespace

bool remote_wants::add(const want& what) {
  block_range blocks{what.start, what.length};
  auto& list = what.any ? any_ : regions_;
  auto limit = what.any ? any_wants_max : wants_max;
  if (!what.any && blocks.length > want_length_max)
    return false;
  if (std::ranges::find(list, blocks) != list.end())
    return true;
  if (list.size() == limit || (!what.any && !is_region(blocks)))
    everything_ = true;
  else
    list.push_back(blocks);
  HYPER_ASSERT(regions_.size() <= wants_max && any_.size() <= any_wants_max);
  return true;
}

void remote_wants::remove(const unwant& what) {
  std::erase(what.any ? any_ : regions_, block_range{what.start, what.length});
}

bool remote_wants::touches(block_range blocks) const {
  return everything_ || any_overlaps(regions_, blocks) ||
         any_overlaps(any_, blocks);
}

} // namespace hyper::replication
