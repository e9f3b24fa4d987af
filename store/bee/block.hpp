#pragma once

#include "base/codec.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

// Blocks of the tree's log. Grammar and examples: docs/bee.md, "Blocks".
//
//   Header     1: protocol "hyperbee"   2: metadata { 1: content feed
//                                                     2: user data }
//   NodeBlock  1: index                 2: key        3: value, optional
//   Index      1: level, repeated { 1: packed keys, 2: packed child pairs }

namespace hyper::bee {

/// What the header names.
inline constexpr const char* protocol_name = "hyperbee";

/// Largest block that a log takes (15 MiB, hypercore's limit).
inline constexpr std::size_t block_size_max = 15728640;

/// Most levels that are read from one block. One change rewrites two nodes per
/// level of the tree at most, and a tree of 2^53 keys has 23 levels.
inline constexpr std::size_t level_count_max = 256;

/// Most keys, and children, that are read from one level. The rules allow 8
/// keys and 9 children; other writers may be more generous.
inline constexpr std::size_t level_keys_max = 256;

/// Block 0.
struct header {
  std::string protocol = protocol_name;
  std::optional<base::bytes> content_feed;
  std::optional<base::bytes> user_data;

  friend bool operator==(const header&, const header&) = default;
};

/// Where a tree node stands: level `level` of block `seq`.
struct child_ref {
  std::uint64_t seq = 0;
  std::uint64_t level = 0;

  friend bool operator==(const child_ref&, const child_ref&) = default;
};

/// A tree node: keys by the numbers of their blocks, in key order, and below
/// an inner node one child more than keys.
struct level {
  std::vector<std::uint64_t> keys;
  std::vector<child_ref> children;

  friend bool operator==(const level&, const level&) = default;
};

/// Every other block: a key, its value, and the tree nodes that the change
/// rewrote. The views lie in the block; the index is read by the functions
/// below.
struct node_block {
  base::bytes_view index;
  base::bytes_view key;
  std::optional<base::bytes_view> value;
};

base::bytes encode(const header& what);
base::result<header> decode_header(base::bytes_view block);

/// Splits a block. Fields may come in any order, the last one counts; unknown
/// ones are skipped. A block without index or key is malformed.
base::result<node_block> decode_node_block(base::bytes_view block);

/// All levels of an index. Fails on an odd number of child integers, on torn
/// fields and above the limits.
base::result<std::vector<level>> decode_index(base::bytes_view index);

/// One level of an index; the others are not looked into.
base::result<level> decode_level(base::bytes_view index, std::uint64_t number);

/// Whether block `seq` records a deletion: it has no value and no level names
/// its own number.
base::result<bool> is_deletion(const node_block& block, std::uint64_t seq);

/// Appends one level to an index.
void append_level(base::writer& index, const level& what);

/// The bytes that every writer makes of the same content.
base::bytes encode_node_block(base::bytes_view index, base::bytes_view key,
                              const std::optional<base::bytes_view>& value);

} // namespace hyper::bee
