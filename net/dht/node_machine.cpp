#include "net/dht/node_machine.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace hyper::dht {

namespace {

template <class... Cases>
struct overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
overloaded(Cases...) -> overloaded<Cases...>;

token_secrets fresh_secrets(base::entropy& chance) {
  auto previous = chance.array<32>();
  return {previous, chance.array<32>()};
}

std::vector<base::endpoint> cut(std::vector<base::endpoint> nodes) {
  if (nodes.size() > bootstrap_max)
    nodes.resize(bootstrap_max);
  return nodes;
}

bool is_due(const std::optional<base::instant>& when, base::instant now) {
  return when && *when <= now;
}

void keep_earliest(std::optional<base::instant>& best,
                   const std::optional<base::instant>& other) {
  if (other && (!best || *other < *best))
    best = other;
}

} // namespace

node::machine::machine(config how, base::entropy& chance, base::instant now)
    : chance_(chance), role_(how.role), bootstrap_(cut(how.bootstrap)),
      self_(how.firewalled, how.server_port), contacts_(chance.array<32>()),
      tokens_(how.secrets ? *how.secrets : fresh_secrets(chance), now),
      requests_(now, static_cast<std::uint16_t>(chance.u32()), stats_),
      limit_(chance), upkeep_(chance, now) {
  if (how.address)
    self_.note(*how.address);
  begin_bootstrap(now);
  settle(now);
}

// -- what arrives -------------------------------------------------------------

void node::machine::handle_datagram(base::instant now, socket via,
                                    base::endpoint from,
                                    base::bytes_view datagram) {
  if (suspended_)
    return;
  tokens_.advance(now);
  ++stats_.datagrams_received;
  if (reachability_ && via == socket::server)
    reachability_->note_arrival(from.host);
  auto what = decode(datagram);
  if (!what || from.port == 0 || datagram.size() > datagram_size_max) {
    ++stats_.malformed;
    return;
  }
  std::visit(
      [&](auto& kind) { handle_message(now, via, from, std::move(kind)); },
      *what);
  settle(now);
}

void node::machine::handle_message(base::instant now, socket via,
                                   const base::endpoint& from, request&& what) {
  ++stats_.requests_received;
  if (!limit_.admit(now, from.host)) {
    ++stats_.rate_limited;
    return;
  }
  what.id = verified(what.id, from);
  incoming_request incoming{std::move(what), from, via};
  const auto& message = incoming.message;
  if (message.token && !tokens_.accepts(from.host, *message.token)) {
    ++stats_.wrong_tokens;
    reply(now, incoming, {true, true, error_invalid_token, {}});
    return;
  }
  if (message.id)
    hear(now, from, message.id, message.to, via != sending_socket());
  if (message.command.internal)
    serve(now, incoming);
  else
    emit(std::move(incoming));
}

void node::machine::handle_message(base::instant now, socket via,
                                   const base::endpoint& from,
                                   response&& what) {
  auto done = requests_.settle(now, what.tid, from);
  if (!done) {
    ++stats_.unexpected_responses;
    return;
  }
  what.id = verified(what.id, from);
  hear(now, from, what.id, what.to, via != sending_socket());
  if (contact_ == contact_state::lost)
    regain_contact(now);
  handle_answer(now, via, std::move(*done), std::move(what));
}

void node::machine::handle_answer(base::instant now, socket via, settled&& done,
                                  response&& what) {
  auto told = overloaded{
      [&](const for_caller&) {
        emit(answered{done.id, std::move(what), done.to, via, done.round_trip});
      },
      [&](const for_query& why) {
        handle_query_answer(now, via, why.query, done.to, std::move(what));
      },
      [&](const for_liveness& why) { finish_check(now, why); },
      [&](const for_room& why) { finish_room_check(now, why); },
      [&](const for_reachability&) {
        reachability_->handle_answer(done.to, what.to);
        conclude_reachability(now);
      },
      [&](const for_quick_check&) { quick_check_answered_ = true; },
      [&](const for_contact&) {},
      [&](const for_nobody&) {},
  };
  std::visit(told, done.why);
}

// -- what does not arrive -----------------------------------------------------

void node::machine::handle_timeout(base::instant now) {
  if (suspended_)
    return;
  tokens_.advance(now);
  requests_.handle_timeout(now);
  settle(now);
  while (!delayed_.empty() && delayed_.begin()->first <= now) {
    transmits_.push_back(std::move(delayed_.begin()->second));
    delayed_.erase(delayed_.begin());
  }
  if (is_due(next_probe_, now))
    probe_bootstrap(now);
  if (upkeep_.next() <= now)
    handle_tick(now);
  settle(now);
}

// Deals with all that ended or was refused since the last call, and with what
// ends because of that.
void node::machine::settle(base::instant now) {
  while (auto what = requests_.poll_lapse())
    handle_lapse(now, std::move(*what));
  check_invariant();
}

void node::machine::check_invariant() const {
  HYPER_ASSERT(next_probe_.has_value() == (contact_ == contact_state::lost));
  HYPER_ASSERT(contact_ != contact_state::bootstrapping ||
               background_running());
  HYPER_ASSERT(bootstrapped_ || contact_ == contact_state::bootstrapping ||
               contact_ == contact_state::checking);
  HYPER_ASSERT(!self_.persistent() || !self_.firewalled());
  HYPER_ASSERT(role_ != role::ephemeral || !self_.persistent());
  HYPER_ASSERT(bootstrap_.size() <= bootstrap_max);
  HYPER_ASSERT(room_checks_ <= room_checks_max);
  HYPER_ASSERT(checks_ + room_checks_ <= requests_.size());
  HYPER_ASSERT(delayed_.size() <= delayed_max);
  HYPER_ASSERT(hints_left_ <= hints_per_tick);
  HYPER_ASSERT(!suspended_ || requests_.size() == 0);
}

void node::machine::handle_lapse(base::instant now, lapse&& what) {
  if (what.ended) {
    handle_failure(now, what);
    return;
  }
  const auto* why = std::get_if<for_query>(&what.why);
  auto place = why ? queries_.find(why->query) : queries_.end();
  if (place == queries_.end())
    return;
  place->second.search.handle_slow(what.to);
  advance(now, place);
}

void node::machine::handle_failure(base::instant now, const lapse& what) {
  auto timed_out = *what.ended == failure::timed_out;
  auto told = overloaded{
      [&](const for_caller&) {
        emit(failed{what.id, *what.ended});
      },
      [&](const for_query& why) {
        auto place = queries_.find(why.query);
        if (place == queries_.end())
          return;
        place->second.search.handle_failure(what.to, timed_out);
        advance(now, place);
      },
      [&](const for_liveness&) { --checks_; },
      [&](const for_room& why) {
        if (timed_out)
          finish_room_check(now, why);
        else
          --room_checks_;
      },
      [&](const for_reachability&) {
        reachability_->handle_failure();
        conclude_reachability(now);
      },
      [&](const for_quick_check&) {},
      [&](const for_contact&) {},
      [&](const for_nobody&) {},
  };
  std::visit(told, what.why);
  if (timed_out && what.retries >= plain_retries)
    note_silence(now, what.to);
}

// -- what leaves --------------------------------------------------------------

std::optional<node_id>
node::machine::verified(const std::optional<node_id>& claimed,
                        const base::endpoint& from) {
  if (!claimed || *claimed == id_of(from))
    return claimed;
  ++stats_.wrong_ids;
  return std::nullopt;
}

socket node::machine::sending_socket() const {
  return self_.firewalled() ? socket::client : socket::server;
}

std::optional<node_id> node::machine::id() const {
  return self_.persistent() ? std::optional{contacts_.own()} : std::nullopt;
}

// The id is the hash of the server socket's address: from the other socket it
// would be a lie.
std::optional<node_id> node::machine::id_for(socket via) const {
  return via == socket::server ? id() : std::nullopt;
}

request_id node::machine::send(base::instant now, const base::endpoint& to,
                               call what, purpose why, const ask_options& how) {
  auto via = how.via.value_or(sending_socket());
  request message{0,
                  to,
                  id_for(via),
                  std::move(what.token),
                  what.command,
                  std::move(what.target),
                  std::move(what.value)};
  return requests_.start(
      now, {std::move(message), via, how.retries, how.timeout, std::move(why)});
}

request_id node::machine::ask(base::instant now, base::endpoint to, call what,
                              const ask_options& how) {
  auto id = send(now, to, std::move(what), for_caller{}, how);
  settle(now);
  return id;
}

void node::machine::cancel(request_id which) {
  requests_.cancel(which);
}

void node::machine::forward(socket via, base::endpoint to, std::uint16_t tid,
                            call what) {
  request message{tid,
                  to,
                  id_for(via),
                  std::move(what.token),
                  what.command,
                  std::move(what.target),
                  std::move(what.value)};
  if (!suspended_)
    transmits_.push_back({via, to, encode(message)});
}

void node::machine::respond(base::instant now, socket via, base::endpoint to,
                            std::uint16_t tid, answer what) {
  incoming_request pretended;
  pretended.message.tid = tid;
  pretended.from = to;
  pretended.via = via;
  reply(now, pretended, std::move(what));
}

std::optional<transmit> node::machine::poll_transmit() {
  if (auto out = requests_.poll_transmit())
    return out;
  if (transmits_.empty())
    return std::nullopt;
  auto out = std::move(transmits_.front());
  transmits_.pop_front();
  return out;
}

std::optional<base::instant> node::machine::poll_timeout() const {
  if (suspended_)
    return std::nullopt;
  std::optional<base::instant> out = upkeep_.next();
  keep_earliest(out, requests_.poll_timeout());
  keep_earliest(out, next_probe_);
  if (!delayed_.empty())
    keep_earliest(out, delayed_.begin()->first);
  return out;
}

std::optional<event> node::machine::poll_event() {
  if (events_.empty())
    return std::nullopt;
  auto out = std::move(events_.front());
  events_.pop_front();
  return out;
}

write_token node::machine::issue_token(const base::fixed_bytes<4>& host) {
  return tokens_.issue(host);
}

bool node::machine::check_token(const base::fixed_bytes<4>& host,
                                const write_token& what) const {
  return tokens_.accepts(host, what);
}

// -- suspension ---------------------------------------------------------------

void node::machine::suspend(base::instant now) {
  suspended_ = true;
  requests_.suspend();
  delayed_.clear();
  transmits_.clear();
  settle(now);
  HYPER_ASSERT(requests_.size() == 0);
}

void node::machine::resume(base::instant now) {
  if (!std::exchange(suspended_, false))
    return;
  requests_.resume();
  upkeep_.wake(now);
  wake();
  refresh(now);
  settle(now);
}

} // namespace hyper::dht
