#include "net/peer/connection.hpp"

#include <algorithm>
#include <utility>

namespace hyper::peer {

namespace {

constexpr std::string_view replication_protocol = "hypercore/alpha";
constexpr std::string_view replication_alias = "hypercore";

replication::stream_role role_of(const noise::session& session) {
  return session.is_initiator ? replication::stream_role::initiator
                              : replication::stream_role::responder;
}

} // namespace

connection::connection(connection_config how, base::entropy& chance,
                       base::instant now)
    : config_(std::move(how)), link_(config_.link, chance, now) {
  if (config_.rpc)
    open_rpc();
  if (config_.replication) {
    auto& offered = link_.channels().offered();
    offered.alias(std::string{replication_alias},
                  std::string{replication_protocol});
    offered.add(std::string{replication_protocol},
                config_.replication->discovery_key);
    if (config_.replication->open_at_once)
      open_replication(now);
  }
  work(now);
}

void connection::open_rpc() {
  auto on = link_.channels().open(rpc::protocol_name, config_.rpc->id);
  if (on)
    rpc_.emplace(link_.channels(), *on);
}

// Our open carries the proof that we know the log's key.
void connection::open_replication(base::instant) {
  const auto& log = *config_.replication;
  const auto& session = config_.link.session;
  replication_.emplace(
      replication::channel_config{log.log_key, session.handshake_hash,
                                  role_of(session), log.downloading},
      log.head, log.blocks);
  auto on = link_.channels().open(replication_protocol, log.discovery_key,
                                  replication_->handshake());
  if (on)
    replication_channel_ = *on;
  else
    replication_.reset();
}

void connection::handle_packet(base::instant now, const base::endpoint& from,
                               base::bytes_view packet) {
  link_.handle_packet(now, from, packet);
  work(now);
}

void connection::handle_timeout(base::instant now) {
  link_.handle_timeout(now);
  if (rpc_)
    rpc_->handle_timeout(now);
  if (replication_)
    replication_->handle_timeout(now);
  work(now);
}

base::result<rpc::request_id> connection::call(base::instant now,
                                               std::string_view method,
                                               base::bytes_view value) {
  if (!rpc_)
    return base::error{base::errc::closed, "rpc: the channel is closed"};
  auto id = rpc_->request(now, method, value, std::nullopt);
  work(now);
  return id;
}

void connection::answer(base::instant now, rpc::call_id call,
                        base::bytes_view value) {
  if (!rpc_)
    return;
  rpc_->answer(call, value);
  unsent_.push_back(call);
  work(now);
}

void connection::refuse(base::instant now, rpc::call_id call,
                        const rpc::remote_error& why) {
  if (!rpc_)
    return;
  rpc_->refuse(call, why);
  unsent_.push_back(call);
  work(now);
}

replication::channel* connection::replication() {
  return replication_ && replication_->is_open() ? &*replication_ : nullptr;
}

void connection::announce(base::instant now, replication::head head,
                          replication::block_range stored) {
  if (!config_.replication)
    return;
  config_.replication->head = head;
  config_.replication->blocks.insert(stored);
  // One that waits for the remote's half of the opening was made before this.
  if (replication_)
    replication_->announce(now, head, stored);
  work(now);
}

void connection::end(base::instant now) {
  flush(now);
  link_.end(now);
  work(now);
}

void connection::destroy(base::instant now, std::string why) {
  link_.destroy(now, std::move(why));
  work(now);
}

std::optional<base::instant> connection::poll_timeout() const {
  auto due = link_.poll_timeout();
  auto sooner = [&due](std::optional<base::instant> other) {
    if (other && (!due || *other < *due))
      due = other;
  };
  if (rpc_)
    sooner(rpc_->poll_timeout());
  if (replication_)
    sooner(replication_->poll_timeout());
  return due;
}

std::optional<event> connection::poll_event() {
  if (events_.empty())
    return std::nullopt;
  auto next = std::move(events_.front());
  events_.pop_front();
  return next;
}

// Everything that has arrived goes up, then everything that is to leave down.
void connection::work(base::instant now) {
  while (auto event = link_.poll_event(now)) {
    std::visit([this, now](const auto& what) { handle(now, what); }, *event);
    take_rpc_events(now);
    take_replication_events();
  }
  take_rpc_events(now);
  take_replication_events();
  flush(now);
}

void connection::flush(base::instant now) {
  auto offset = link_.flush(now);
  while (replication_channel_ && replication_ && link_.has_room()) {
    auto out = replication_->poll_transmit();
    if (!out)
      break;
    // What is ready leaves as one batch, one frame of the secret stream.
    link_.channels().cork();
    for (; out; out = link_.batch_has_room() ? replication_->poll_transmit()
                                             : std::nullopt)
      check(now, link_.channels().send(*replication_channel_, out->type,
                                       out->payload));
    link_.channels().uncork();
    offset = link_.flush(now);
  }
  if (link_.channels().queued_bytes() > 0)
    return;
  for (auto call : std::exchange(unsent_, {}))
    answers_.push_back({offset, call});
}

void connection::handle(base::instant, const proven& what) {
  events_.emplace_back(what);
}

void connection::handle(base::instant, const silent& what) {
  events_.emplace_back(what);
}

void connection::handle(base::instant, const acknowledged& what) {
  while (!answers_.empty() && answers_.front().offset <= what.offset) {
    events_.emplace_back(answer_delivered{answers_.front().call});
    answers_.pop_front();
  }
}

void connection::handle(base::instant now, const mux::incoming& what) {
  // Only the log's channel is offered to us; a second one is not paired.
  if (replication_)
    return link_.channels().reject(what.wanted);
  open_replication(now);
}

void connection::handle(base::instant now, const mux::opened& what) {
  if (rpc_ && what.on == rpc_->channel()) {
    events_.emplace_back(rpc_opened{});
  } else if (replication_ && what.on == replication_channel_) {
    check(now, replication_->handle_open(now, what.handshake));
    if (replication_->is_open())
      events_.emplace_back(replication_opened{});
  }
}

void connection::handle(base::instant now, const mux::message& what) {
  if (rpc_ && what.on == rpc_->channel())
    rpc_->handle_message(what);
  else if (replication_ && what.on == replication_channel_)
    check(now, replication_->handle_message(now, what.type, what.payload));
}

void connection::handle(base::instant now, const mux::closed& what) {
  if (rpc_ && what.on == rpc_->channel()) {
    rpc_->handle_closed();
    take_rpc_events(now);
    rpc_.reset();
    events_.emplace_back(rpc_closed{});
  } else if (replication_ && what.on == replication_channel_) {
    replication_->handle_close(now);
    replication_.reset();
    replication_channel_.reset();
    events_.emplace_back(replication_closed{});
  }
}

void connection::handle(base::instant, const closed& what) {
  events_.emplace_back(what);
}

void connection::take_rpc_events(base::instant now) {
  while (rpc_) {
    auto event = rpc_->poll_event();
    if (!event)
      return;
    if (auto* in = std::get_if<rpc::called>(&*event))
      events_.emplace_back(std::move(*in));
    else if (auto* back = std::get_if<rpc::answered>(&*event))
      events_.emplace_back(std::move(*back));
    else if (auto* broken = std::get_if<rpc::failed>(&*event))
      link_.destroy(now, "rpc: " + broken->reason.message);
  }
}

void connection::take_replication_events() {
  if (!replication_)
    return;
  while (auto event = replication_->poll_event())
    events_.emplace_back(std::move(*event));
}

// What a channel calls an error ends the whole connection, as in the original.
void connection::check(base::instant now, const base::status& outcome) {
  if (!outcome)
    link_.destroy(now, outcome.failure().message);
}

} // namespace hyper::peer
