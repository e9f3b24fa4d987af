#pragma once

#include "base/flat_tree.hpp"
#include "base/hash.hpp"
#include "base/proof.hpp"

#include <cstdint>
#include <vector>

// The Merkle tree over the blocks of a log. See docs/log.md.

namespace hyper::log {

using base::tree_node;

/// Most blocks that a log can have: node numbers stay below 2^53.
inline constexpr std::uint64_t log_length_max = std::uint64_t{1} << 52;

/// The node of block number `block`.
tree_node leaf_of(std::uint64_t block, base::bytes_view value);

/// The node above two siblings, given in either order.
tree_node parent_of(const tree_node& one, const tree_node& other);

/// What a signature covers of the blocks: all roots, left to right.
base::hash32 tree_hash(const std::vector<tree_node>& roots);

/// The numbers of the fewest nodes that turn a tree of `from` blocks into one
/// of `to`, in the order in which they are pushed. Requires from <= to.
std::vector<std::uint64_t> growth(std::uint64_t from, std::uint64_t to);

/// The roots of a log while it grows at its end, and the nodes made by that.
class tree {
public:
  tree() = default;

  /// Requires the roots of a log, left to right.
  explicit tree(std::vector<tree_node> roots);

  /// Adds one block. Requires length() < log_length_max.
  void append(base::bytes_view block);

  /// Adds the blocks below a node. False, and nothing done, unless the node
  /// begins where the tree ends and lengths and sizes stay within bounds.
  [[nodiscard]] bool push(const tree_node& node);

  std::uint64_t length() const { return length_; }
  std::uint64_t byte_length() const { return byte_length_; }
  const std::vector<tree_node>& roots() const { return roots_; }
  base::hash32 hash() const { return tree_hash(roots_); }

  /// Every node that was pushed or computed since construction.
  const std::vector<tree_node>& made() const { return made_; }

private:
  void merge();
  void check_invariant() const;

  std::vector<tree_node> roots_;
  std::vector<tree_node> made_;
  std::uint64_t length_ = 0;
  std::uint64_t byte_length_ = 0;
};

} // namespace hyper::log
