#include "net/dht/node_machine.hpp"

#include "base/assert.hpp"

#include <algorithm>

// Bootstrap, our own address, and whether strangers reach us.

namespace hyper::dht {

// -- bootstrap ----------------------------------------------------------------

void node::machine::begin_bootstrap(base::instant now) {
  contact_ = contact_state::bootstrapping;
  first_round_ = true;
  quick_check_answered_ = false;
  wants_quick_check_ = self_.firewalled() && role_ != role::persistent;
  start_background(now, contacts_.own(), query_owner::bootstrap);
}

// A first look whether anything at all gets through to the server socket. If
// the answer comes before the query is over, the question is asked in earnest.
void node::machine::handle_bootstrap_reply(base::instant now,
                                           const base::endpoint& from) {
  if (!std::exchange(wants_quick_check_, false))
    return;
  send(now, from, ping_nat(), for_quick_check{});
}

call node::machine::ping_nat() const {
  base::writer port;
  port.u16(self_.server_port());
  return {internal::ping_nat, {}, port.release(), {}};
}

void node::machine::end_bootstrap_query(base::instant now, bool answered) {
  if (!answered && !bootstrap_.empty())
    return lose_contact(now);
  auto wants_check = role_ == role::persistent || quick_check_answered_;
  if (!first_round_ || !wants_check)
    return settle_down();
  contact_ = contact_state::checking;
  check_network(now, role_ != role::persistent);
}

void node::machine::settle_down() {
  HYPER_ASSERT(contact_ != contact_state::lost);
  contact_ = contact_state::settled;
  bootstrapped_ = true;
  emit(changed{change::bootstrapped});
}

// -- contact lost and found ---------------------------------------------------

void node::machine::lose_contact(base::instant now) {
  HYPER_ASSERT(contact_ != contact_state::lost);
  contact_ = contact_state::lost;
  bootstrapped_ = true;
  backoff_.reset();
  next_probe_ = now + backoff_.next(chance_);
  emit(changed{change::unreachable});
}

void node::machine::probe_bootstrap(base::instant now) {
  HYPER_ASSERT(contact_ == contact_state::lost);
  next_probe_ = now + backoff_.next(chance_);
  for (const auto& node : bootstrap_)
    send(now, node, {internal::ping, {}, {}, {}}, for_contact{},
         {.retries = 0});
}

void node::machine::regain_contact(base::instant now) {
  next_probe_.reset();
  begin_bootstrap(now);
}

void node::machine::set_bootstrap(base::instant now,
                                  std::vector<base::endpoint> nodes) {
  nodes.resize(std::min(nodes.size(), bootstrap_max));
  bootstrap_ = std::move(nodes);
  if (contacts_.empty() && !background_running())
    regain_contact(now);
  settle(now);
}

void node::machine::add_nodes(std::span<const base::endpoint> nodes) {
  for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) {
    auto id = id_of(*node);
    if (contacts_.find(id) == nullptr)
      contacts_.add(upkeep_.current(), id, *node);
  }
}

// -- firewall check -----------------------------------------------------------

// Always ends in end_network_check(), now or when the answers are in.
void node::machine::check_network(base::instant now, bool only_firewall) {
  if (self_.persistent() || (only_firewall && !self_.firewalled()))
    return end_network_check(now, false);
  if (reachability_)
    return;
  only_firewall_ = only_firewall;
  if (!only_firewall) {
    upkeep_.note_check();
    checked_host_ = host_as_seen();
  }
  auto seen_as = self_.steady_address();
  if (!seen_as)
    return end_network_check(now, false);
  if (self_.firewalled())
    return ask_for_pings(now, *seen_as);
  end_network_check(now, adopt(now, *seen_as, self_.samples()));
}

void node::machine::ask_for_pings(base::instant now,
                                  const base::endpoint& seen_as) {
  auto asked = contacts_.latest(reachability::asked_wanted);
  if (asked.size() < reachability::asked_wanted)
    std::copy_if(bootstrap_.begin(), bootstrap_.end(),
                 std::back_inserter(asked), [&](const auto& node) {
                   return std::find(asked.begin(), asked.end(), node) ==
                          asked.end();
                 });
  if (asked.empty())
    return end_network_check(now, false);
  reachability_.emplace(asked, seen_as, self_.server_port());
  for (const auto& node : asked)
    send(now, node, ping_nat(), for_reachability{});
}

void node::machine::conclude_reachability(base::instant now) {
  HYPER_ASSERT(reachability_.has_value());
  if (!reachability_->over())
    return;
  auto proof = reachability_->proof();
  auto seen_as = reachability_->seen_as();
  reachability_.reset();
  end_network_check(now, proof && adopt(now, seen_as, *proof));
}

// The bootstrap, if it has waited for this, goes on.
void node::machine::end_network_check(base::instant now, bool open) {
  if (contact_ != contact_state::checking)
    return;
  if (!open)
    return settle_down();
  HYPER_ASSERT(first_round_);
  first_round_ = false;
  contact_ = contact_state::bootstrapping;
  start_background(now, contacts_.own(), query_owner::bootstrap);
}

// Strangers reach us, at the address that `proof` says. False: our address has
// become another one while we asked.
bool node::machine::adopt(base::instant now, const base::endpoint& claimed,
                          const sampler& proof) {
  HYPER_ASSERT(proof.address().has_value());
  if (self_.persistent() || self_.steady_address() != claimed)
    return false;
  auto was_firewalled = self_.firewalled();
  if (self_.open(proof))
    emit(changed{change::address});
  if (was_firewalled)
    emit(changed{change::open});
  if (!only_firewall_) {
    self_.set_persistent(true);
    emit(changed{change::persistent});
  }
  move_to(now, id_of(*proof.address()));
  return true;
}

void node::machine::move_to(base::instant now, const node_id& own) {
  if (contacts_.own() == own)
    return;
  contacts_.rebuild(own);
  refresh(now);
}

// -- ticks --------------------------------------------------------------------

std::optional<base::fixed_bytes<4>> node::machine::host_as_seen() const {
  const auto& seen = self_.address();
  return seen ? std::optional{seen->host} : std::nullopt;
}

void node::machine::handle_tick(base::instant now) {
  auto due = upkeep_.handle_tick(
      now, {.bootstrapped = bootstrapped_,
            .few_nodes = contacts_.size() < k,
            .wants_persistence = role_ == role::adaptive && !self_.persistent(),
            .checked_address = checked_host_ == host_as_seen()});
  if (due.woken)
    wake();
  if (due.check_network)
    check_network(now, false);
  if (due.ping_some)
    ping_some(now);
  if (due.refresh)
    refresh(now);
  hints_left_ = hints_per_tick;
  if (health_.update(stats_.responses, stats_.timeouts))
    emit(changed{change::health});
}

// Whatever we knew of the network may be wrong by now.
void node::machine::wake() {
  checked_host_.reset();
  if (health_.reset())
    emit(changed{change::health});
  if (role_ == role::adaptive && self_.persistent()) {
    self_.set_persistent(false);
    emit(changed{change::ephemeral});
  }
  emit(changed{change::woken});
}

} // namespace hyper::dht
