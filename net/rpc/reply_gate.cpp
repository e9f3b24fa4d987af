#include "net/rpc/reply_gate.hpp"

#include "base/assert.hpp"

namespace hyper::rpc {

void reply_gate::committed(base::instant now, std::uint64_t length,
                           std::span<const reply_id> replies) {
  HYPER_ASSERT(length >= length_);
  length_ = length;
  auto serial = ++last_serial_;
  commit added{length, now + bound_, {replies.begin(), replies.end()}};
  for (auto reply : added.waits_for)
    HYPER_ASSERT(replies_.emplace(reply, serial).second);
  commits_.emplace(serial, std::move(added));
  while (replies_.size() > pending_max)
    release_first();
  release(now);
}

void reply_gate::acknowledged(base::instant now, reply_id reply) {
  settle(reply);
  release(now);
}

void reply_gate::abandoned(reply_id reply) {
  settle(reply);
  release(base::instant::min());
}

void reply_gate::handle_timeout(base::instant now) {
  release(now);
}

std::optional<base::instant> reply_gate::poll_timeout() const {
  if (commits_.empty())
    return std::nullopt;
  return commits_.begin()->second.deadline;
}

std::optional<announce> reply_gate::poll_event() {
  HYPER_ASSERT(announced_ <= due_);
  if (announced_ == due_)
    return std::nullopt;
  announced_ = due_;
  return announce{due_};
}

void reply_gate::settle(reply_id reply) {
  auto found = replies_.find(reply);
  if (found == replies_.end())
    return;
  HYPER_ASSERT(commits_.at(found->second).waits_for.erase(reply) == 1);
  replies_.erase(found);
}

// A length covers all shorter ones, so an acknowledged commit waits for those
// in front of it.
void reply_gate::release(base::instant now) {
  while (!commits_.empty()) {
    const auto& first = commits_.begin()->second;
    if (!first.waits_for.empty() && now < first.deadline)
      break;
    release_first();
  }
  check_invariant();
}

void reply_gate::release_first() {
  HYPER_ASSERT(!commits_.empty());
  auto first = commits_.begin();
  for (auto reply : first->second.waits_for)
    replies_.erase(reply);
  due_ = first->second.length;
  commits_.erase(first);
}

void reply_gate::check_invariant() const {
  HYPER_ASSERT(announced_ <= due_ && due_ <= length_);
  HYPER_ASSERT(replies_.size() <= pending_max);
  HYPER_ASSERT(!replies_.empty() || commits_.empty());
}

} // namespace hyper::rpc
