#include "store/bee/history.hpp"

#include "store/bee/block.hpp"

#include <algorithm>

namespace hyper::bee {

namespace {

/// `at` as a block number of a log of `length` blocks, plus `extra`, kept
/// between the header and the end.
std::uint64_t placed(std::int64_t at, std::uint64_t length,
                     std::uint64_t extra) {
  std::uint64_t out = 0;
  if (at >= 0)
    out = std::min(static_cast<std::uint64_t>(at), length) + extra;
  else if (auto back = std::uint64_t{0} - static_cast<std::uint64_t>(at);
           back <= length)
    out = length - back + extra;
  return std::clamp<std::uint64_t>(out, 1, std::max<std::uint64_t>(length, 1));
}

std::uint64_t first_of(const history_options& options, std::uint64_t length) {
  if (options.gt)
    return placed(*options.gt, length, 1);
  return placed(options.gte.value_or(1), length, 0);
}

std::uint64_t last_of(const history_options& options, std::uint64_t length) {
  if (options.lt)
    return placed(*options.lt, length, 0);
  if (options.lte)
    return placed(*options.lte, length, 1);
  return std::max<std::uint64_t>(length, 1);
}

} // namespace

base::result<change> load_change(const block_source& from, std::uint64_t seq) {
  auto raw = from.block(seq);
  if (!raw)
    return raw.failure();
  auto block = decode_node_block(*raw);
  if (!block)
    return block.failure();
  auto deleted = is_deletion(*block, seq);
  if (!deleted)
    return deleted.failure();
  return change{*deleted ? change::kind::del : change::kind::put,
                {seq, block->key, block->value}};
}

history::history(const block_source& from, std::uint64_t length,
                 const history_options& options)
    : from_(&from), first_(first_of(options, length)),
      last_(last_of(options, length)), left_(options.limit),
      reverse_(options.reverse) {}

base::result<std::optional<change>> history::next() {
  if (left_ == 0 || first_ >= last_)
    return std::optional<change>{};
  --left_;
  auto found = load_change(*from_, reverse_ ? --last_ : first_++);
  if (!found) {
    left_ = 0;
    return found.failure();
  }
  return std::optional{*found};
}

} // namespace hyper::bee
