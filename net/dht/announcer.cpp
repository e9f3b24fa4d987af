#include "net/dht/announcer.hpp"

#include "net/dht/commands.hpp"

#include <algorithm>

namespace hyper::dht {

announcer::announcer(workplace& where, const base::key_pair& key,
                     base::instant now)
    : errand(where), key_(key),
      target_(target_of(key.pub)), record_{key.pub, {}} {
  begin_search(now);
}

void announcer::renew(base::instant now) {
  if (phase_ == phase::watching)
    return begin_search(now);
  renew_wanted_ = phase_ == phase::searching || phase_ == phase::writing;
}

void announcer::withdraw(base::instant now) {
  if (phase_ == phase::withdrawing || phase_ == phase::done)
    return;
  hang_up();
  pending_.clear();
  due_.reset();
  phase_ = phase::withdrawing;
  for (const auto& to : relays_)
    ask_for_record(now, purpose::token, to);
  settle_pending(now);
}

bool announcer::is_done() const {
  return phase_ == phase::done;
}

address_list announcer::relay_addresses() const {
  address_list all;
  for (const auto& one : relays_)
    all.push_back(one.address);
  return all;
}

void announcer::handle_timeout(base::instant now) {
  HYPER_ASSERT(phase_ == phase::watching);
  std::erase_if(lost_, [now](const lost& one) { return one.until <= now; });
  if (now >= renewal_ || relays_.empty())
    return begin_search(now);
  begin_checks(now);
}

void announcer::begin_search(base::instant now) {
  HYPER_ASSERT(phase_ != phase::withdrawing && phase_ != phase::done);
  hang_up();
  pending_.clear();
  due_.reset();
  renew_wanted_ = false;
  fresh_.clear();
  phase_ = phase::searching;
  query_options how;
  how.start = nearest_;
  search(now, find_call(), how);
}

void announcer::handle(base::instant now, const query_done& what) {
  HYPER_ASSERT(phase_ == phase::searching);
  phase_ = phase::writing;
  nearest_.clear();
  for (const auto& one : what.closest) {
    nearest_.push_back(one.address);
    if (one.token && pending_.size() < relays_max)
      write(now, {one.address, one.to}, one.id, *one.token, false);
  }
  settle_pending(now);
}

void announcer::write(base::instant now, const relay& to, const node_id& id,
                      const write_token& token, bool repeated) {
  HYPER_ASSERT(phase_ == phase::writing);
  announce_context where{announce_kind::announce, target_, id, token};
  call what{code_of(command::announce), target_,
            encode(sign_announce(where, record_, key_)), token};
  auto asked = ask(now, to.address, std::move(what));
  pending_[asked] = {purpose::write, to, repeated};
}

void announcer::handle(base::instant now, const answered& what) {
  auto found = pending_.find(what.id);
  HYPER_ASSERT(found != pending_.end());
  auto done = found->second;
  pending_.erase(found);
  switch (done.what) {
  case purpose::write:
    handle_write(now, done, what);
    break;
  case purpose::check:
    handle_check(now, done, what);
    break;
  case purpose::token:
    handle_token(now, done, what);
    break;
  case purpose::forget:
    break;
  }
  settle_pending(now);
}

void announcer::handle(base::instant now, const failed& what) {
  auto found = pending_.find(what.id);
  HYPER_ASSERT(found != pending_.end());
  auto done = found->second;
  pending_.erase(found);
  if (done.what == purpose::check)
    handle_silence(now, done);
  settle_pending(now);
}

void announcer::handle_write(base::instant now, const pending& done,
                             const answered& what) {
  HYPER_ASSERT(phase_ == phase::writing && fresh_.size() < relays_max);
  const auto& reply = what.message;
  if (reply.error == 0) {
    fresh_.push_back({done.to.address, reply.to});
    return;
  }
  if (reply.error == error_invalid_token && reply.token && reply.id &&
      !done.repeated)
    write(now, done.to, *reply.id, *reply.token, true);
}

/// A relay that answers without our record has been restarted, or has thrown
/// us out: without a new announcement nobody finds us through it.
void announcer::handle_check(base::instant, const pending& done,
                             const answered& what) {
  HYPER_ASSERT(phase_ == phase::watching);
  auto record = decode_peer_record(what.message.value);
  auto knows_us = record.ok() && record->key == key_.pub;
  auto came_back = std::erase_if(
      lost_, [&done](const lost& l) { return l.address == done.to.address; });
  if (knows_us && came_back == 0)
    return;
  renew_wanted_ = true;
  ++losses_;
}

void announcer::handle_silence(base::instant now, const pending& done) {
  HYPER_ASSERT(phase_ == phase::watching);
  if (!is_relay(done.to.address))
    return;
  remember_lost(now, done.to.address);
  renew_wanted_ = true;
}

void announcer::handle_token(base::instant now, const pending& done,
                             const answered& what) {
  const auto& reply = what.message;
  if (!reply.token || !reply.id || reply.value.empty())
    return;
  announce_context where{announce_kind::unannounce, target_, *reply.id,
                         *reply.token};
  call forget{code_of(command::unannounce), target_,
              encode(sign_announce(where, record_, key_)), *reply.token};
  auto asked = ask(now, done.to.address, std::move(forget));
  pending_[asked] = {purpose::forget, done.to, false};
}

/// Moves on once nothing is under way any more.
void announcer::settle_pending(base::instant now) {
  if (!pending_.empty())
    return;
  if (phase_ == phase::writing)
    finish_writing(now);
  else if (phase_ == phase::withdrawing)
    phase_ = phase::done;
  else if (phase_ == phase::watching && renew_wanted_)
    begin_search(now);
  else if (phase_ == phase::watching && !due_)
    due_ = now + relay_check_interval;
}

void announcer::finish_writing(base::instant now) {
  HYPER_ASSERT(phase_ == phase::writing && pending_.empty());
  auto before = std::exchange(relays_, std::exchange(fresh_, {}));
  phase_ = phase::watching;
  if (settled_ && before.empty() && !relays_.empty())
    ++losses_;
  told_.clear();
  for (const auto& one : relays_)
    told_.push_back({one.address, one.peer});
  std::erase_if(lost_, [this](const lost& l) { return is_relay(l.address); });
  for (const auto& one : before)
    if (!is_relay(one.address) && !is_lost(one.address))
      ask_for_record(now, purpose::token, one);
  HYPER_ASSERT(relays_.size() <= relays_max && told_.size() == relays_.size());
  renewal_ = now + announce_interval;
  if (!relays_.empty())
    backoff_.reset();
  due_ = now +
         (relays_.empty() ? backoff_.next(at().chance) : relay_check_interval);
  if (!std::exchange(settled_, true))
    tell(listening{key_.pub, relay_addresses()});
  tell(announced{target_, key_.pub, relays_.size()});
  if (std::exchange(renew_wanted_, false))
    begin_search(now);
}

void announcer::begin_checks(base::instant now) {
  HYPER_ASSERT(phase_ == phase::watching && lost_.size() <= lost_relays_max);
  due_.reset();
  for (const auto& one : relays_)
    ask_for_record(now, purpose::check, one);
  for (const auto& one : lost_)
    ask_for_record(now, purpose::check, {one.address, {}});
  HYPER_ASSERT(!relays_.empty());
}

void announcer::ask_for_record(base::instant now, purpose what,
                               const relay& to) {
  auto asked = ask(now, to.address, find_call());
  pending_[asked] = {what, to, false};
}

void announcer::remember_lost(base::instant now,
                              const base::endpoint& address) {
  std::erase_if(lost_,
                [&address](const lost& l) { return l.address == address; });
  if (lost_.size() == lost_relays_max)
    lost_.erase(lost_.begin());
  lost_.push_back({address, now + lost_relay_memory});
}

bool announcer::is_lost(const base::endpoint& address) const {
  return std::any_of(lost_.begin(), lost_.end(), [&address](const lost& l) {
    return l.address == address;
  });
}

bool announcer::is_relay(const base::endpoint& address) const {
  return std::any_of(
      relays_.begin(), relays_.end(),
      [&address](const relay& r) { return r.address == address; });
}

call announcer::find_call() const {
  return {code_of(command::find_peer), target_, {}, std::nullopt};
}

} // namespace hyper::dht
