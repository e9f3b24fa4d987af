#include "net/replication/uploads.hpp"

#include "base/assert.hpp"
#include "net/replication/limits.hpp"
#include "net/replication/questions.hpp"

namespace hyper::replication {

base::duration refusal_delay(std::uint64_t n) {
  HYPER_ASSERT(n > 0);
  if (n < 2)
    return base::milliseconds{200};
  if (n < 5)
    return base::milliseconds{500};
  if (n < 40)
    return base::seconds{1};
  return base::seconds{5};
}

bool uploads::add(base::proof_request request) {
  cancel(request.id);
  if (entries_.size() >= requests_waiting_max)
    return false;
  auto id = request.id;
  // Urgent turns run downwards from zero, so the latest stands in front of
  // all others, and the ordinary ones follow upwards.
  ++last_turn_;
  auto turn = request.priority > 0 ? -last_turn_ : last_turn_;
  turns_.emplace(turn, id);
  entry fresh;
  fresh.request = std::move(request);
  fresh.turn = turn;
  entries_.emplace(id, std::move(fresh));
  check_invariant();
  return true;
}

void uploads::leave_stage(const entry& from) {
  switch (from.at) {
  case stage::waiting:
    turns_.erase(from.turn);
    break;
  case stage::in_work:
    --in_work_;
    break;
  case stage::refused:
    due_.erase({from.due, from.request.id});
    break;
  }
}

void uploads::forget(entry_map::iterator found) {
  leave_stage(found->second);
  entries_.erase(found);
  check_invariant();
}

void uploads::cancel(std::uint64_t id) {
  if (auto found = entries_.find(id); found != entries_.end())
    forget(found);
}

void uploads::refuse(base::instant now, std::uint64_t id,
                     base::no_data_reason reason) {
  auto found = entries_.find(id);
  if (found == entries_.end() || found->second.at == stage::refused)
    return;
  auto& one = found->second;
  leave_stage(one);
  one.at = stage::refused;
  one.due = now;
  if (reason == base::no_data_reason::invalid_request)
    one.due += refusal_delay(++invalid_requests_);
  due_.emplace(std::pair{one.due, id}, reason);
  check_invariant();
}

std::optional<base::proof_request> uploads::next() {
  if (turns_.empty() || in_work_ >= requests_in_work_max)
    return std::nullopt;
  auto& one = entries_.at(turns_.begin()->second);
  leave_stage(one);
  one.at = stage::in_work;
  ++in_work_;
  check_invariant();
  return one.request;
}

bool uploads::finish(const base::proof& proof) {
  auto found = entries_.find(proof.request);
  if (found == entries_.end() || found->second.at != stage::in_work ||
      !holds_only_asked(found->second.request, proof))
    return false;
  forget(found);
  return true;
}

std::optional<no_data> uploads::poll_refusal(base::instant now) {
  if (due_.empty() || due_.begin()->first.first > now)
    return std::nullopt;
  auto [when, id] = due_.begin()->first;
  no_data refusal{id, due_.begin()->second};
  forget(entries_.find(id));
  return refusal;
}

std::optional<base::instant> uploads::next_due(base::instant now) const {
  auto later = due_.upper_bound({now, base::uint_max});
  if (later == due_.end())
    return std::nullopt;
  return later->first.first;
}

bool uploads::in_work(std::uint64_t id) const {
  auto found = entries_.find(id);
  return found != entries_.end() && found->second.at == stage::in_work;
}

void uploads::clear() {
  entries_.clear();
  turns_.clear();
  due_.clear();
  in_work_ = 0;
}

void uploads::check_invariant() const {
  HYPER_ASSERT(entries_.size() == turns_.size() + in_work_ + due_.size());
  HYPER_ASSERT(entries_.size() <= requests_waiting_max);
  HYPER_ASSERT(in_work_ <= requests_in_work_max);
}

} // namespace hyper::replication
