#pragma once

#include "net/replication/block_set.hpp"
#include "net/replication/messages.hpp"

#include <vector>

namespace hyper::replication {

/// Which blocks the remote wants to be told about. Honest wants are regions
/// of 32 to want_length_max blocks, a power of two, and begin at a multiple
/// of their length; shorter or crooked ones, and more than wants_max, make the
/// remote one that wants everything.
class remote_wants {
public:
  /// False for a want that is too long to be anything: ignore it.
  bool add(const want& what);
  void remove(const unwant& what);

  /// Whether any of the blocks is wanted.
  bool touches(block_range blocks) const;

  std::size_t size() const { return regions_.size() + any_.size(); }

private:
  std::vector<block_range> regions_;
  std::vector<block_range> any_;
  bool everything_ = false;
};

} // namespace hyper::replication
