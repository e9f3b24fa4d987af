#include "net/dht/listener.hpp"

#include "net/dht/commands.hpp"
#include "net/dht/punch_payload.hpp"

#include <limits>

namespace hyper::dht {

namespace {

base::hash32 prologue() {
  return base::namespace_constant("hyperswarm/dht", 0);
}

/// What is wrong with a payload that a peer has authenticated.
peer_error error_of(const noise_payload& client) {
  if (client.version != 1)
    return peer_error::version_mismatch;
  if (!client.stream ||
      client.stream->id > std::numeric_limits<std::uint32_t>::max())
    return peer_error::aborted;
  return peer_error::none;
}

} // namespace

listener::listener(workplace& where, early_streams& streams,
                   const base::key_pair& key,
                   std::function<bool(const base::public_key&)> refuses)
    : at_(where), streams_(streams), key_(noise::make_static(key)),
      refuses_(std::move(refuses)) {}

listener::~listener() {
  for (const auto& [stream, key] : by_stream_)
    streams_.release(stream);
}

std::optional<base::bytes> listener::handle_handshake(
    base::instant now, const handshake_arrival& arrived, const presence& self,
    const std::vector<punch_relay>& relays, socket sending) {
  auto name = base::blake2b(arrived.envelope.noise);
  auto found = slots_.find(name);
  if (found == slots_.end()) {
    auto host = arrived.envelope.peer.value_or(arrived.from).host;
    if (!has_room(host)) {
      ++at_.stats.handshakes_at_limit;
      return std::nullopt;
    }
    found = open_slot(now, name, host);
    read(now, arrived, self, relays, sending, found->second);
    if (found->second.state == state::half_open)
      by_stream_[found->second.local_stream] = name;
  } else {
    ++at_.stats.handshakes_repeated;
  }
  if (found->second.answer.empty())
    return std::nullopt;
  return found->second.answer;
}

listener::slots::iterator listener::open_slot(base::instant now,
                                              const base::hash32& name,
                                              const ipv4_host& host) {
  HYPER_ASSERT(slots_.count(name) == 0 && slots_.size() < half_open_max);
  slot fresh;
  fresh.host = host;
  fresh.until = now + half_open_time_max;
  fresh.number = take_number();
  by_number_[fresh.number] = name;
  by_age_.push_back(name);
  ++hosts_[host];
  HYPER_ASSERT(by_age_.size() == by_number_.size());
  return slots_.emplace(name, std::move(fresh)).first;
}

bool listener::has_room(const ipv4_host& host) const {
  auto counted = hosts_.find(host);
  return slots_.size() < half_open_max &&
         (counted == hosts_.end() || counted->second < half_open_per_host_max);
}

/// Message 1 in, message 2 out. Leaves the slot refused, without an answer,
/// when the message is not worth one.
void listener::read(base::instant, const handshake_arrival& arrived,
                    const presence& self,
                    const std::vector<punch_relay>& relays, socket sending,
                    slot& into) {
  HYPER_ASSERT(into.state == state::refused && into.answer.empty());
  ++at_.stats.handshakes;
  noise::handshake handshake{noise::pattern::ik, noise::role::responder, key_,
                             prologue()};
  auto plain = handshake.read(arrived.envelope.noise);
  auto client = plain ? decode_noise_payload(*plain)
                      : base::result<noise_payload>{plain.failure()};
  if (!client || !is_welcome(*handshake.remote_key())) {
    ++at_.stats.handshakes_refused;
    return;
  }
  auto error = error_of(*client);
  if (error == peer_error::none)
    into.local_stream = streams_.claim(*this);
  auto payload = encode(answer_to(*client, self, relays, into));
  auto answer = handshake.write(at_.chance, payload);
  if (!answer) {
    ++at_.stats.handshakes_refused;
    streams_.release(into.local_stream);
    return;
  }
  HYPER_ASSERT(handshake.finished());
  into.answer = std::move(answer).value();
  into.session = handshake.outcome();
  if (error != peer_error::none)
    return;
  into.state = state::half_open;
  into.remote_stream = static_cast<std::uint32_t>(client->stream->id);
  auto is_direct = !arrived.envelope.peer.has_value();
  if (is_direct)
    hand_on(into, arrived.via, arrived.from);
  else if (client->firewall == firewall::open &&
           is_sendable(*arrived.envelope.peer))
    hand_on(into, sending, *arrived.envelope.peer);
}

bool listener::is_welcome(const base::public_key& remote) const {
  return remote != key_.pair.pub && !(refuses_ && refuses_(remote));
}

noise_payload listener::answer_to(const noise_payload& client,
                                  const presence& self,
                                  const std::vector<punch_relay>& relays,
                                  const slot& into) const {
  noise_payload payload;
  payload.error = error_of(client);
  payload.firewall = self.open ? firewall::open : firewall::unknown;
  payload.stream = stream_info{1, false, into.local_stream, 0};
  payload.secret_stream = 1;
  if (payload.error != peer_error::none)
    return payload;
  payload.addresses4 = self.addresses();
  if (!self.open)
    payload.punch = punch_info{into.number, relays};
  address_list known;
  if (self.public_address)
    known.push_back(*self.public_address);
  for (const auto& one : relays)
    if (known.size() < relay_addresses_max)
      known.push_back(one.relay);
  if (!known.empty())
    payload.relays = std::move(known);
  return payload;
}

void listener::handle_first_packet(base::instant, std::uint32_t id) {
  auto found = by_stream_.find(id);
  HYPER_ASSERT(found != by_stream_.end());
  auto& which = slots_.at(found->second);
  HYPER_ASSERT(which.local_stream == id);
  by_stream_.erase(found);
  hand_on(which, socket::server, {});
}

/// The way is known: the stream is no longer ours. What has arrived on it says
/// better where the peer is.
void listener::hand_on(slot& which, socket via, const base::endpoint& remote) {
  HYPER_ASSERT(which.state == state::half_open);
  which.state = state::connected;
  dht::link way;
  way.session = which.session;
  way.local_stream = which.local_stream;
  way.remote_stream = which.remote_stream;
  way.via = via;
  way.remote = remote;
  if (auto got = streams_.take(which.local_stream)) {
    way.via = got->via;
    way.remote = got->from;
    way.early = std::move(got->packets);
  }
  at_.events.push_back(accepted{key_.pair.pub, std::move(way)});
}

std::optional<base::bytes>
listener::handle_punch(const punch_envelope& arrived) {
  auto found = by_number_.find(arrived.id);
  if (found == by_number_.end())
    return std::nullopt;
  const auto& which = slots_.at(found->second);
  if (which.state == state::refused)
    return std::nullopt;
  auto secret = punch_secret(which.session.handshake_hash);
  auto request = open_punch(secret, arrived.payload);
  if (!request)
    return std::nullopt;
  ++at_.stats.punches_aborted;
  punch_payload answer;
  answer.error = peer_error::aborted;
  answer.round = std::min(request->round, punch_round_limit - 1);
  return seal_punch(secret, at_.chance.array<24>(), answer);
}

void listener::handle_timeout(base::instant now) {
  while (!by_age_.empty()) {
    auto oldest = slots_.find(by_age_.front());
    HYPER_ASSERT(oldest != slots_.end());
    if (oldest->second.until > now)
      return;
    by_age_.pop_front();
    forget(oldest);
  }
}

std::optional<base::instant> listener::poll_timeout() const {
  if (by_age_.empty())
    return std::nullopt;
  return slots_.at(by_age_.front()).until;
}

/// The lowest that is free: the original keeps its slots in a list.
std::uint64_t listener::take_number() {
  if (free_numbers_.empty())
    return slots_.size();
  return free_numbers_.extract(free_numbers_.begin()).value();
}

void listener::forget(slots::iterator which) {
  auto& gone = which->second;
  if (gone.state == state::half_open) {
    ++at_.stats.handshakes_expired;
    by_stream_.erase(gone.local_stream);
    streams_.release(gone.local_stream);
  }
  by_number_.erase(gone.number);
  free_numbers_.insert(gone.number);
  auto counted = hosts_.find(gone.host);
  HYPER_ASSERT(counted != hosts_.end() && counted->second > 0);
  if (--counted->second == 0)
    hosts_.erase(counted);
  slots_.erase(which);
  if (slots_.empty())
    free_numbers_.clear();
}

void listener::check_invariant() const {
  HYPER_ASSERT(slots_.size() == by_number_.size());
  HYPER_ASSERT(slots_.size() == by_age_.size());
  HYPER_ASSERT(slots_.size() <= half_open_max);
  std::size_t half_open = 0;
  for (const auto& [name, one] : slots_) {
    HYPER_ASSERT(by_number_.at(one.number) == name);
    HYPER_ASSERT(one.state == state::refused || !one.answer.empty());
    half_open += one.state == state::half_open ? 1 : 0;
  }
  HYPER_ASSERT(half_open == by_stream_.size());
  std::size_t counted = 0;
  for (const auto& [host, count] : hosts_) {
    HYPER_ASSERT(count > 0 && count <= half_open_per_host_max);
    counted += count;
  }
  HYPER_ASSERT(counted == slots_.size());
}

} // namespace hyper::dht
