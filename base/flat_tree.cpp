#include "base/flat_tree.hpp"

#include <bit>

namespace hyper::base::flat_tree {

unsigned depth(std::uint64_t index) {
  return static_cast<unsigned>(std::countr_one(index));
}

std::uint64_t offset(std::uint64_t index) {
  return index >> (depth(index) + 1);
}

std::uint64_t index(unsigned depth, std::uint64_t offset) {
  return (offset << (depth + 1)) + (std::uint64_t{1} << depth) - 1;
}

std::uint64_t parent(std::uint64_t node) {
  return index(depth(node) + 1, offset(node) >> 1);
}

std::uint64_t sibling(std::uint64_t node) {
  return index(depth(node), offset(node) ^ 1);
}

std::uint64_t left_child(std::uint64_t node) {
  return index(depth(node) - 1, offset(node) * 2);
}

std::uint64_t right_child(std::uint64_t node) {
  return index(depth(node) - 1, offset(node) * 2 + 1);
}

std::uint64_t first_leaf(std::uint64_t node) {
  return offset(node) << (depth(node) + 1);
}

std::uint64_t last_leaf(std::uint64_t node) {
  return ((offset(node) + 1) << (depth(node) + 1)) - 2;
}

bool contains(std::uint64_t node, std::uint64_t other) {
  return first_leaf(node) <= other && other <= last_leaf(node);
}

std::vector<std::uint64_t> roots(std::uint64_t length) {
  std::vector<std::uint64_t> out;
  std::uint64_t position = 0;
  while (length > 0) {
    auto whole = std::bit_floor(length);
    out.push_back(position + whole - 1);
    position += 2 * whole;
    length -= whole;
  }
  return out;
}

} // namespace hyper::base::flat_tree
