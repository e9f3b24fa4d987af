#include "base/assert.hpp"
#include "store/bee/tree_edit.hpp"

#include <iterator>

namespace hyper::bee {

base::status tree_edit::put(base::bytes_view key, std::uint64_t seq) {
  if (auto ready = load_root(); !ready)
    return ready;
  if (tree_->root() == nullptr)
    tree_->set_root(&tree_->make_node());
  path way;
  auto found = descend(key, way);
  if (!found)
    return found.failure();
  for (auto& step : way)
    step.node->is_changed = true;
  auto& last = way.back();
  if (*found) {
    last.node->keys[last.index].seq = seq;
    return base::unit{};
  }
  working_key added{seq, std::string{base::as_text(key)}, true};
  tree_->count_text(added.text);
  last.node->keys.insert(last.node->keys.begin() +
                             static_cast<std::ptrdiff_t>(last.index),
                         std::move(added));
  while (way.back().node->keys.size() >= node_keys_split) {
    auto& full = *way.back().node;
    way.pop_back();
    if (way.empty()) {
      auto& root = tree_->make_node();
      root.children.push_back(&tree_->make_child({0, 0, &full}));
      root.is_changed = true;
      tree_->set_root(&root);
      way.push_back({&root, 0});
    }
    split(full, *way.back().node, way.back().index);
  }
  return base::unit{};
}

/// Moves the upper half of `node` into a new sibling behind it and the median
/// up into `parent`, whose child number `index` the node is.
void tree_edit::split(working_node& node, working_node& parent,
                      std::size_t index) {
  HYPER_ASSERT(index < parent.children.size());
  HYPER_ASSERT(parent.children[index]->node == &node);
  auto& right = tree_->make_node();
  right.is_changed = true;
  auto move_tail = [](auto& from, auto& to, std::size_t count) {
    auto first = from.end() - static_cast<std::ptrdiff_t>(count);
    std::move(first, from.end(), std::back_inserter(to));
    from.erase(first, from.end());
  };
  std::size_t half = node.keys.size() / 2;
  move_tail(node.keys, right.keys, half);
  if (!node.is_leaf())
    move_tail(node.children, right.children, half + 1);
  auto at = static_cast<std::ptrdiff_t>(index);
  parent.keys.insert(parent.keys.begin() + at, std::move(node.keys.back()));
  node.keys.pop_back();
  parent.children.insert(parent.children.begin() + at + 1,
                         &tree_->make_child({0, 0, &right}));
}

} // namespace hyper::bee
