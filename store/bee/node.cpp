#include "store/bee/node.hpp"

#include <algorithm>

namespace hyper::bee {

namespace {

base::error in_block(std::uint64_t seq, const base::error& why) {
  return {why.code, why.message + " (block " + std::to_string(seq) + ")"};
}

base::error misplaced(const char* what, std::uint64_t seq) {
  return {base::errc::malformed,
          std::string{"bee: "} + what + " " + std::to_string(seq)};
}

base::result<node_block> load_block(const block_source& from,
                                    std::uint64_t seq) {
  auto raw = from.block(seq);
  if (!raw)
    return raw.failure();
  auto block = decode_node_block(*raw);
  if (!block)
    return in_block(seq, block.failure());
  return block;
}

} // namespace

base::result<entry> load_entry(const block_source& from, std::uint64_t seq,
                               std::uint64_t length) {
  if (seq == 0 || seq >= length)
    return misplaced("a key outside the log, in block", seq);
  auto block = load_block(from, seq);
  if (!block)
    return block.failure();
  return entry{seq, block->key, block->value};
}

base::result<level> load_node(const block_source& from, child_ref at,
                              std::uint64_t seq_max) {
  if (at.seq == 0 || at.seq > seq_max)
    return misplaced("a child in a block that it cannot be in,", at.seq);
  auto block = load_block(from, at.seq);
  if (!block)
    return block.failure();
  auto node = decode_level(block->index, at.level);
  if (!node)
    return in_block(at.seq, node.failure());
  return node;
}

base::result<child_ref> child_of(const level& node, std::size_t position) {
  if (position >= node.children.size())
    return base::error{base::errc::malformed, "bee: a node lacks a child"};
  return node.children[position];
}

base::result<position> find_in(const block_source& from, std::uint64_t length,
                               const level& node, base::bytes_view key) {
  std::size_t low = 0;
  std::size_t high = node.keys.size();
  while (low < high) {
    std::size_t middle = (low + high) / 2;
    auto there = load_entry(from, node.keys[middle], length);
    if (!there)
      return there.failure();
    if (base::less(key, there->key))
      high = middle;
    else if (base::less(there->key, key))
      low = middle + 1;
    else
      return position{middle, true};
  }
  return position{low, false};
}

} // namespace hyper::bee
