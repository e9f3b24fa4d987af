#include "actors/discovery.hpp"

#include "actors/world/datagram_batch.hpp"
#include "net/udx/demux.hpp"

#include <array>

namespace hyper::actors {

discovery::discovery(handle::pointer self, dht::hyperdht_config how,
                     std::shared_ptr<network> net,
                     std::shared_ptr<base::entropy> chance)
    : self_(self), net_(std::move(net)), chance_(std::move(chance)),
      dht_(std::move(how), *chance_, now_of(self)) {}

discovery::handle::behavior_type discovery::make_behavior() {
  net_->start(self_);
  drain();
  return {
      [this](const arrived& what) { receive(what); },
      [this](const tick& what) {
        if (timer_.take(what))
          dht_.handle_timeout(now_of(self_));
        drain();
      },
      [this](const attach_swarm& what) { swarm_ = what.swarm; },
      [this](const dial_peer& wish) { dial(wish); },
      [this](const listen_under& wish) {
        dht_.listen(now_of(self_), wish.key);
        drain();
      },
      [this](const join_topic& wish) {
        dht_.join(now_of(self_), wish.topic, {wish.key, true});
        drain();
      },
      [this](const discovery_query&) {
        const auto& node = dht_.node();
        return discovery_status{node.node_count(), ready_, node.health()};
      },
      [this](const shut_down&) {
        dht_.close(now_of(self_));
        drain();
      },
  };
}

void discovery::receive(const arrived& what) {
  auto now = now_of(self_);
  for (std::size_t i = 0; i < what.batch->size(); ++i) {
    auto one = what.batch->at(i);
    auto stream = udx::stream_id_of(one.data);
    if (!stream)
      dht_.handle_datagram(now, one.via, one.from, one.data);
    else if (!dht_.handle_stream_packet(now, one.via, one.from, *stream,
                                        one.data))
      pass_on(*stream, one);
  }
  drain();
}

// A packet may stand right behind the datagram that has finished its stream's
// handshake: the news of the stream goes first, then the packet follows.
void discovery::pass_on(std::uint32_t stream, const datagram_batch::item& one) {
  drain();
  if (!swarm_ || !net_->is_taken(stream))
    return;
  self_->send(swarm_, arrived{one_datagram(one.via, one.from, one.data)});
}

void discovery::dial(const dial_peer& wish) {
  auto id = dht_.connect(now_of(self_), wish.self, wish.remote, wish.hints);
  dials_[id] = wish.dial;
  drain();
}

void discovery::drain() {
  flush();
  timer_.arm(self_, dht_.poll_timeout());
  while (auto event = dht_.poll_event())
    deliver(*event);
}

// All that is to leave through one socket, in one call.
void discovery::flush() {
  std::vector<dht::transmit> kept;
  while (auto out = dht_.poll_transmit())
    kept.push_back(std::move(*out));
  for (auto via : {dht::socket::server, dht::socket::client}) {
    std::vector<outgoing> batch;
    for (const auto& out : kept)
      if (out.via == via)
        batch.push_back({out.to, out.datagram});
    if (batch.empty())
      continue;
    note_sent(batch);
    net_->send(via, batch);
  }
}

// From here to the moment when the swarm has made a peer, packets of the
// stream go to the swarm; they queue behind the news of the stream.
void discovery::hand_over(std::uint32_t stream) {
  if (swarm_)
    net_->claim(stream, swarm_);
}

void discovery::deliver(dht::hyperdht_event& event) {
  if (auto* done = std::get_if<dht::connected>(&event)) {
    auto stream = done->link.local_stream;
    self_->send(swarm_,
                dial_ended{dials_[done->id], std::move(done->link), net_});
    dials_.erase(done->id);
    return hand_over(stream);
  }
  if (auto* failed = std::get_if<dht::connect_failed>(&event)) {
    self_->send(swarm_, dial_ended{dials_[failed->id], failed->why, net_});
    dials_.erase(failed->id);
    return;
  }
  if (std::holds_alternative<dht::ready>(event))
    ready_ = true;
  if (std::holds_alternative<dht::closed>(event)) {
    net_->stop();
    return self_->quit();
  }
  if (!swarm_)
    return;
  std::optional<std::uint32_t> stream;
  if (auto* in = std::get_if<dht::accepted>(&event))
    stream = in->link.local_stream;
  self_->send(swarm_, discovery_news{std::move(event), net_});
  if (stream)
    hand_over(*stream);
}

} // namespace hyper::actors
