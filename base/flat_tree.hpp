#pragma once

#include <cstdint>
#include <vector>

// Numbering of the nodes of a Merkle tree over a growing log: block i is node
// 2i, and every parent lies between its children. See docs/log.md.

namespace hyper::base::flat_tree {

/// Levels above the leaves: the number of trailing one bits.
unsigned depth(std::uint64_t index);

/// Position among the nodes of its depth.
std::uint64_t offset(std::uint64_t index);

std::uint64_t index(unsigned depth, std::uint64_t offset);
std::uint64_t parent(std::uint64_t index);
std::uint64_t sibling(std::uint64_t index);

/// Children; require depth(index) > 0.
std::uint64_t left_child(std::uint64_t index);
std::uint64_t right_child(std::uint64_t index);

/// First and last leaf below.
std::uint64_t first_leaf(std::uint64_t index);
std::uint64_t last_leaf(std::uint64_t index);

/// Whether `other` lies below `index` or is it.
bool contains(std::uint64_t index, std::uint64_t other);

/// The roots of a log of `length` blocks, left to right.
std::vector<std::uint64_t> roots(std::uint64_t length);

} // namespace hyper::base::flat_tree
