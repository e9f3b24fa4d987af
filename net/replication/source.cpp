#include "net/replication/source.hpp"

#include "base/assert.hpp"
#include "net/replication/limits.hpp"

#include <algorithm>

namespace hyper::replication {

void source::handle(const sync& what) {
  said_ = what;
}

void source::handle(const range& what) {
  if (what.drop)
    has_.erase({what.start, what.length});
  else
    has_.insert({what.start, what.length});
}

void source::handle(const bitfield& what) {
  has_.assign(what.start, what.words);
}

void source::answered(const base::proof_request& request) {
  no_data_ = {};
  unanswered_ = 0;
  if (request.upgrade || request.manifest)
    head_failures = 0;
  check_invariant();
}

void source::expired() {
  ++unanswered_;
}

bool source::denied(base::no_data_reason reason) {
  auto which = static_cast<std::size_t>(reason);
  HYPER_ASSERT(which < no_data_.size());
  unanswered_ = 0;
  if (++no_data_[which] < no_data_max || paused_ != pause::none)
    return false;
  paused_ = pause::no_data;
  return true;
}

bool source::wrong(const head& ours) {
  ++wrong_;
  auto common = std::min(ours.length, length());
  auto check =
      wrong_ < wrong_proofs_max && common > 0 && paused_ != pause::checking;
  paused_ = check ? pause::checking : pause::wrong;
  check_invariant();
  return check;
}

void source::check_passed() {
  if (paused_ == pause::checking)
    paused_ = pause::none;
}

bool source::usable(const head& ours) const {
  return paused_ == pause::none && said_ && said_->uploading &&
         said_->fork == ours.fork;
}

// Reading our own length back tells that the peer can prove its length from
// exactly there on.
bool source::can_upgrade(const head& ours) const {
  return usable(ours) && said_->can_upgrade && said_->length > ours.length &&
         said_->remote_length == ours.length;
}

bool source::has(std::uint64_t block) const {
  return block < length() && has_.contains(block);
}

std::optional<std::uint64_t> source::next(std::uint64_t from) const {
  auto found = has_.next_present(from);
  return found && *found < length() ? found : std::nullopt;
}

std::size_t source::window(std::size_t in_flight_max) const {
  auto shift = std::min<std::uint64_t>(2 * unanswered_, 63);
  return std::max<std::size_t>(1, in_flight_max >> shift);
}

void source::check_invariant() const {
  HYPER_ASSERT(paused_ != pause::checking || said_.has_value());
  HYPER_ASSERT(wrong_ < wrong_proofs_max || paused_ != pause::checking);
  HYPER_ASSERT(has_.runs() <= remote_runs_max);
  HYPER_ASSERT(wanted_.size() <= wants_max);
}

bool source::want_once(std::uint64_t region) {
  HYPER_ASSERT(region % want_length_max == 0);
  return wanted_.size() < wants_max && wanted_.insert(region).second;
}

} // namespace hyper::replication
