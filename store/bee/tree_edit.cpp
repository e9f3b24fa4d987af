#include "store/bee/tree_edit.hpp"

#include "base/assert.hpp"

namespace hyper::bee {

namespace {

base::error against_rules(const char* what) {
  return {base::errc::malformed, std::string{"bee: "} + what};
}

bool has_shape(const level& node) {
  return node.children.empty() || node.children.size() == node.keys.size() + 1;
}

} // namespace

base::status tree_edit::load_root() {
  if (tree_->root() != nullptr || tree_->length() < 2)
    return base::unit{};
  working_child at{tree_->length() - 1, 0, nullptr};
  auto root = load(at, at.seq);
  if (!root)
    return root.failure();
  tree_->set_root(*root);
  return base::unit{};
}

base::result<working_node*> tree_edit::load(working_child& child,
                                            std::uint64_t max) {
  if (child.node != nullptr)
    return child.node;
  auto stored = load_node(*from_, {child.seq, child.level}, max);
  if (!stored)
    return stored.failure();
  if (!has_shape(*stored))
    return against_rules("a node with too few or too many children");
  auto& node = tree_->make_node();
  node.keys.reserve(node_keys_split);
  node.children.reserve(stored->children.empty() ? 0 : node_keys_split + 1);
  for (std::uint64_t seq : stored->keys)
    node.keys.push_back({seq, {}, false});
  for (const auto& at : stored->children) {
    if (at.seq > child.seq)
      return against_rules("a child in a newer block than its parent");
    node.children.push_back(&tree_->make_child({at.seq, at.level, nullptr}));
  }
  child.node = &node;
  return child.node;
}

base::result<working_node*> tree_edit::child(const working_node& node,
                                             std::size_t i) {
  HYPER_ASSERT(i < node.children.size());
  auto& at = *node.children[i];
  return load(at, at.seq);
}

base::result<base::bytes_view> tree_edit::text(working_key& key) {
  if (!key.is_read) {
    auto found = load_entry(*from_, key.seq, tree_->length());
    if (!found)
      return found.failure();
    key.text = base::as_text(found->key);
    key.is_read = true;
    tree_->count_text(key.text);
  }
  return base::as_bytes(key.text);
}

base::result<position> tree_edit::find_in(working_node& node,
                                          base::bytes_view key) {
  std::size_t low = 0;
  std::size_t high = node.keys.size();
  while (low < high) {
    std::size_t middle = (low + high) / 2;
    auto there = text(node.keys[middle]);
    if (!there)
      return there.failure();
    int order = base::as_text(key).compare(base::as_text(*there));
    if (order == 0)
      return position{middle, true};
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return position{low, false};
}

/// Goes down to the key, or to the leaf where it would be; the last step's
/// index is its place there. Requires a root.
base::result<bool> tree_edit::descend(base::bytes_view key, path& way) {
  working_node* node = tree_->root();
  for (unsigned depth = 0; depth < depth_max; ++depth) {
    auto place = find_in(*node, key);
    if (!place)
      return place.failure();
    way.push_back({node, place->index});
    if (place->found || node->is_leaf())
      return place->found;
    auto below = child(*node, place->index);
    if (!below)
      return below.failure();
    node = *below;
  }
  return against_rules("a tree deeper than any can be");
}

base::result<std::optional<std::uint64_t>>
tree_edit::find(base::bytes_view key) {
  std::optional<std::uint64_t> none;
  if (auto ready = load_root(); !ready)
    return ready.failure();
  if (tree_->root() == nullptr)
    return none;
  path way;
  auto found = descend(key, way);
  if (!found)
    return found.failure();
  if (!*found)
    return none;
  const auto& last = way.back();
  return std::optional{last.node->keys[last.index].seq};
}

std::vector<working_child*> tree_edit::number(std::uint64_t seq) {
  HYPER_ASSERT(tree_->root() != nullptr);
  std::vector<working_child*> levels;
  number_below(tree_->make_child({seq, 0, tree_->root()}), seq, levels);
  return levels;
}

void tree_edit::number_below(working_child& child, std::uint64_t seq,
                             std::vector<working_child*>& levels) {
  child.seq = seq;
  child.level = levels.size();
  levels.push_back(&child);
  child.node->is_changed = false;
  for (auto* below : child.node->children)
    if (below->node != nullptr && below->node->is_changed)
      number_below(*below, seq, levels);
}

void copy_level(const working_node& node, level& out) {
  HYPER_ASSERT(node.is_leaf() || node.children.size() == node.keys.size() + 1);
  out.keys.clear();
  out.children.clear();
  for (const auto& key : node.keys)
    out.keys.push_back(key.seq);
  for (const auto* child : node.children)
    out.children.push_back({child->seq, child->level});
}

} // namespace hyper::bee
