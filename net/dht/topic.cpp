#include "net/dht/topic.hpp"

#include "net/dht/commands.hpp"

#include <algorithm>

namespace hyper::dht {

namespace {

command_code code(announce_kind kind) {
  auto which =
      kind == announce_kind::announce ? command::announce : command::unannounce;
  return {false, static_cast<std::uint64_t>(which)};
}

call lookup_call(const base::hash32& target) {
  return {code_of(command::lookup), target, {}, std::nullopt};
}

std::vector<base::endpoint>
addresses_of(const std::vector<closest_node>& nodes) {
  std::vector<base::endpoint> all;
  all.reserve(nodes.size());
  for (const auto& one : nodes)
    all.push_back(one.address);
  return all;
}

} // namespace

topic::topic(workplace& where, const base::hash32& target, join_options how,
             life lasting, base::instant now)
    : errand(where), target_(target), how_(std::move(how)), lasting_(lasting) {
  refresh(now);
}

void topic::refresh(base::instant now) {
  write_at_ = now;
  is_relook_ = false;
  look(now);
}

void topic::look(base::instant now) {
  if (phase_ == phase::leaving || phase_ == phase::done)
    return;
  hang_up();
  pending_.clear();
  if (!std::exchange(is_relook_, false))
    told_.clear();
  full_ = false;
  to_clear_.clear();
  nodes_ = 0;
  stored_ = 0;
  due_.reset();
  relays_changed_ = false;
  phase_ = phase::looking;
  query_options how;
  how.start = addresses_of(closest_);
  search(now, lookup_call(target_), how);
}

void topic::set_options(base::instant now, join_options how) {
  how_ = std::move(how);
  if (!is_announcing())
    relays_.reset();
  refresh(now);
}

void topic::set_relays(base::instant now, address_list relays) {
  if (relays_ == relays || !is_announcing())
    return;
  relays_ = std::move(relays);
  if (phase_ == phase::waiting)
    return begin_writing(now);
  if (phase_ == phase::resting)
    return refresh(now);
  relays_changed_ = phase_ == phase::writing;
}

void topic::handle_timeout(base::instant now) {
  if (phase_ == phase::leaving) {
    phase_ = phase::done;
    hang_up();
    due_.reset();
    return;
  }
  HYPER_ASSERT(phase_ == phase::resting || phase_ == phase::waiting);
  look(now);
}

void topic::handle(base::instant now, const query_reply& what) {
  ++nodes_;
  if (what.value.empty())
    return;
  auto reply = decode_lookup_reply(what.value);
  if (!reply) {
    ++at().stats.bad_replies;
    return;
  }
  if (phase_ == phase::leaving)
    return take_back(now, what);
  tell_peers(*reply);
  if (what.node && must_clear(*reply))
    to_clear_.insert(*what.node);
}

void topic::tell_peers(const lookup_reply& reply) {
  HYPER_ASSERT(told_.size() <= topic_peers_max);
  if (!how_.lookup)
    return;
  full_ = full_ || reply.peers.size() >= lookup_peers_max;
  for (const auto& peer : reply.peers) {
    auto ours = is_announcing() && peer.key == how_.announce->pub;
    if (ours || told_.size() == topic_peers_max ||
        !told_.insert(peer.key).second)
      continue;
    auto shown = peer;
    if (shown.relays.size() > relay_addresses_max)
      shown.relays.resize(relay_addresses_max);
    tell(peer_found{target_, std::move(shown)});
  }
}

/// A node of the original keeps the first record of a key, so that an old one
/// of ours must go before a new one can be stored. In a full reply it may be
/// there without being shown.
bool topic::must_clear(const lookup_reply& reply) const {
  if (!is_announcing())
    return false;
  auto own = own_record();
  auto stale = [&own](const peer_record& r) {
    return r.key == own.key && r != own;
  };
  return std::any_of(reply.peers.begin(), reply.peers.end(), stale) ||
         (!has_announced_ && reply.peers.size() >= lookup_peers_max);
}

void topic::handle(base::instant now, const query_done& what) {
  if (phase_ == phase::leaving)
    return settle(now);
  HYPER_ASSERT(phase_ == phase::looking);
  closest_ = what.closest;
  if (!is_announcing() || now < write_at_)
    return finish_look(now);
  if (relays_)
    return begin_writing(now);
  phase_ = phase::waiting;
  due_ = now + relays_wait_max;
}

void topic::begin_writing(base::instant now) {
  HYPER_ASSERT(is_announcing() && relays_ && pending_.empty());
  phase_ = phase::writing;
  due_.reset();
  for (const auto& to : closest_)
    if (to.token)
      write(now,
            to_clear_.count(to.id) != 0 ? announce_kind::unannounce
                                        : announce_kind::announce,
            to, false);
  settle(now);
}

void topic::write(base::instant now, announce_kind kind, const closest_node& to,
                  bool repeated) {
  HYPER_ASSERT(to.token && is_announcing());
  HYPER_ASSERT(phase_ == phase::writing || phase_ == phase::leaving);
  announce_context where{kind, target_, to.id, *to.token};
  auto record = own_record();
  if (kind == announce_kind::unannounce)
    record.relays.clear();
  call what{code(kind), target_,
            encode(sign_announce(where, record, *how_.announce)), to.token};
  auto asked = ask(now, to.address, std::move(what));
  pending_[asked] = {kind, to, repeated};
}

void topic::handle(base::instant now, const answered& what) {
  auto found = pending_.find(what.id);
  HYPER_ASSERT(found != pending_.end());
  auto done = found->second;
  pending_.erase(found);
  if (what.message.error != 0)
    handle_error(now, done, what);
  else if (phase_ == phase::writing && done.what == announce_kind::unannounce)
    write(now, announce_kind::announce, done.to, false);
  else if (phase_ == phase::writing)
    ++stored_;
  settle(now);
}

void topic::handle(base::instant now, const failed& what) {
  pending_.erase(what.id);
  settle(now);
}

/// The token may have grown too old meanwhile: the error brings a fresh one.
void topic::handle_error(base::instant now, const pending& done,
                         const answered& what) {
  const auto& reply = what.message;
  if (reply.error != error_invalid_token || !reply.token || done.repeated)
    return;
  auto to = done.to;
  to.token = reply.token;
  write(now, done.what, to, true);
}

void topic::settle(base::instant now) {
  if (!pending_.empty())
    return;
  if (phase_ == phase::leaving) {
    phase_ = phase::done;
    due_.reset();
  } else if (phase_ == phase::writing) {
    has_announced_ = has_announced_ || stored_ > 0;
    if (stored_ > 0)
      write_at_ = now + topic_interval;
    tell(announced{target_, how_.announce->pub, stored_});
    finish_look(now);
  }
}

void topic::finish_look(base::instant now) {
  HYPER_ASSERT(phase_ == phase::looking || phase_ == phase::writing);
  HYPER_ASSERT(pending_.empty() && !due_);
  tell(lookup_done{target_, told_.size(), nodes_});
  if (lasting_ == life::one_look) {
    phase_ = phase::done;
    return;
  }
  phase_ = phase::resting;
  due_ = now + pause(now);
  if (std::exchange(relays_changed_, false))
    refresh(now);
}

base::duration topic::pause(base::instant now) {
  auto unwritten = is_announcing() && write_at_ <= now;
  if (nodes_ == 0 || unwritten)
    return backoff_.next(at().chance);
  backoff_.reset();
  if (how_.lookup && told_.empty())
    return lonely_ = std::min(lonely_ * 2, lonely_interval_max);
  lonely_ = base::seconds{1};
  is_relook_ = full_ && crowded_ < crowded_interval_max;
  if (is_relook_)
    return crowded_ *= 2;
  crowded_ = base::seconds{1};
  auto spread = static_cast<std::uint64_t>(topic_interval_spread.count());
  return topic_interval + base::microseconds{at().chance.below(spread)};
}

void topic::leave(base::instant now) {
  if (phase_ == phase::leaving || phase_ == phase::done)
    return;
  hang_up();
  pending_.clear();
  due_.reset();
  phase_ = phase::leaving;
  if (!has_announced_ || !is_announcing() || closest_.empty())
    return settle(now);
  query_options how;
  how.start = addresses_of(closest_);
  how.only_these = true;
  how.retries = 0;
  due_ = now + close_time_max;
  search(now, lookup_call(target_), how);
}

void topic::take_back(base::instant now, const query_reply& from) {
  HYPER_ASSERT(phase_ == phase::leaving);
  if (!from.node || !from.token)
    return;
  write(now, announce_kind::unannounce,
        {from.from, *from.node, from.token, from.to}, false);
}

peer_record topic::own_record() const {
  HYPER_ASSERT(is_announcing());
  auto relays = relays_.value_or(address_list{});
  if (relays.size() > relay_addresses_max)
    relays.resize(relay_addresses_max);
  return {how_.announce->pub, std::move(relays)};
}

} // namespace hyper::dht
