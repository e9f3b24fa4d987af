#include "net/replication/downloader.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace hyper::replication {

downloader::downloader(const downloader_config& config, head ours,
                       block_set stored)
    : config_(config), ours_(ours), plan_(std::move(stored)) {
  HYPER_ASSERT(config_.in_flight_max > 0);
  HYPER_ASSERT(!plan_.stored().next_present(ours_.length).has_value());
}

source* downloader::find(source_id peer) {
  auto found = sources_.find(peer);
  return found == sources_.end() ? nullptr : &found->second;
}

void downloader::touch(base::instant now) {
  now_ = std::max(now_, now);
  dirty_ = true;
}

// -- the peers ---------------------------------------------------------------

bool downloader::peer_opened(base::instant now, source_id peer) {
  touch(now);
  if (sources_.size() >= sources_max)
    return false;
  return sources_.try_emplace(peer).second;
}

void downloader::peer_closed(base::instant now, source_id peer) {
  touch(now);
  if (find(peer) == nullptr)
    return;
  for (auto id : orders_.of(peer))
    release(*orders_.take(peer, id));
  std::erase_if(out_, [&](const order& one) { return one.peer == peer; });
  sources_.erase(peer);
}

void downloader::handle_sync(base::instant now, source_id peer,
                             const sync& what) {
  touch(now);
  auto* who = find(peer);
  if (who == nullptr)
    return;
  auto news = !who->said() || who->said()->fork != what.fork;
  who->handle(what);
  if (news && what.fork > ours_.fork)
    events_.emplace_back(remote_forked{peer, what.fork});
}

void downloader::handle_range(base::instant now, source_id peer,
                              const range& what) {
  touch(now);
  if (auto* who = find(peer))
    who->handle(what);
}

void downloader::handle_bitfield(base::instant now, source_id peer,
                                 const bitfield& what) {
  touch(now);
  if (auto* who = find(peer))
    who->handle(what);
}

void downloader::handle_denied(base::instant now, source_id peer,
                               std::uint64_t id, base::no_data_reason reason) {
  touch(now);
  auto one = orders_.take(peer, id);
  if (!one) {
    ++counters_.late;
    return;
  }
  deny(peer, *find(peer), std::move(*one), reason);
}

void downloader::deny(source_id peer, source& from, outstanding one,
                      base::no_data_reason reason) {
  ++counters_.denied;
  release(one);
  if (from.denied(reason))
    stop(peer, from, pause::no_data);
}

void downloader::handle_timeout(base::instant now) {
  touch(now);
  while (auto one = orders_.take_older(now_ - config_.deadline)) {
    ++counters_.expired;
    find(one->peer)->expired();
    give_up(*one);
  }
  const auto& waiting = orders_.by_age();
  auto late = waiting.upper_bound(late_cursor_);
  for (;
       late != waiting.end() && late->second.asked + config_.late_after <= now_;
       ++late)
    late_cursor_ = late->first;
}

// -- what the owner has checked ----------------------------------------------

void downloader::verified(base::instant now, source_id peer, std::uint64_t id,
                          const head& ours, block_range stored) {
  touch(now);
  auto* who = find(peer);
  auto one = orders_.take(peer, id);
  adopt(ours, stored);
  if (who != nullptr && id == 0)
    who->check_passed();
  if (!one) {
    counters_.late += id == 0 ? 0 : 1;
    return;
  }
  who->answered(one->request);
  settle(*one);
}

void downloader::rejected(base::instant now, source_id peer, std::uint64_t id,
                          rejection why) {
  touch(now);
  auto* who = find(peer);
  if (who == nullptr)
    return;
  ++counters_.rejected;
  auto one = orders_.take(peer, id);
  if (why == rejection::useless) {
    if (one)
      deny(peer, *who, std::move(*one), base::no_data_reason::none);
    return;
  }
  // What was given up before tells nothing new: it fell with the rest.
  if (!one && id != 0)
    return;
  if (one)
    release(*one);
  if (why == rejection::misplaced)
    stop(peer, *who, pause::misplaced);
  else if (id != 0 && who->wrong(ours_))
    check(peer, *who);
  else
    stop(peer, *who, pause::wrong);
}

// A wrong proof may be the trace of a history that was forked in secret: the
// proof of a common length tells, and a right one lifts the pause.
void downloader::check(source_id peer, source& who) {
  give_up_all(peer);
  base::proof_request request;
  request.fork = who.said()->fork;
  request.upgrade =
      base::upgrade_target{0, std::min(ours_.length, who.length())};
  out_.push_back({peer, std::move(request)});
}

void downloader::stop(source_id peer, source& who, pause why) {
  HYPER_ASSERT(why != pause::none);
  who.stop(why);
  give_up_all(peer);
  events_.emplace_back(source_failed{peer, why});
}

void downloader::update(base::instant now, const head& ours,
                        block_range stored) {
  touch(now);
  adopt(ours, stored);
}

void downloader::adopt(const head& ours, block_range stored) {
  if (ours.length < ours_.length)
    plan_.lose({ours.length, ours_.length - ours.length});
  ours_ = ours;
  plan_.store(stored);
  give_up_stored(stored);
  HYPER_ASSERT(stored.empty() || stored.end() <= ours_.length);
}

// Whoever was asked for the same blocks as well need not answer any more.
void downloader::give_up_stored(block_range stored) {
  for (auto block = stored.start; block < stored.end(); ++block)
    for (auto id : orders_.asking_for(block))
      if (!orders_.at(id).request.upgrade)
        give_up(*orders_.take(orders_.at(id).peer, id));
}

// The request is off the list; a block that did not come is free again.
void downloader::settle(const outstanding& one) {
  auto* who = find(one.peer);
  HYPER_ASSERT(who != nullptr && who->in_flight > 0);
  --who->in_flight;
  if (one.request.block && orders_.asking_for(one.request.block->index).empty())
    plan_.release(one.request.block->index, one.peer);
}

void downloader::release(const outstanding& one) {
  settle(one);
  if (one.request.upgrade || one.request.manifest)
    ++find(one.peer)->head_failures;
}

void downloader::give_up(const outstanding& one) {
  release(one);
  out_.push_back({one.peer, cancel{one.request.id}});
}

void downloader::give_up_all(source_id peer) {
  for (auto id : orders_.of(peer))
    give_up(*orders_.take(peer, id));
}

// -- wishes ------------------------------------------------------------------

bool downloader::fetch(base::instant now, std::uint64_t block) {
  touch(now);
  return plan_.wait(block);
}

void downloader::forget(base::instant now, std::uint64_t block) {
  touch(now);
  plan_.forget(block);
}

void downloader::freeze(base::instant now) {
  touch(now);
  frozen_ = true;
  for (auto& [peer, who] : sources_)
    give_up_all(peer);
}

// -- what must leave ---------------------------------------------------------

std::optional<order> downloader::poll_transmit(const tree_view& tree) {
  if (out_.empty() && dirty_ && !frozen_) {
    dirty_ = false;
    pass(tree);
    check_invariant();
  }
  if (out_.empty())
    return std::nullopt;
  auto one = std::move(out_.front());
  out_.pop_front();
  return one;
}

std::optional<base::instant> downloader::poll_timeout() const {
  const auto& waiting = orders_.by_age();
  if (waiting.empty())
    return std::nullopt;
  auto next = waiting.begin()->second.asked + config_.deadline;
  auto late = waiting.upper_bound(late_cursor_);
  if (sources_.size() > 1 && late != waiting.end())
    next = std::min(next, late->second.asked + config_.late_after);
  return next;
}

std::optional<downloader_event> downloader::poll_event() {
  if (events_.empty())
    return std::nullopt;
  auto one = events_.front();
  events_.pop_front();
  return one;
}

// -- what it knows -----------------------------------------------------------

std::uint64_t downloader::claimed_length() const {
  auto length = ours_.length;
  for (const auto& [peer, who] : sources_)
    if (who.said() && who.said()->fork == ours_.fork)
      length = std::max(length, who.length());
  return length;
}

bool downloader::all_synced() const {
  return !sources_.empty() &&
         std::ranges::all_of(sources_, [](const auto& one) {
           return one.second.said().has_value();
         });
}

void downloader::check_invariant() const {
  std::size_t in_flight = 0;
  for (const auto& [peer, who] : sources_)
    in_flight += who.in_flight;
  HYPER_ASSERT(in_flight == orders_.size());
  HYPER_ASSERT(sources_.size() <= sources_max);
  HYPER_ASSERT(!plan_.stored().next_present(ours_.length).has_value());
}

pause downloader::paused(source_id peer) const {
  auto found = sources_.find(peer);
  return found == sources_.end() ? pause::none : found->second.paused();
}

} // namespace hyper::replication
