#include "base/assert.hpp"
#include "store/bee/tree_edit.hpp"

#include <iterator>

namespace hyper::bee {

namespace {

template <class T>
void erase_at(std::vector<T>& from, std::size_t index) {
  HYPER_ASSERT(index < from.size());
  from.erase(from.begin() + static_cast<std::ptrdiff_t>(index));
}

template <class T>
T take_front(std::vector<T>& from) {
  HYPER_ASSERT(!from.empty());
  T out = std::move(from.front());
  from.erase(from.begin());
  return out;
}

template <class T>
T take_back(std::vector<T>& from) {
  HYPER_ASSERT(!from.empty());
  T out = std::move(from.back());
  from.pop_back();
  return out;
}

template <class T>
void push_front(std::vector<T>& to, T value) {
  to.insert(to.begin(), std::move(value));
}

template <class T>
void move_all(std::vector<T>& from, std::vector<T>& to) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
  from.clear();
}

/// Makes `right` a part of `left`, its sibling before it; key number `between`
/// of the parent comes down between them.
void merge(working_node& left, working_node& right, working_node& parent,
           std::size_t between) {
  left.is_changed = true;
  parent.is_changed = true;
  left.keys.push_back(std::move(parent.keys[between]));
  move_all(right.keys, left.keys);
  move_all(right.children, left.children);
  erase_at(parent.keys, between);
  parent.children[between + 1]->seq = freed_seq;
  erase_at(parent.children, between + 1);
}

/// Moves one key from `left` through the parent into `node` behind it.
void borrow_left(working_node& left, working_node& node, working_key& between) {
  left.is_changed = true;
  push_front(node.keys, std::move(between));
  if (!node.is_leaf())
    push_front(node.children, take_back(left.children));
  between = take_back(left.keys);
}

/// Moves one key from `right` through the parent into `node` before it.
void borrow_right(working_node& right, working_node& node,
                  working_key& between) {
  right.is_changed = true;
  node.keys.push_back(std::move(between));
  if (!node.is_leaf())
    node.children.push_back(take_front(right.children));
  between = take_front(right.keys);
}

bool has_spare(const working_node* node) {
  return node != nullptr && node->keys.size() > node_keys_min;
}

base::error against_rules(const char* what) {
  return {base::errc::malformed, std::string{"bee: "} + what};
}

} // namespace

/// The nodes beside one; null where there is none.
struct tree_edit::neighbours {
  working_node* left = nullptr;
  working_node* right = nullptr;
};

base::result<bool> tree_edit::remove(base::bytes_view key) {
  if (auto ready = load_root(); !ready)
    return ready.failure();
  if (tree_->root() == nullptr)
    return false;
  path way;
  auto found = descend(key, way);
  if (!found || !*found)
    return found;
  if (way.back().node->is_leaf())
    erase_at(way.back().node->keys, way.back().index);
  else if (auto taken = take_neighbour(way); !taken)
    return taken.failure();
  for (auto& step : way)
    step.node->is_changed = true;
  if (auto done = rebalance(way); !done)
    return done.failure();
  return true;
}

/// Replaces the inner key at the end of the way by the next smaller or greater
/// one, whichever comes from the fuller leaf, and lengthens the way to there.
base::status tree_edit::take_neighbour(path& way) {
  step at = way.back();
  auto left = edge(at, true);
  if (!left)
    return left.failure();
  auto right = edge({at.node, at.index + 1}, false);
  if (!right)
    return right.failure();
  auto& smaller = left->back().node->keys;
  auto& greater = right->back().node->keys;
  if (smaller.empty() || greater.empty())
    return against_rules("an empty leaf");
  bool from_right = smaller.size() < greater.size();
  auto& chosen = from_right ? *right : *left;
  at.node->keys[at.index] =
      from_right ? take_front(greater) : take_back(smaller);
  way.pop_back();
  way.insert(way.end(), chosen.begin(), chosen.end());
  return base::unit{};
}

/// The way from a node through the named child to the outermost leaf there.
base::result<tree_edit::path> tree_edit::edge(const step& from,
                                              bool rightmost) {
  path out{from};
  while (!out.back().node->is_leaf()) {
    if (out.size() > depth_max)
      return against_rules("a tree deeper than any can be");
    auto below = child(*out.back().node, out.back().index);
    if (!below)
      return below.failure();
    const auto& children = (*below)->children;
    std::size_t last = children.empty() ? 0 : children.size() - 1;
    out.push_back({*below, rightmost ? last : 0});
  }
  return out;
}

base::result<tree_edit::neighbours> tree_edit::siblings(const step& parent) {
  neighbours out;
  const auto& node = *parent.node->children[parent.index]->node;
  if (parent.index > 0) {
    auto left = child(*parent.node, parent.index - 1);
    if (!left)
      return left.failure();
    out.left = *left;
  }
  if (parent.index + 1 < parent.node->children.size()) {
    auto right = child(*parent.node, parent.index + 1);
    if (!right)
      return right.failure();
    out.right = *right;
  }
  if (out.left == nullptr && out.right == nullptr)
    return against_rules("an only child");
  for (const auto* one : {out.left, out.right})
    if (one != nullptr && one->is_leaf() != node.is_leaf())
      return against_rules("leaves at different depths");
  return out;
}

/// Fills up the nodes on the way that have become too small, from the leaf
/// upwards: borrow left, borrow right, merge left, merge right.
base::status tree_edit::rebalance(path& way) {
  while (way.size() > 1) {
    auto& node = *way.back().node;
    way.pop_back();
    if (node.keys.size() >= node_keys_min)
      return base::unit{};
    auto& parent = *way.back().node;
    std::size_t index = way.back().index;
    auto beside = siblings(way.back());
    if (!beside)
      return beside.failure();
    if (has_spare(beside->left)) {
      borrow_left(*beside->left, node, parent.keys[index - 1]);
      return base::unit{};
    }
    if (has_spare(beside->right)) {
      borrow_right(*beside->right, node, parent.keys[index]);
      return base::unit{};
    }
    if (beside->left != nullptr)
      merge(*beside->left, node, parent, index - 1);
    else
      merge(node, *beside->right, parent, index);
  }
  auto& root = *tree_->root();
  if (root.keys.empty() && !root.is_leaf()) {
    HYPER_ASSERT(root.children.size() == 1);
    auto only = child(root, 0);
    if (!only)
      return only.failure();
    tree_->set_root(*only);
  }
  return base::unit{};
}

} // namespace hyper::bee
