#include "store/bee/working_tree.hpp"

#include <utility>

namespace hyper::bee {

namespace {

// A node of eight keys with room for a ninth, and its children's records.
// NOLINTBEGIN(bugprone-sizeof-expression): the size of a pointer is meant
constexpr std::size_t node_bytes =
    sizeof(working_node) + 16 * (sizeof(working_key) + sizeof(working_child*));
// NOLINTEND(bugprone-sizeof-expression)

} // namespace

void working_tree::forget(std::uint64_t length) {
  length_ = length;
  root_ = nullptr;
  bytes_ = 0;
  nodes_.clear();
  children_.clear();
}

void working_tree::swap(working_tree& other) noexcept {
  std::swap(length_, other.length_);
  std::swap(root_, other.root_);
  std::swap(bytes_, other.bytes_);
  nodes_.swap(other.nodes_); // the nodes stay where they are
  children_.swap(other.children_);
}

working_node& working_tree::make_node() {
  bytes_ += node_bytes;
  return nodes_.emplace_back();
}

working_child& working_tree::make_child(const working_child& from) {
  bytes_ += sizeof(working_child);
  return children_.emplace_back(from);
}

} // namespace hyper::bee
