#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace hyper::bee {

/// Bytes of nodes and keys that a working tree may hold before the next change
/// begins by forgetting them: some 8,000 nodes of short names.
inline constexpr std::size_t working_bytes_max = 8 * 1024 * 1024;

/// Block of a place that has no node any more, because a neighbour took in
/// what was there. No node is ever in block 0, the header.
inline constexpr std::uint64_t freed_seq = 0;

struct working_node;

/// A key of a node in memory. Its text is read when it is first compared.
struct working_key {
  std::uint64_t seq = 0;
  std::string text;
  bool is_read = false;
};

/// A node's place in the log, and the node itself once it has been loaded.
struct working_child {
  std::uint64_t seq = 0;
  std::uint64_t level = 0;
  working_node* node = nullptr;
};

struct working_node {
  std::vector<working_key> keys;
  std::vector<working_child*> children;
  bool is_changed = false; ///< differs from what its place in the log says

  bool is_leaf() const { return children.empty(); }
};

/// The part of the newest version that a writer holds in memory. It is a cache
/// of the log's blocks and outlives the writers that use it, one after the
/// other; forgetting it loses nothing but time.
class working_tree {
public:
  working_tree() = default;
  working_tree(working_tree&& other) noexcept { swap(other); }
  working_tree& operator=(working_tree&& other) noexcept {
    swap(other);
    return *this;
  }

  /// The length of the log whose tree this is a part of.
  std::uint64_t length() const { return length_; }

  /// The root; null if it has not been loaded, or there is none.
  working_node* root() const { return root_; }

  /// Begins again as the tree at `length`, with nothing loaded.
  void forget(std::uint64_t length);

  /// The root, as of the given length.
  void set_root(working_node* root) { root_ = root; }
  void set_length(std::uint64_t length) { length_ = length; }

  /// New ones; they live until forget().
  working_node& make_node();
  working_child& make_child(const working_child& from);

  /// Counts memory that a key's text takes.
  void count_text(const std::string& text) { bytes_ += text.size(); }

  bool is_full() const { return bytes_ > working_bytes_max; }
  std::size_t node_count() const { return nodes_.size(); }

private:
  void swap(working_tree& other) noexcept;

  std::uint64_t length_ = 0;
  working_node* root_ = nullptr;
  std::size_t bytes_ = 0;
  std::deque<working_node> nodes_;
  std::deque<working_child> children_;
};

} // namespace hyper::bee
