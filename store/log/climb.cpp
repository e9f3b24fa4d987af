#include "store/log/climb.hpp"

#include "base/assert.hpp"

namespace hyper::log {

namespace {

namespace flat = base::flat_tree;

// A list that is read from the front, and one node that may stand in once for
// a node that is not listed because it can be computed.
class node_queue {
public:
  node_queue(const std::vector<tree_node>& list, std::optional<tree_node> extra)
      : list_(list), extra_(extra) {}

  /// The next node, which must be this one.
  std::optional<tree_node> take(std::uint64_t index) {
    if (extra_ && extra_->index == index)
      return std::exchange(extra_, std::nullopt);
    if (next_ == list_.size() || list_[next_].index != index)
      return std::nullopt;
    return list_[next_++];
  }

  bool has_list() const { return next_ < list_.size(); }
  bool has_extra() const { return extra_.has_value(); }
  bool empty() const { return !has_list() && !has_extra(); }

private:
  const std::vector<tree_node>& list_;
  std::size_t next_ = 0;
  std::optional<tree_node> extra_;
};

// Climbs from `at` with siblings until the queue is empty.
std::optional<tree_node> climb_up(tree_node at, node_queue& queue,
                                  std::vector<tree_node>& seen) {
  while (!queue.empty()) {
    auto beside = queue.take(flat::sibling(at.index));
    if (!beside)
      return std::nullopt;
    seen.push_back(at);
    seen.push_back(*beside);
    at = parent_of(at, *beside);
  }
  return at;
}

std::optional<tree_node> climb_seek(const base::seek_part& part,
                                    std::vector<tree_node>& seen) {
  HYPER_ASSERT(!part.nodes.empty());
  node_queue queue{part.nodes, std::nullopt};
  auto first = queue.take(part.nodes.front().index);
  return climb_up(*first, queue, seen);
}

std::optional<tree_node> climb_block(const base::block_part& part,
                                     std::optional<tree_node> sought,
                                     std::vector<tree_node>& seen) {
  if (part.index >= log_length_max)
    return std::nullopt;
  node_queue queue{part.nodes, sought};
  return climb_up(leaf_of(part.index, part.value), queue, seen);
}

std::optional<tree_node> climb_hash(const base::hash_part& part,
                                    std::optional<tree_node> sought,
                                    std::vector<tree_node>& seen) {
  node_queue queue{part.nodes, sought};
  auto first = queue.take(part.index);
  if (!first)
    return std::nullopt;
  return climb_up(*first, queue, seen);
}

} // namespace

std::optional<climbed> climb(const base::proof& proof) {
  climbed done;
  auto has_seek = proof.seek && !proof.seek->nodes.empty();
  if (has_seek) {
    done.root = climb_seek(*proof.seek, done.nodes);
    if (!done.root)
      return std::nullopt;
  }
  if (!proof.block && !proof.hash)
    return done;
  done.root = proof.block ? climb_block(*proof.block, done.root, done.nodes)
                          : climb_hash(*proof.hash, done.root, done.nodes);
  if (!done.root)
    return std::nullopt;
  return done;
}

std::optional<grown> grow(tree base, const base::upgrade_part& upgrade,
                          const std::optional<tree_node>& root) {
  if (upgrade.length == 0 || upgrade.start != base.length() ||
      upgrade.length > log_length_max - upgrade.start)
    return std::nullopt;
  node_queue queue{upgrade.nodes, root};
  for (auto index : growth(upgrade.start, upgrade.start + upgrade.length)) {
    auto node = queue.take(index);
    if (!node || !base.push(*node))
      return std::nullopt;
  }
  if (queue.has_list())
    return std::nullopt;
  HYPER_ASSERT(base.length() == upgrade.start + upgrade.length);
  grown done{base, std::move(base), root && !queue.has_extra()};
  for (const auto& node : upgrade.additional_nodes)
    if (!done.reached.push(node))
      return std::nullopt;
  return done;
}

} // namespace hyper::log
