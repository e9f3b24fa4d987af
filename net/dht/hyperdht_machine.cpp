#include "net/dht/hyperdht_machine.hpp"

#include "net/dht/commands.hpp"

#include <algorithm>

namespace hyper::dht {

hyperdht::machine::machine(hyperdht_config how, base::entropy& chance,
                           base::instant now)
    : config_(std::move(how)), chance_(chance),
      node_(config_.node, chance, now),
      board_(*this), place_{board_, events_, chance_, stats_},
      streams_(chance, config_.stream_is_taken) {
  pump(now);
}

void hyperdht::machine::handle_datagram(base::instant now, socket via,
                                        const base::endpoint& from,
                                        base::bytes_view datagram) {
  if (closed_)
    return;
  node_.handle_datagram(now, via, from, datagram);
  pump(now);
}

bool hyperdht::machine::handle_stream_packet(base::instant now, socket via,
                                             const base::endpoint& from,
                                             std::uint32_t stream,
                                             base::bytes_view packet) {
  auto ours = streams_.handle_packet(now, via, from, stream, packet);
  if (ours)
    pump(now);
  return ours;
}

void hyperdht::machine::handle_timeout(base::instant now) {
  if (closed_)
    return;
  node_.handle_timeout(now);
  board_.handle_timeout(now);
  if (records_)
    records_->handle_timeout(now);
  for (auto& [target, one] : services_)
    if (one.listener)
      one.listener->handle_timeout(now);
  pump(now);
}

std::optional<base::instant> hyperdht::machine::poll_timeout() const {
  if (closed_)
    return std::nullopt;
  auto next = node_.poll_timeout();
  auto consider = [&next](std::optional<base::instant> due) {
    if (due && (!next || *due < *next))
      next = due;
  };
  consider(board_.poll_timeout());
  consider(closing_until_);
  if (records_)
    consider(records_->poll_timeout());
  for (const auto& [target, one] : services_)
    if (one.listener)
      consider(one.listener->poll_timeout());
  return next;
}

std::optional<hyperdht_event> hyperdht::machine::poll_event() {
  if (events_.empty())
    return std::nullopt;
  auto next = std::move(events_.front());
  events_.pop_front();
  return next;
}

bool hyperdht::machine::listen(base::instant now, const base::key_pair& key) {
  if (closing_until_ || services_.size() >= listening_keys_max)
    return false;
  auto& one = services_[target_of(key.pub)];
  if (one.listener)
    return false;
  one.listener =
      std::make_unique<listener>(place_, streams_, key, config_.refuses);
  one.announcer = std::make_unique<announcer>(place_, key, now);
  one.losses_seen = 0;
  if (records_)
    records_->retain(key.pub);
  pump(now);
  return true;
}

void hyperdht::machine::unlisten(base::instant now,
                                 const base::public_key& key) {
  auto found = services_.find(target_of(key));
  if (found != services_.end() && found->second.listener)
    withdraw(now, found);
  pump(now);
}

void hyperdht::machine::withdraw(base::instant now, services::iterator which) {
  auto& one = which->second;
  HYPER_ASSERT(one.announcer != nullptr);
  if (one.listener && records_)
    records_->release(one.listener->key().pub);
  one.listener.reset();
  one.announcer->withdraw(now);
}

connect_id hyperdht::machine::connect(base::instant now,
                                      const base::key_pair& self,
                                      const base::public_key& remote,
                                      address_list hints) {
  auto id = connect_id{++last_id_};
  if (closing_until_ || connects_.size() >= connects_max) {
    tell(connect_failed{id, connect_failure::limit});
    return id;
  }
  if (hints.empty())
    hints = known_relays_.find(remote);
  connect_wish wish{id, self, remote, std::move(hints), std::nullopt};
  if (records_)
    wish.announcer = records_->relay_target(target_of(remote));
  connects_[id] = std::make_unique<connector>(place_, streams_, *this,
                                              std::move(wish), now);
  pump(now);
  return id;
}

void hyperdht::machine::cancel(base::instant now, connect_id which) {
  connects_.erase(which);
  pump(now);
}

bool hyperdht::machine::join(base::instant now, const base::hash32& target,
                             join_options how) {
  if (closing_until_)
    return false;
  auto found = topics_.find(target);
  if (found == topics_.end() && topics_.size() >= topics_max)
    return false;
  if (found != topics_.end() && !found->second->is_leaving())
    found->second->set_options(now, std::move(how));
  else
    topics_[target] = std::make_unique<topic>(place_, target, std::move(how),
                                              topic::life::until_left, now);
  share_relays(now);
  pump(now);
  return true;
}

void hyperdht::machine::leave(base::instant now, const base::hash32& target) {
  auto found = topics_.find(target);
  if (found != topics_.end())
    found->second->leave(now);
  pump(now);
}

bool hyperdht::machine::lookup(base::instant now, const base::hash32& target) {
  if (closing_until_ ||
      (looks_.count(target) == 0 && looks_.size() >= topics_max))
    return false;
  auto& one = looks_[target];
  if (!one)
    one = std::make_unique<topic>(place_, target, join_options{},
                                  topic::life::one_look, now);
  pump(now);
  return true;
}

value_id hyperdht::machine::begin(base::instant now, const base::hash32& target,
                                  value_errand::wish what) {
  auto id = value_id{++last_id_};
  if (!closing_until_ && values_.size() < puts_and_gets_max)
    values_[id] = std::make_unique<value_errand>(place_, id, target,
                                                 std::move(what), now);
  else if (std::holds_alternative<value_errand::put>(what))
    tell(value_stored{id, target, 0});
  else
    tell(value_missing{id});
  pump(now);
  return id;
}

void hyperdht::machine::set_interfaces(base::instant now,
                                       std::vector<ipv4_host> hosts) {
  config_.interfaces = std::move(hosts);
  for (auto& [target, one] : services_)
    if (one.listener)
      one.announcer->renew(now);
  for (auto& [target, one] : topics_)
    one->refresh(now);
  pump(now);
}

/// Everything that waits for others is given up; what others hold of ours is
/// taken back, as far as they answer in time.
void hyperdht::machine::close(base::instant now) {
  if (closing_until_)
    return;
  closing_until_ = now + close_time_max;
  connects_.clear();
  looks_.clear();
  values_.clear();
  for (auto i = services_.begin(); i != services_.end(); ++i)
    withdraw(now, i);
  for (auto& [target, one] : topics_)
    one->leave(now);
  pump(now);
}

const hyperdht_counters& hyperdht::machine::stats() const {
  stats_.early_packets_dropped = streams_.dropped();
  stats_.records_refused = records_ ? records_->refused() : 0;
  stats_.records_at_limit = records_ ? records_->at_limit() : 0;
  return stats_;
}

request_id hyperdht::machine::ask(base::instant now, const base::endpoint& to,
                                  call what, ask_options how) {
  return node_.ask(now, to, std::move(what), how);
}

query_id hyperdht::machine::search(base::instant now, call what,
                                   query_options how) {
  return node_.search(now, std::move(what), how);
}

presence hyperdht::machine::presence() const {
  dht::presence self;
  self.public_address = node_.open_address();
  self.open = config_.claim_open &&
              (self.public_address || base::is_loopback(config_.host));
  if (!config_.claim_open)
    self.public_address.reset();
  if (config_.share_local_addresses)
    self.local_addresses = local_addresses(
        {config_.host, config_.interfaces, config_.node.server_port});
  return self;
}

/// Carries the node's events to where they belong until there are none, then
/// clears away what is done.
void hyperdht::machine::pump(base::instant now) {
  while (auto next = node_.poll_event())
    carry(now, std::move(*next));
  share_relays(now);
  while (auto next = node_.poll_event())
    carry(now, std::move(*next));
  sweep(now);
  check_limits();
}

void hyperdht::machine::check_limits() const {
  HYPER_ASSERT(connects_.size() <= connects_max);
  HYPER_ASSERT(topics_.size() <= topics_max);
  HYPER_ASSERT(looks_.size() <= topics_max);
  HYPER_ASSERT(values_.size() <= puts_and_gets_max);
  HYPER_ASSERT(services_.size() <= listening_keys_max);
  HYPER_ASSERT(!closed_ || (services_.empty() && topics_.empty()));
}

void hyperdht::machine::carry(base::instant now, event what) {
  if (const auto* asked = std::get_if<incoming_request>(&what))
    return serve(now, *asked);
  if (const auto* news = std::get_if<changed>(&what))
    return note(now, *news);
  std::visit(
      [this, now](const auto& answer) {
        using kind = std::decay_t<decltype(answer)>;
        if constexpr (!std::is_same_v<kind, incoming_request> &&
                      !std::is_same_v<kind, changed>)
          board_.route(now, answer);
      },
      what);
}

void hyperdht::machine::note(base::instant now, const changed& what) {
  tell(what);
  if (what.what == change::bootstrapped && !std::exchange(told_ready_, true))
    tell(ready{});
  if (what.what == change::persistent && !records_) {
    records_.emplace(chance_, now);
    for (const auto& [target, one] : services_)
      if (one.listener)
        records_->retain(one.listener->key().pub);
  }
  // Contact was lost or the machine slept, so that what others kept may be
  // gone; or we can be reached in another way than we have told.
  auto concerns_others =
      what.what == change::bootstrapped || what.what == change::woken ||
      what.what == change::open || what.what == change::address;
  if (concerns_others)
    for (auto& [target, one] : services_)
      if (one.listener && one.announcer->has_settled())
        one.announcer->renew(now);
}

/// Topics are announced with the relays of the key they are announced under;
/// where one of those has forgotten the key, it has forgotten topics too.
void hyperdht::machine::share_relays(base::instant now) {
  for (auto& [target, one] : topics_) {
    if (!one->options().announce)
      continue;
    auto key = target_of(one->options().announce->pub);
    auto found = services_.find(key);
    if (found == services_.end() || !found->second.listener)
      one->set_relays(now, {});
    else if (found->second.announcer->has_settled())
      one->set_relays(now, relays_of(found->second));
  }
  for (auto& [target, one] : services_) {
    if (!one.listener || one.losses_seen == one.announcer->losses())
      continue;
    one.losses_seen = one.announcer->losses();
    for (auto& [name, joined] : topics_)
      if (joined->options().announce &&
          joined->options().announce->pub == one.listener->key().pub)
        joined->refresh(now);
  }
}

address_list hyperdht::machine::relays_of(const service& which) const {
  HYPER_ASSERT(which.announcer->has_settled());
  address_list all;
  if (auto address = presence().public_address)
    all.push_back(*address);
  for (const auto& relay : which.announcer->relay_addresses())
    if (all.size() < relay_addresses_max)
      all.push_back(relay);
  return all;
}

void hyperdht::machine::sweep(base::instant now) {
  auto is_done = [](const auto& entry) { return entry.second->is_done(); };
  for (const auto& [id, one] : connects_)
    if (one->is_done())
      known_relays_.put(one->remote(), one->working_relays());
  std::erase_if(connects_, is_done);
  std::erase_if(topics_, is_done);
  std::erase_if(looks_, is_done);
  std::erase_if(values_, is_done);
  std::erase_if(services_, [](const auto& entry) {
    return !entry.second.listener && entry.second.announcer->is_done();
  });
  if (!closing_until_ || closed_)
    return;
  if ((services_.empty() && topics_.empty()) || now >= *closing_until_) {
    closed_ = true;
    services_.clear();
    topics_.clear();
    tell(dht::closed{});
  }
}

} // namespace hyper::dht
