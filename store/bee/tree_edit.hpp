#pragma once

#include "store/bee/node.hpp"
#include "store/bee/working_tree.hpp"

#include <optional>

// The rules of the B-tree: docs/bee.md, "Put", "Delete" and "Numbers".

namespace hyper::bee {

/// A node that reaches this many keys is split.
inline constexpr std::size_t node_keys_split = 9;

/// A node other than the root that has fewer keys is filled up or merged.
inline constexpr std::size_t node_keys_min = 4;

/// Changes a working tree. A failure (a block that cannot be read, a tree
/// against the rules) may leave the working tree half changed: forget it then.
class tree_edit {
public:
  /// Both must outlive it. The source must have every block of the tree that
  /// is not in memory.
  tree_edit(working_tree& tree, const block_source& from)
      : tree_(&tree), from_(&from) {}

  /// The block of a key, or none.
  base::result<std::optional<std::uint64_t>> find(base::bytes_view key);

  /// Puts the key, to be found in block `seq` from now on.
  base::status put(base::bytes_view key, std::uint64_t seq);

  /// Removes the key. False, and nothing is changed, if it is not there.
  base::result<bool> remove(base::bytes_view key);

  /// Gives every changed node its place in block `seq`: the root level 0, then
  /// depth first, parents before children, left before right. The result is
  /// the block's levels in order. Requires a root.
  std::vector<working_child*> number(std::uint64_t seq);

private:
  /// A node on the way down and which of its children, or keys, was taken.
  struct step {
    working_node* node = nullptr;
    std::size_t index = 0;
  };
  using path = std::vector<step>;
  struct neighbours;

  base::status load_root();
  base::result<working_node*> load(working_child& child, std::uint64_t max);
  base::result<working_node*> child(const working_node& node, std::size_t i);
  base::result<base::bytes_view> text(working_key& key);
  base::result<position> find_in(working_node& node, base::bytes_view key);
  base::result<bool> descend(base::bytes_view key, path& way);

  void split(working_node& node, working_node& parent, std::size_t index);
  base::status take_neighbour(path& way);
  base::result<path> edge(const step& from, bool rightmost);
  base::status rebalance(path& way);
  base::result<neighbours> siblings(const step& parent);
  void number_below(working_child& child, std::uint64_t seq,
                    std::vector<working_child*>& levels);

  working_tree* tree_;
  const block_source* from_;
};

/// A node as it is written into a block.
void copy_level(const working_node& node, level& out);

} // namespace hyper::bee
