#include "store/registry/fold.hpp"

#include "base/assert.hpp"
#include "store/bee/block.hpp"
#include "store/bee/keys.hpp"
#include "store/registry/rules.hpp"

#include <algorithm>

namespace hyper::registry {

namespace {

base::error unreadable(std::uint64_t seq, const base::error& why) {
  return {base::errc::malformed, "registry: block " + std::to_string(seq) +
                                     " of the log is spoiled, the names stay "
                                     "as they were before it: " +
                                     why.message};
}

/// The owner in a value, as far as it goes.
base::bytes owner_of(const std::optional<base::bytes_view>& value) {
  if (!value)
    return {};
  return base::to_bytes(value->first(std::min(value->size(), bee::owner_size)));
}

bool is_readable(const base::bytes& owner) {
  return owner.size() == bee::owner_size;
}

base::bytes event_row(action what, const base::bytes& owner) {
  base::bytes out{static_cast<std::uint8_t>(what)};
  base::append(out, owner);
  return out;
}

} // namespace

base::result<fold> fold::on(const kv::snapshot& below) {
  auto stored = read_state(below);
  if (!stored)
    return stored.failure();
  fold out{below};
  out.state_ = *stored;
  out.before_ = stored->applied;
  return out;
}

base::result<std::optional<name_row>>
fold::holder_of(base::bytes_view row) const {
  if (auto found = touched_.find(base::to_bytes(row)); found != touched_.end())
    return found->second;
  auto stored = read_name(*below_, row);
  if (!stored)
    return stored.failure();
  if (!*stored)
    return std::optional<name_row>{};
  return std::optional{
      name_row{(*stored)->seq, base::to_bytes((*stored)->owner)}};
}

base::status fold::apply(base::bytes_view block) {
  std::uint64_t seq = state_.applied;
  if (seq == 0) { // the header is no part of the tree
    ++state_.applied;
    return base::unit{};
  }
  auto node = bee::decode_node_block(block);
  if (!node)
    return unreadable(seq, node.failure());
  auto deleted = bee::is_deletion(*node, seq);
  if (!deleted)
    return unreadable(seq, deleted.failure());
  if (!bee::is_canonical_key(node->key)) {
    ++state_.foreign;
    ++state_.applied;
    return base::unit{};
  }
  auto row = row_key(node->key);
  auto old = holder_of(row);
  if (!old)
    return old.failure();
  if (auto done = disown(*old); !done)
    return done;
  if (*deleted)
    del(row);
  else
    put(node->key, row, owner_of(node->value));
  ++state_.applied;
  return base::unit{};
}

/// Takes the name from whoever has it.
base::status fold::disown(const std::optional<name_row>& old) {
  if (!old)
    return base::unit{};
  if (state_.names == 0)
    return base::error{base::errc::malformed,
                       "registry: damaged tables, more names than counted"};
  --state_.names;
  if (is_readable(old->owner))
    writes_.push_back({owned_key(old->owner, old->seq), std::nullopt});
  return base::unit{};
}

void fold::put(base::bytes_view key, const base::bytes& row,
               base::bytes owner) {
  std::uint64_t seq = state_.applied;
  ++state_.names;
  ++state_.puts;
  writes_.push_back({event_key(row, seq), event_row(action::put, owner)});
  if (is_readable(owner))
    writes_.push_back({owned_key(owner, seq), base::to_bytes(key)});
  name_row now{seq, std::move(owner)};
  writes_.push_back({name_key(row), encode(now)});
  touched_[row] = std::move(now);
}

void fold::del(const base::bytes& row) {
  ++state_.deletions;
  writes_.push_back(
      {event_key(row, state_.applied), event_row(action::del, {})});
  writes_.push_back({name_key(row), std::nullopt});
  touched_[row] = std::nullopt;
}

kv::batch fold::finish() {
  HYPER_ASSERT(state_.applied >= before_);
  if (state_.applied != before_)
    writes_.push_back({state_key(), encode(state_)});
  return std::move(writes_);
}

} // namespace hyper::registry
