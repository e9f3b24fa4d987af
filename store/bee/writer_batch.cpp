#include "base/assert.hpp"
#include "store/bee/writer.hpp"

// Batches as the original makes them: nothing is encoded before the end, so
// that a block holds its nodes as the whole batch leaves them.

namespace hyper::bee {

namespace {

/// Drops the levels that nobody will look for in this block: the root, which a
/// later operation replaced, and every node that a later one wrote again. The
/// order in which gaps are filled is a part of the format.
void drop_stale(std::vector<working_child*>& levels, std::uint64_t seq) {
  for (std::size_t i = 0; i < levels.size();) {
    if (levels[i]->seq == seq)
      levels[i]->level = i, ++i;
    else {
      levels[i] = levels.back();
      levels.pop_back();
    }
  }
}

} // namespace

struct writer::batch_block {
  std::uint64_t seq = 0;
  const operation* from = nullptr;
  std::vector<working_child*> levels;
};

base::status writer::batch(std::span<const operation> operations) {
  if (operations.size() > batch_operations_max)
    return base::error{base::errc::limit,
                       "bee: a batch of too many operations"};
  make_room();
  std::vector<batch_block> blocks;
  base::status done = base::unit{};
  for (const auto& one : operations)
    if (done)
      done = add(one, blocks);
  if (done)
    done = flush(blocks);
  if (!done)
    memory_->forget(length());
  return done;
}

base::status writer::add(const operation& what,
                         std::vector<batch_block>& blocks) {
  ensure_header();
  std::uint64_t seq = length() + blocks.size();
  if (what.what == operation::kind::put) {
    if (auto done = edit_.put(what.key, seq); !done)
      return done;
  } else {
    auto removed = edit_.remove(what.key);
    if (!removed)
      return removed.failure();
    if (!*removed)
      return base::unit{};
  }
  blocks.push_back({seq, &what, edit_.number(seq)});
  return base::unit{};
}

base::status writer::flush(std::vector<batch_block>& blocks) {
  std::vector<base::bytes> encoded;
  for (auto& one : blocks) {
    if (&one != &blocks.back()) {
      one.levels.front() = one.levels.back();
      one.levels.pop_back();
      drop_stale(one.levels, one.seq);
    }
    std::optional<base::bytes_view> value;
    if (one.from->what == operation::kind::put && one.from->value)
      value = *one.from->value;
    auto block = encode_levels(one.levels, one.from->key, value);
    if (!block)
      return block.failure();
    encoded.push_back(std::move(*block));
  }
  for (auto& block : encoded)
    source_.made.append(std::move(block));
  memory_->set_length(length());
  return base::unit{};
}

} // namespace hyper::bee
