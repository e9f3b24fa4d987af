#include "store/log/merkle.hpp"

#include "base/assert.hpp"

namespace hyper::log {

namespace {

namespace flat = base::flat_tree;

// What a hash is of; the first byte of what goes in.
enum kind : std::uint8_t { leaf = 0, parent = 1, whole = 2 };

base::fixed_bytes<8> fixed(std::uint64_t value) {
  base::fixed_bytes<8> out{};
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<std::uint8_t>(value >> (8 * i));
  return out;
}

base::hash32 hash_of_children(std::uint64_t size, const tree_node& left,
                              const tree_node& right) {
  const std::uint8_t what = kind::parent;
  return base::blake2b(
      {base::bytes_view{&what, 1}, fixed(size), left.hash, right.hash});
}

std::uint64_t leaves_below(std::uint64_t node) {
  return std::uint64_t{1} << flat::depth(node);
}

} // namespace

tree_node leaf_of(std::uint64_t block, base::bytes_view value) {
  HYPER_ASSERT(block < log_length_max);
  const std::uint8_t what = kind::leaf;
  auto hash =
      base::blake2b({base::bytes_view{&what, 1}, fixed(value.size()), value});
  return {2 * block, value.size(), hash};
}

tree_node parent_of(const tree_node& one, const tree_node& other) {
  HYPER_ASSERT(flat::sibling(one.index) == other.index);
  const auto& left = one.index < other.index ? one : other;
  const auto& right = one.index < other.index ? other : one;
  auto size = left.size + right.size;
  return {flat::parent(one.index), size, hash_of_children(size, left, right)};
}

base::hash32 tree_hash(const std::vector<tree_node>& roots) {
  base::writer in;
  in.u8(kind::whole);
  for (const auto& root : roots) {
    in.raw(root.hash);
    in.raw(fixed(root.index));
    in.raw(fixed(root.size));
  }
  return base::blake2b(in.data());
}

std::vector<std::uint64_t> growth(std::uint64_t from, std::uint64_t to) {
  HYPER_ASSERT(from <= to);
  std::vector<std::uint64_t> nodes;
  for (auto root : flat::roots(to)) {
    if (flat::last_leaf(root) < 2 * from)
      continue;
    auto last = 2 * from - 2;
    if (from == 0 || !flat::contains(root, last)) {
      nodes.push_back(root);
      continue;
    }
    for (auto at = last; at != root; at = flat::parent(at))
      if (flat::sibling(at) > at)
        nodes.push_back(flat::sibling(at));
  }
  return nodes;
}

tree::tree(std::vector<tree_node> roots) : roots_(std::move(roots)) {
  for (const auto& root : roots_) {
    length_ += leaves_below(root.index);
    byte_length_ += root.size;
  }
  check_invariant();
}

void tree::append(base::bytes_view block) {
  HYPER_ASSERT(length_ < log_length_max);
  auto pushed = push(leaf_of(length_, block));
  HYPER_ASSERT(pushed);
}

bool tree::push(const tree_node& node) {
  if (flat::first_leaf(node.index) != 2 * length_ ||
      leaves_below(node.index) > log_length_max - length_ ||
      node.size > base::uint_max - byte_length_)
    return false;
  length_ += leaves_below(node.index);
  byte_length_ += node.size;
  roots_.push_back(node);
  made_.push_back(node);
  merge();
  check_invariant();
  return true;
}

void tree::merge() {
  while (roots_.size() > 1) {
    const auto& last = roots_.back();
    const auto& before = roots_[roots_.size() - 2];
    if (flat::sibling(last.index) != before.index)
      return;
    auto both = parent_of(before, last);
    roots_.resize(roots_.size() - 2);
    roots_.push_back(both);
    made_.push_back(both);
  }
}

void tree::check_invariant() const {
  HYPER_ASSERT(length_ <= log_length_max);
  auto expected = flat::roots(length_);
  HYPER_ASSERT(roots_.size() == expected.size());
  for (std::size_t i = 0; i < roots_.size(); ++i)
    HYPER_ASSERT(roots_[i].index == expected[i]);
}

} // namespace hyper::log
