#pragma once

#include "store/bee/range.hpp"

namespace hyper::bee {

/// One version of the tree: what it was when its log had `length` blocks.
/// Cheap to copy. Everything it returns lies in the source, which must outlive
/// it. Nothing in the blocks can make it crash or run for ever.
class tree {
public:
  tree(const block_source& from, std::uint64_t length)
      : from_(&from), length_(length) {}

  /// The entry of a key, or none. Goes down from the root, always: it has not
  /// the shortcut by which the original finds deleted keys again.
  base::result<std::optional<entry>> get(base::bytes_view key) const;

  /// The entries of a range, in key order.
  cursor entries(range_options options = {}) const;

  /// The first entry that entries() would give, or none.
  base::result<std::optional<entry>> peek(range_options options = {}) const;

  /// The version at another length. 0 and 1 are the empty tree.
  tree checkout(std::uint64_t length) const { return {*from_, length}; }

  std::uint64_t length() const { return length_; }
  const block_source& source() const { return *from_; }

private:
  const block_source* from_;
  std::uint64_t length_;
};

} // namespace hyper::bee
