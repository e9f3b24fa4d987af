#include "store/log/proof_plan.hpp"

#include "base/assert.hpp"
#include "base/flat_tree.hpp"
#include "store/log/merkle.hpp"

namespace hyper::log {

namespace flat = base::flat_tree;

std::uint64_t wanted_node::last_block() const {
  return flat::last_leaf(index) / 2;
}

std::optional<wanted_node> wanted_in(const base::proof_request& request) {
  if (request.block)
    return wanted_node{2 * request.block->index, request.block->nodes, true};
  if (request.hash)
    return wanted_node{request.hash->index, request.hash->nodes, false};
  return std::nullopt;
}

// Ends after 54 levels at the latest: then the node contains every leaf.
std::optional<std::uint64_t> climbed_from(const wanted_node& node,
                                          std::uint64_t end) {
  auto at = node.index;
  for (std::uint64_t level = 0; level < node.levels; ++level) {
    at = flat::parent(at);
    if (flat::contains(at, end))
      return std::nullopt;
  }
  return at;
}

void planner::prove_below(std::uint64_t root) {
  HYPER_ASSERT(!plan_.wanted && !plan_.seek);
  if (!wanted_)
    return seek_below(root);
  HYPER_ASSERT(flat::contains(root, wanted_->index));
  plan_.wanted.emplace();
  if (!wanted_->is_block)
    plan_.wanted->push_back(wanted_->index);
  for (auto at = wanted_->index; at != root; at = flat::parent(at)) {
    auto beside = flat::sibling(at);
    if (sought_ && beside != *sought_ && flat::contains(beside, *sought_))
      seek_below(beside);
    else
      plan_.wanted->push_back(beside);
  }
}

void planner::seek_below(std::uint64_t root) {
  HYPER_ASSERT(sought_ && flat::contains(root, *sought_));
  plan_.seek.emplace();
  plan_.seek->push_back(*sought_);
  for (auto at = *sought_; at != root; at = flat::parent(at))
    plan_.seek->push_back(flat::sibling(at));
}

bool planner::leads_to_unproved(std::uint64_t node) const {
  if (plan_.wanted || plan_.seek)
    return false;
  if (wanted_)
    return flat::contains(node, wanted_->index);
  return sought_ && flat::contains(node, *sought_);
}

void planner::grow(std::uint64_t from, std::uint64_t to) {
  HYPER_ASSERT(from < to && plan_.upgrade.empty());
  for (auto node : growth(from, to)) {
    if (leads_to_unproved(node))
      prove_below(node);
    else
      plan_.upgrade.push_back(node);
  }
}

void planner::add(std::uint64_t to, std::uint64_t head) {
  plan_.additional = growth(to, head);
}

} // namespace hyper::log
