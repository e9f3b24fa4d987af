#include "net/replication/orders.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace hyper::replication {

std::uint64_t orders::add(base::instant now, source_id peer,
                          base::proof_request request) {
  HYPER_ASSERT(all_.empty() || all_.rbegin()->second.asked <= now);
  request.id = ++last_id_;
  if (request.block)
    by_block_[request.block->index].push_back(request.id);
  if (request.upgrade) {
    HYPER_ASSERT(!upgrade_);
    upgrade_ = request.id;
  }
  manifests_ += request.manifest ? 1 : 0;
  all_.emplace(last_id_, outstanding{peer, std::move(request), now});
  check_invariant();
  return last_id_;
}

outstanding
orders::remove(std::map<std::uint64_t, outstanding>::iterator found) {
  auto one = std::move(found->second);
  all_.erase(found);
  if (one.request.block) {
    auto asking = by_block_.find(one.request.block->index);
    HYPER_ASSERT(asking != by_block_.end());
    std::erase(asking->second, one.request.id);
    if (asking->second.empty())
      by_block_.erase(asking);
  }
  if (one.request.upgrade)
    upgrade_.reset();
  manifests_ -= one.request.manifest ? 1 : 0;
  check_invariant();
  return one;
}

std::optional<outstanding> orders::take(source_id peer, std::uint64_t id) {
  auto found = all_.find(id);
  if (found == all_.end() || found->second.peer != peer)
    return std::nullopt;
  return remove(found);
}

std::optional<outstanding> orders::take_older(base::instant then) {
  if (all_.empty() || all_.begin()->second.asked > then)
    return std::nullopt;
  return remove(all_.begin());
}

std::vector<std::uint64_t> orders::asking_for(std::uint64_t block) const {
  auto found = by_block_.find(block);
  return found == by_block_.end() ? std::vector<std::uint64_t>{}
                                  : found->second;
}

bool orders::is_asked(source_id peer, std::uint64_t block) const {
  return std::ranges::any_of(asking_for(block), [&](std::uint64_t id) {
    return all_.at(id).peer == peer;
  });
}

std::vector<std::uint64_t> orders::of(source_id peer) const {
  std::vector<std::uint64_t> ids;
  for (const auto& [id, one] : all_)
    if (one.peer == peer)
      ids.push_back(id);
  return ids;
}

void orders::check_invariant() const {
  HYPER_ASSERT(by_block_.size() <= all_.size());
  HYPER_ASSERT(!upgrade_ || all_.contains(*upgrade_));
  HYPER_ASSERT(manifests_ <= all_.size());
  HYPER_ASSERT(all_.empty() || all_.rbegin()->first <= last_id_);
}

} // namespace hyper::replication
