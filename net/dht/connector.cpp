#include "net/dht/connector.hpp"

#include "net/dht/commands.hpp"
#include "net/dht/peer_record.hpp"

#include <algorithm>
#include <limits>

namespace hyper::dht {

namespace {

base::hash32 prologue() {
  return base::namespace_constant("hyperswarm/dht", 0);
}

call find_call(const base::hash32& target) {
  return {code_of(command::find_peer), target, {}, std::nullopt};
}

bool has_usable_stream(const noise_payload& payload) {
  return payload.stream &&
         payload.stream->id <= std::numeric_limits<std::uint32_t>::max();
}

} // namespace

connector::connector(workplace& where, early_streams& streams,
                     const surroundings& around, connect_wish what,
                     base::instant now)
    : errand(where), streams_(streams), around_(around), wish_(std::move(what)),
      target_(target_of(wish_.remote)), stream_(streams.claim(*this)),
      handshake_(noise::pattern::ik, noise::role::initiator,
                 noise::make_static(wish_.self), prologue(), wish_.remote),
      deadline_(now + connect_time_max) {
  if (wish_.announcer)
    add_candidate(now, *wish_.announcer);
  if (phase_ == phase::done)
    return;
  if (wish_.hints.empty())
    search_everywhere(now);
  else
    search_hints(now);
}

connector::~connector() {
  streams_.release(stream_);
}

void connector::search_hints(base::instant now) {
  query_options how;
  for (const auto& hint : wish_.hints)
    if (is_sendable(hint) && how.start.size() < candidates_max)
      how.start.push_back(hint);
  how.only_these = true;
  how.retries = 1;
  head_start_ = now + hints_head_start;
  hints_query_ = search(now, find_call(target_), how);
}

void connector::search_everywhere(base::instant now) {
  head_start_.reset();
  if (std::exchange(asked_everywhere_, true))
    return;
  query_options how;
  how.retries = plain_retries;
  query_ = search(now, find_call(target_), how);
}

void connector::handle(base::instant now, const query_reply& what) {
  if (what.value.empty())
    return;
  auto record = decode_peer_record(what.value);
  if (record.ok() && record->key == wish_.remote)
    add_candidate(now, what.from);
  else
    ++at().stats.bad_replies;
}

void connector::handle(base::instant now, const query_done& what) {
  if (what.id == hints_query_) {
    hints_query_.reset();
  } else {
    HYPER_ASSERT(what.id == query_);
    query_.reset();
  }
  go_on_reaching(now);
}

void connector::add_candidate(base::instant now, const base::endpoint& relay) {
  if (!is_sendable(relay) || tried_.size() == candidates_max ||
      std::find(tried_.begin(), tried_.end(), relay) != tried_.end())
    return;
  tried_.push_back(relay);
  candidates_.push_back(relay);
  HYPER_ASSERT(candidates_.size() <= tried_.size());
  send_handshakes(now);
}

void connector::send_handshakes(base::instant now) {
  HYPER_ASSERT(phase_ == phase::reaching);
  while (!candidates_.empty() && handshakes_.size() < handshakes_parallel) {
    auto relay = candidates_.front();
    candidates_.pop_front();
    if (message_.empty() && !write_message())
      return fail(connect_failure::no_answer);
    call what{
        code_of(command::peer_handshake), target_,
        encode(handshake_envelope{relay_mode::from_client, message_, {}, {}}),
        std::nullopt};
    handshakes_[ask(now, relay, std::move(what))] = relay;
  }
}

/// False: the peer's key is no sound point, nobody can hold it.
bool connector::write_message() {
  HYPER_ASSERT(handshake_.our_turn() && message_.empty());
  auto self = around_.presence();
  noise_payload payload;
  payload.firewall = self.open ? firewall::open : firewall::unknown;
  payload.addresses4 = self.addresses();
  payload.stream = stream_info{1, false, stream_, 0};
  payload.secret_stream = 1;
  claimed_open_ = self.open;
  auto message = handshake_.write(at().chance, encode(payload));
  if (!message)
    return false;
  message_ = std::move(message).value();
  return true;
}

void connector::handle(base::instant now, const answered& what) {
  if (auto ping = pings_.find(what.id); ping != pings_.end()) {
    HYPER_ASSERT(phase_ == phase::local);
    return connect(socket::server, ping->second);
  }
  auto found = handshakes_.find(what.id);
  HYPER_ASSERT(found != handshakes_.end());
  auto relay = found->second;
  handshakes_.erase(found);
  handle_handshake(now, relay, what);
}

void connector::handle(base::instant now, const failed& what) {
  if (handshakes_.erase(what.id) != 0) {
    send_handshakes(now);
    return go_on_reaching(now);
  }
  pings_.erase(what.id);
  if (phase_ == phase::local && pings_.empty())
    fail(connect_failure::no_way);
}

void connector::handle_handshake(base::instant now, const base::endpoint& relay,
                                 const answered& what) {
  auto read = read_message(relay, what);
  if (!read) {
    // The relay does not know the peer, or lies; others may do better.
    if (!what.message.value.empty())
      ++at().stats.bad_replies;
    send_handshakes(now);
    return go_on_reaching(now);
  }
  const auto& payload = read->payload;
  if (payload.version != 1)
    return fail(connect_failure::incompatible);
  if (payload.error != peer_error::none || !has_usable_stream(payload))
    return fail(connect_failure::refused);
  agree(now, std::move(*read));
}

/// On a copy of the handshake, so that a forged answer costs nothing.
std::optional<connector::agreement>
connector::read_message(const base::endpoint& relay, const answered& what) {
  auto envelope = decode_handshake_envelope(what.message.value);
  if (!envelope || envelope->mode != relay_mode::reply ||
      envelope->noise.empty())
    return std::nullopt;
  auto copy = handshake_;
  auto plain = copy.read(envelope->noise);
  if (!plain)
    return std::nullopt;
  auto payload = decode_noise_payload(*plain);
  if (!payload)
    return std::nullopt;
  HYPER_ASSERT(copy.finished());
  return agreement{copy.outcome(), *payload,        relay,
                   envelope->peer, what.message.to, what.via};
}

/// Decides the way; the order is that of the original.
void connector::agree(base::instant now, agreement what) {
  HYPER_ASSERT(phase_ == phase::reaching && !agreement_);
  hang_up();
  handshakes_.clear();
  candidates_.clear();
  hints_query_.reset();
  query_.reset();
  head_start_.reset();
  agreement_ = std::move(what);
  const auto& agreed = *agreement_;
  working_relays_ = agreed.payload.relays.value_or(address_list{agreed.relay});
  if (streams_.has_arrivals(stream_))
    return connect(socket::server, {});
  if (!agreed.peer)
    return connect(agreed.via, agreed.relay);
  if (auto address = open_address())
    return connect(around_.sending_socket(), *address);
  if (claimed_open_) {
    phase_ = phase::passive;
    deadline_ = std::min(deadline_, now + passive_wait_max);
    return;
  }
  if (is_on_our_host() && around_.tries_local_addresses())
    return try_local(now);
  fail(connect_failure::no_way);
}

/// Where to send to a peer that can be reached by everybody: an address that it
/// names, else where its relay sees it.
std::optional<base::endpoint> connector::open_address() const {
  HYPER_ASSERT(agreement_ && agreement_->peer);
  const auto& payload = agreement_->payload;
  auto can_be_punched = payload.punch && !payload.punch->relays.empty();
  if (payload.firewall != firewall::open && can_be_punched)
    return std::nullopt;
  for (const auto& address : payload.addresses4)
    if (!is_bogon(address.host) && is_sendable(address))
      return address;
  if (!is_sendable(*agreement_->peer))
    return std::nullopt;
  return agreement_->peer;
}

bool connector::is_on_our_host() const {
  return agreement_->peer->host == agreement_->self.host;
}

/// All addresses at once, the first answer wins: an interface that is listed
/// but does not lead to the peer, a container bridge say, costs nothing.
void connector::try_local(base::instant now) {
  HYPER_ASSERT(pings_.empty() && agreement_ && agreement_->peer);
  phase_ = phase::local;
  auto addresses =
      local_candidates(around_.presence().local_addresses,
                       agreement_->payload.addresses4, agreement_->peer->host);
  for (const auto& address : addresses)
    pings_[ask(now, address, {internal::ping, {}, {}, {}})] = address;
  if (pings_.empty())
    fail(connect_failure::no_way);
}

void connector::handle_first_packet(base::instant, std::uint32_t id) {
  HYPER_ASSERT(id == stream_);
  if (agreement_)
    connect(socket::server, {});
}

/// Packets that have arrived say better where the peer is than any plan.
void connector::connect(socket via, base::endpoint remote) {
  HYPER_ASSERT(agreement_ && phase_ != phase::done);
  hang_up();
  pings_.clear();
  phase_ = phase::done;
  HYPER_ASSERT(has_usable_stream(agreement_->payload));
  dht::link way;
  way.session = agreement_->session;
  way.local_stream = stream_;
  way.remote_stream =
      static_cast<std::uint32_t>(agreement_->payload.stream->id);
  way.via = via;
  way.remote = remote;
  if (auto got = streams_.take(stream_)) {
    way.via = got->via;
    way.remote = got->from;
    way.early = std::move(got->packets);
  }
  tell(connected{wish_.id, std::move(way)});
}

/// Asks everybody, or gives up, when nothing is under way any more.
void connector::go_on_reaching(base::instant now) {
  if (phase_ != phase::reaching || hints_query_ || query_ ||
      !handshakes_.empty() || !candidates_.empty())
    return;
  if (!asked_everywhere_)
    return search_everywhere(now);
  fail(tried_.empty() ? connect_failure::not_found
                      : connect_failure::no_answer);
}

void connector::fail(connect_failure why) {
  HYPER_ASSERT(phase_ != phase::done);
  hang_up();
  handshakes_.clear();
  pings_.clear();
  candidates_.clear();
  phase_ = phase::done;
  tell(connect_failed{wish_.id, why});
}

void connector::handle_timeout(base::instant now) {
  if (now >= deadline_)
    return fail(phase_ == phase::reaching ? connect_failure::no_answer
                                          : connect_failure::timed_out);
  if (head_start_ && now >= *head_start_)
    search_everywhere(now);
}

std::optional<base::instant> connector::poll_timeout() const {
  if (phase_ == phase::done)
    return std::nullopt;
  return head_start_ ? std::min(*head_start_, deadline_) : deadline_;
}

} // namespace hyper::dht
