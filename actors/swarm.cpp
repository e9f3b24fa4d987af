#include "actors/swarm.hpp"

#include "actors/peer.hpp"
#include "actors/world/datagram_batch.hpp"
#include "net/udx/demux.hpp"

#include <algorithm>
#include <utility>

namespace hyper::actors {

swarm::swarm(handle::pointer self, swarm_config how, discovery_handle discovery,
             discovery_handle doors)
    : self_(self), config_(std::move(how)), discovery_(std::move(discovery)),
      doors_(std::move(doors)),
      dialer_(config_.self.pub, *config_.peers.chance) {
  if (config_.call)
    server_.emplace(now_of(self_));
}

swarm::handle::behavior_type swarm::make_behavior() {
  start();
  return {
      [this](const arrived& what) { forward(what); },
      [this](const tick& what) {
        if (timer_.take(what))
          dialer_.handle_timeout(now_of(self_));
        dial_more();
      },
      [this](dial_ended& end) { end_dial(end); },
      [this](discovery_news& news) { hear(news); },
      [this](const peer_proven& news) { note_proven(news.peer); },
      [this](const peer_silent& news) { note_silent(news.peer); },
      [this](const swarm_query&) {
        return swarm_status{connections_.size(), dialer_.known(), looked_};
      },
      [this](const wait_until_announced&) { return wait_for_announcements(); },
      [this](const shut_down&) { stop(); },
  };
}

void swarm::start() {
  self_->set_down_handler([this](caf::down_msg& down) { end(down); });
  self_->send(discovery_, attach_swarm{self_});
  if (config_.meet_readers)
    unannounced_ = {dht::target_of(config_.self.pub), config_.topic};
  if (config_.serve) {
    unannounced_.insert(dht::target_of(config_.serve->pub));
    self_->send(discovery_, listen_under{*config_.serve});
  }
  if (doors_) {
    self_->send(doors_, attach_swarm{self_});
    if (config_.serve)
      self_->send(doors_, listen_under{*config_.serve});
  }
  if (config_.meet_readers) {
    self_->send(discovery_, listen_under{config_.self});
    self_->send(discovery_, join_topic{config_.topic, config_.self});
  }
  dial_more();
}

// Packets that came between the handshake and the birth of the peer.
void swarm::forward(const arrived& what) {
  for (std::size_t i = 0; i < what.batch->size(); ++i) {
    auto [via, from, data] = what.batch->at(i);
    auto stream = udx::stream_id_of(data);
    auto found = stream ? streams_.find(*stream) : streams_.end();
    if (found == streams_.end())
      continue;
    self_->send(connections_.at(found->second).actor,
                arrived{one_datagram(via, from, data)});
  }
}

void swarm::hear(discovery_news& news) {
  if (auto* in = std::get_if<dht::accepted>(&news.what)) {
    auto called = config_.serve && config_.serve->pub == in->listening;
    adopt(std::move(in->link), news.over,
          called ? purpose::serve : purpose::replicate, false);
  } else if (auto* found = std::get_if<dht::peer_found>(&news.what)) {
    dialer_.found(now_of(self_), found->peer.key, found->peer.relays);
  } else if (auto* done = std::get_if<dht::lookup_done>(&news.what)) {
    looked_ = looked_ || done->nodes > 0;
  } else if (auto* told = std::get_if<dht::announced>(&news.what)) {
    if (told->nodes > 0)
      note_announced(told->target);
  }
  dial_more();
}

void swarm::note_announced(const base::hash32& target) {
  unannounced_.erase(target);
  if (!unannounced_.empty())
    return;
  for (auto& one : std::exchange(waiting_, {}))
    one.deliver(announced_everything{});
}

caf::result<announced_everything> swarm::wait_for_announcements() {
  auto promise = self_->make_response_promise<announced_everything>();
  if (unannounced_.empty())
    return promise.deliver(announced_everything{});
  waiting_.push_back(promise);
  return promise;
}

void swarm::end_dial(dial_ended& end) {
  auto found = dials_.find(end.dial);
  if (found == dials_.end())
    return;
  auto which = found->second;
  dials_.erase(found);
  if (auto* way = std::get_if<dht::link>(&end.outcome)) {
    if (which.why == purpose::call)
      server_->opened();
    else
      dialer_.opened(now_of(self_), which.remote);
    adopt(std::move(*way), end.over, which.why, true);
  } else {
    note_failed(which);
  }
  dial_more();
}

void swarm::note_failed(const dial& which) {
  if (which.why == purpose::call)
    server_->failed(now_of(self_));
  else
    dialer_.failed(now_of(self_), which.remote);
}

void swarm::dial_more() {
  if (stopping_)
    return;
  auto now = now_of(self_);
  if (server_ && server_->take(now))
    send_dial(purpose::call, config_.call->server, {});
  while (auto next = dialer_.poll_dial())
    send_dial(purpose::replicate, next->key, std::move(next->relays));
  timer_.arm(self_, dialer_.poll_timeout());
  if (server_)
    timer_.arm(self_, server_->poll_timeout());
}

void swarm::send_dial(purpose why, const base::public_key& remote,
                      dht::address_list hints) {
  auto id = next_dial_++;
  dials_[id] = {why, remote};
  const auto& key =
      why == purpose::call ? config_.call->identity : config_.self;
  self_->send(discovery_, dial_peer{id, key, remote, std::move(hints)});
}

void swarm::adopt(dht::link&& link, const std::shared_ptr<network>& over,
                  purpose why, bool dialed) {
  if (stopping_ || connections_.size() >= connections_max)
    return over->release(link.local_stream, std::nullopt);
  auto id = next_peer_++;
  auto stream = link.local_stream;
  auto remote = link.session.remote;
  peer_purpose what;
  what.serve_calls = why == purpose::serve;
  what.make_calls = why == purpose::call;
  what.open_replication = why != purpose::serve;
  if (what.serve_calls)
    what.rpc_id = config_.serve->pub;
  if (what.make_calls)
    what.rpc_id = config_.call->server;
  auto actor =
      spawn_state<peer, caf::monitored>(*self_, id, std::move(link), over, what,
                                        config_.peers, swarm::handle{self_});
  actors_[actor.id()] = id;
  if (over->carries() == transport::carrier::datagrams)
    streams_[stream] = id;
  connections_[id] = {actor, over, why, remote, stream, dialed, false};
  over->claim(stream, actor);
  if (why == purpose::call)
    replace_server(id);
}

void swarm::note_proven(peer_id who) {
  auto found = connections_.find(who);
  if (found == connections_.end())
    return;
  auto& one = found->second;
  one.proven = true;
  if (one.why != purpose::replicate || one.dialed)
    return;
  dialer_.accepted(now_of(self_), one.remote);
  settle_duplicate(who);
}

// The server may have been restarted: look for it, and keep the old connection
// until there is a new one.
void swarm::note_silent(peer_id who) {
  auto found = connections_.find(who);
  if (found == connections_.end() || found->second.why != purpose::call)
    return;
  look_for_server();
  dial_more();
}

void swarm::look_for_server() {
  auto calls = [](const auto& entry) {
    return entry.second.why == purpose::call;
  };
  if (std::ranges::none_of(dials_, calls))
    server_->failed(now_of(self_));
}

// The newest connection to the server is the one that counts.
void swarm::replace_server(peer_id newest) {
  for (const auto& [id, one] : connections_)
    if (id != newest && one.why == purpose::call)
      self_->send(one.actor, hang_up{"replaced"});
}

// Asked by the side that accepted the second connection, and only once the
// arriving one has proven its key: a replayed handshake displaces nobody.
void swarm::settle_duplicate(peer_id arriving) {
  auto existing = other_connection(arriving);
  if (!existing)
    return;
  auto& older = connections_.at(*existing);
  auto& newer = connections_.at(arriving);
  std::uint64_t carried = older.proven ? 1 : 0;
  auto stays =
      hyper::swarm::choose(config_.self.pub, newer.remote, carried, carried);
  auto& loser = stays == hyper::swarm::survivor::arriving ? older : newer;
  self_->send(loser.actor, hang_up{"duplicate connection"});
}

std::optional<peer_id> swarm::other_connection(peer_id than) const {
  const auto& remote = connections_.at(than).remote;
  for (const auto& [id, one] : connections_)
    if (id != than && one.why == purpose::replicate && one.remote == remote)
      return id;
  return std::nullopt;
}

bool swarm::calls_server() const {
  return std::ranges::any_of(connections_, [](const auto& entry) {
    return entry.second.why == purpose::call;
  });
}

bool swarm::is_connected_to(const base::public_key& remote) const {
  return std::ranges::any_of(connections_, [&](const auto& entry) {
    return entry.second.why == purpose::replicate &&
           entry.second.remote == remote;
  });
}

// However a peer ends, with or without a word: everything of it is let go.
void swarm::end(const caf::down_msg& down) {
  auto found = actors_.find(down.source.id());
  if (found == actors_.end())
    return;
  auto id = found->second;
  actors_.erase(found);
  auto one = connections_.at(id);
  connections_.erase(id);
  if (one.over->carries() == transport::carrier::datagrams)
    streams_.erase(one.stream);
  tell_gone(id, one);
  if (one.why == purpose::call && !calls_server())
    look_for_server();
  else if (one.why == purpose::replicate && !is_connected_to(one.remote))
    dialer_.closed(now_of(self_), one.remote);
  if (stopping_ && connections_.empty())
    return self_->quit();
  dial_more();
}

void swarm::tell_gone(peer_id id, const connection& one) {
  const auto& peers = config_.peers;
  one.over->release(one.stream, std::nullopt);
  self_->send(peers.index, peer_gone{id});
  if (peers.replica)
    self_->send(peers.replica, peer_gone{id});
  if (peers.dispatcher)
    self_->send(peers.dispatcher, peer_gone{id});
  if (peers.caller)
    self_->send(peers.caller, peer_gone{id});
}

void swarm::stop() {
  stopping_ = true;
  for (const auto& [id, one] : connections_)
    self_->send(one.actor, hang_up{"shutting down"});
  if (connections_.empty())
    self_->quit();
}

} // namespace hyper::actors
