#pragma once

#include "store/bee/node.hpp"

#include <optional>
#include <vector>

namespace hyper::bee {

/// A run of keys. Of two bounds on the same side the strict one counts.
struct range {
  std::optional<base::bytes> gt;
  std::optional<base::bytes> gte;
  std::optional<base::bytes> lt;
  std::optional<base::bytes> lte;
};

/// Walks the nodes and keys of one version in key order without opening more
/// than it is told to. It ends on every tree, however spoiled: it follows no
/// way deeper than depth_max, and opens no more nodes than a tree of that
/// length can have.
class walker {
public:
  /// Something ahead: a key, or a node that has not been opened.
  struct item {
    enum class kind : std::uint8_t { key, node, missing_node };

    kind what = kind::key;
    child_ref at;              ///< for a key, `level` means nothing
    std::uint64_t seq_max = 0; ///< block of the parent
    unsigned depth = 0;        ///< nodes above
    bool cuts_lower = false;   ///< the lower bound may lie inside
    bool cuts_upper = false;
  };

  /// The source must outlive the walker.
  walker(const block_source& from, std::uint64_t length, range keys,
         bool reverse);

  /// What comes next, or null at the end. Valid until the next change.
  const item* top() const { return ahead_.empty() ? nullptr : &ahead_.back(); }

  /// Passes over the key or node at the top, unopened.
  void skip() { ahead_.pop_back(); }

  /// Replaces the node at the top by what is in it. Requires that it is none
  /// that is a key. After a failure the walker is at its end.
  base::status open();

  /// Ends the walk.
  void stop() { ahead_.clear(); }

private:
  struct slice;

  base::result<slice> cut(const level& node, const item& at) const;
  void push(const level& node, const item& at, const slice& part);
  base::status open_node(const item& at);

  const block_source* from_;
  std::uint64_t length_;
  range keys_;
  bool reverse_;
  std::uint64_t nodes_left_;
  std::vector<item> ahead_;
};

} // namespace hyper::bee
