#include "store/log/offsets.hpp"

#include "base/assert.hpp"
#include "store/log/layout.hpp"

namespace hyper::log {

namespace {

namespace flat = base::flat_tree;

base::error outside() {
  return {base::errc::not_found, "log: outside of the log"};
}

base::result<tree_node> read_known(const kv::snapshot& from,
                                   std::uint64_t index) {
  auto found = read_nodes(from, {index});
  if (!found)
    return found.failure();
  return found->front();
}

// Bytes below `root` to the left of `leaf`, a leaf below it.
base::result<std::uint64_t>
offset_below(const kv::snapshot& from, std::uint64_t root, std::uint64_t leaf) {
  HYPER_ASSERT(flat::depth(leaf) == 0 && flat::contains(root, leaf));
  std::uint64_t sum = 0;
  for (auto at = root; at != leaf;) {
    auto left = flat::left_child(at);
    if (leaf < at) {
      at = left;
      continue;
    }
    auto passed = read_known(from, left);
    if (!passed)
      return passed.failure();
    sum += passed->size;
    at = flat::right_child(at);
  }
  return sum;
}

// The first block right of a node.
position behind(std::uint64_t node) {
  return {flat::last_leaf(node) / 2 + 1, 0};
}

// Requires 0 < bytes < size of the root. A byte between two blocks is the
// start of the right one, also if that one is empty.
base::result<position> seek_below(const kv::snapshot& from, std::uint64_t root,
                                  std::uint64_t bytes) {
  HYPER_ASSERT(bytes > 0);
  auto at = root;
  while (flat::depth(at) > 0) {
    auto left = read_known(from, flat::left_child(at));
    if (!left)
      return left.failure();
    if (bytes == left->size)
      return behind(left->index);
    at = bytes < left->size ? left->index : flat::right_child(at);
    bytes -= bytes < left->size ? 0 : left->size;
  }
  return position{at / 2, bytes};
}

} // namespace

base::result<std::uint64_t>
byte_offset(const kv::snapshot& from, const head& current, std::uint64_t node) {
  auto leaf = flat::first_leaf(node);
  std::uint64_t sum = 0;
  for (const auto& root : current.roots) {
    if (!flat::contains(root.index, leaf)) {
      sum += root.size;
      continue;
    }
    auto below = offset_below(from, root.index, leaf);
    if (!below)
      return below.failure();
    return sum + *below;
  }
  if (leaf == 2 * current.length())
    return sum;
  return outside();
}

base::result<position> seek(const kv::snapshot& from, const head& current,
                            std::uint64_t bytes) {
  if (bytes == 0)
    return position{};
  for (const auto& root : current.roots) {
    if (bytes == root.size)
      return behind(root.index);
    if (bytes < root.size)
      return seek_below(from, root.index, bytes);
    bytes -= root.size;
  }
  return outside();
}

} // namespace hyper::log
