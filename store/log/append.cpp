#include "store/log/append.hpp"

#include "base/assert.hpp"
#include "store/log/layout.hpp"

#include <algorithm>

namespace hyper::log {

namespace {

namespace flat = base::flat_tree;

bool fit(std::span<const base::bytes> blocks) {
  return std::all_of(blocks.begin(), blocks.end(), [](const auto& block) {
    return block.size() <= block_size_max;
  });
}

// The end of the log after `grown`, and the records that say so.
change signed_change(const identity& log, const tree& grown, std::uint64_t fork,
                     const base::key_pair& signer) {
  change made;
  made.next.fork = fork;
  made.next.roots = grown.roots();
  if (grown.length() > 0)
    made.next.signature = sign(log, grown, fork, signer);
  made.writes.push_back(head_record(made.next));
  made.writes.push_back(contiguous_record(grown.length()));
  return made;
}

// Nodes of a log of `before` blocks that reach beyond its first `after`.
kv::batch dropped_records(std::uint64_t after, std::uint64_t before) {
  HYPER_ASSERT(after <= before);
  kv::batch writes;
  for (auto block = after; block < before; ++block)
    writes.push_back(no_block_record(block));
  for (auto node = 2 * after; node < 2 * before; ++node)
    writes.push_back(no_node_record(node));
  // Left of the cut are only the parents of the first leaf behind it.
  for (auto node = 2 * after; flat::first_leaf(node) > 0;) {
    node = flat::parent(node);
    if (node < 2 * after)
      writes.push_back(no_node_record(node));
  }
  return writes;
}

} // namespace

base::result<change> append(const identity& log, const head& current,
                            std::span<const base::bytes> blocks,
                            const base::key_pair& signer) {
  if (blocks.empty())
    return change{{}, current};
  if (!fit(blocks))
    return base::error{base::errc::limit,
                       "log: a block must not be larger than 15 MiB"};
  tree grown{current.roots};
  if (blocks.size() > log_length_max - grown.length())
    return base::error{base::errc::limit, "log: the log is full"};
  kv::batch writes;
  writes.reserve(3 * blocks.size() + 2);
  for (const auto& block : blocks) {
    writes.push_back(block_record(grown.length(), block));
    grown.append(block);
  }
  for (const auto& node : grown.made())
    writes.push_back(node_record(node));
  auto made = signed_change(log, grown, current.fork, signer);
  HYPER_ASSERT(made.next.length() == current.length() + blocks.size());
  std::move(made.writes.begin(), made.writes.end(), std::back_inserter(writes));
  made.writes = std::move(writes);
  return made;
}

base::result<change> truncate(const kv::snapshot& from, const identity& log,
                              const head& current, std::uint64_t length,
                              const base::key_pair& signer) {
  HYPER_ASSERT(length <= current.length());
  auto roots = read_nodes(from, flat::roots(length));
  if (!roots)
    return roots.failure();
  auto made =
      signed_change(log, tree{std::move(*roots)}, current.fork + 1, signer);
  HYPER_ASSERT(made.next.length() == length);
  auto dropped = dropped_records(length, current.length());
  made.writes.insert(made.writes.end(), dropped.begin(), dropped.end());
  return made;
}

} // namespace hyper::log
