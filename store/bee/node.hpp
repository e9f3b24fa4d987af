#pragma once

#include "store/bee/block.hpp"
#include "store/bee/block_source.hpp"
#include "store/bee/entry.hpp"

// Reading single nodes and keys of the tree from their blocks.

namespace hyper::bee {

/// Nodes on the longest way down that is followed. A tree that obeys the rules
/// and has 2^53 keys has 23; a child that is its own ancestor ends here.
inline constexpr unsigned depth_max = 64;

/// The key and value in block `seq` of a log of `length` blocks.
base::result<entry> load_entry(const block_source& from, std::uint64_t seq,
                               std::uint64_t length);

/// The node at `at`, which must not lie behind block `seq_max` (its parent's).
base::result<level> load_node(const block_source& from, child_ref at,
                              std::uint64_t seq_max);

/// The address of a node's child; fails where the node has too few.
base::result<child_ref> child_of(const level& node, std::size_t position);

/// Where a key is in a node, or else which child it would be below.
struct position {
  std::size_t index = 0;
  bool found = false;
};

/// Binary search; reads the keys' blocks.
base::result<position> find_in(const block_source& from, std::uint64_t length,
                               const level& node, base::bytes_view key);

} // namespace hyper::bee
