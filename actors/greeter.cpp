#include "actors/greeter.hpp"

#include "actors/world/datagram_batch.hpp"

#include <algorithm>
#include <utility>

namespace hyper::actors {

using transport::frame_kind;

greeter::greeter(handle::pointer self, greeter_config how,
                 std::shared_ptr<network> net,
                 std::shared_ptr<base::entropy> chance)
    : self_(self), config_(std::move(how)), net_(std::move(net)),
      chance_(std::move(chance)) {}

greeter::handle::behavior_type greeter::make_behavior() {
  net_->start(self_);
  return {
      [this](const arrived& what) { receive(what); },
      [this](const tick& what) {
        if (timer_.take(what))
          look_at_clock();
      },
      [this](const attach_swarm& what) { swarm_ = what.swarm; },
      [this](const dial_peer& wish) { dial(wish); },
      [this](const listen_under& wish) { key_ = noise::make_static(wish.key); },
      [](const join_topic&) {},
      [](const discovery_query&) {
        discovery_status out;
        out.ready = true;
        return out;
      },
      [this](const shut_down&) {
        net_->stop();
        self_->quit();
      },
  };
}

void greeter::receive(const arrived& what) {
  for (std::size_t i = 0; i < what.batch->size(); ++i) {
    auto one = what.batch->at(i);
    if (auto frame = transport::decode_frame(one.data))
      take(one.from, *frame);
  }
}

void greeter::take(const base::endpoint& from, const transport::frame& what) {
  auto at = half_open_.find(what.stream);
  if (at == half_open_.end()) {
    if (what.kind == frame_kind::open)
      let_in(what.stream);
    else if (what.kind == frame_kind::close) // it was no WebSocket
      net_->release(what.stream, std::nullopt);
  } else if (what.kind == frame_kind::open) {
    begin(at, noise::role::initiator,
          noise::make_static(at->second.wish->self));
  } else if (what.kind == frame_kind::data) {
    hear(at, from, what.payload);
  } else if (what.kind == frame_kind::close) {
    give_up(at, dht::connect_failure::no_way);
  }
}

void greeter::dial(const dial_peer& wish) {
  if (config_.via.empty() || half_open_.size() >= greetings_max) {
    auto why = config_.via.empty() ? dht::connect_failure::no_way
                                   : dht::connect_failure::limit;
    return self_->send(swarm_, dial_ended{wish.dial, why, net_});
  }
  // Odd numbers are ours, even ones the network's.
  while (net_->is_taken(next_))
    next_ += 2;
  auto& one = half_open_[next_];
  one.wish = wish;
  one.due = now_of(self_) + greeting_time_max;
  timer_.arm(self_, one.due);
  send(std::exchange(next_, next_ + 2), frame_kind::open,
       base::as_bytes(config_.via));
}

void greeter::let_in(std::uint32_t stream) {
  if (!key_ || !swarm_)
    return net_->release(stream, std::nullopt);
  if (half_open_.size() >= greetings_max)
    make_room();
  auto at = half_open_.try_emplace(stream).first;
  at->second.due = now_of(self_) + greeting_time_max;
  timer_.arm(self_, at->second.due);
  begin(at, noise::role::responder, *key_);
}

// Who comes is let in by a server, which dials nobody: all are guests.
void greeter::make_room() {
  auto first = std::ranges::min_element(
      half_open_, {}, [](const auto& one) { return one.second.due; });
  give_up(first, dht::connect_failure::limit);
}

void greeter::begin(half_opens::iterator at, noise::role side,
                    const noise::static_key& key) {
  at->second.talk.emplace(side, key, *chance_);
  go_on(at);
}

// Says what is to be said now, and waits for one message: what comes behind
// the last one is left in the socket for whoever will own the stream.
void greeter::go_on(half_opens::iterator at) {
  if (auto out = at->second.talk->poll_transmit())
    send(at->first, frame_kind::data, *out);
  if (!at->second.talk->finished())
    send(at->first, frame_kind::more);
}

void greeter::hear(half_opens::iterator at, const base::endpoint& from,
                   base::bytes_view chunk) {
  auto& one = at->second;
  if (!one.talk || !one.talk->handle_bytes(chunk))
    return give_up(at, dht::connect_failure::incompatible);
  go_on(at);
  if (!one.talk->finished())
    return;
  if (one.wish && one.wish->remote != one.talk->outcome().remote)
    return give_up(at, dht::connect_failure::refused);
  hand_over(at, from);
}

void greeter::hand_over(half_opens::iterator at, const base::endpoint& from) {
  auto one = half_open_.extract(at);
  auto& talk = *one.mapped().talk;
  dht::link link;
  link.session = talk.outcome();
  link.local_stream = one.key();
  link.remote = from;
  if (auto rest = talk.take_rest(); !rest.empty())
    link.early.push_back(
        transport::encode_frame({one.key(), frame_kind::data, rest}));
  if (auto& wish = one.mapped().wish)
    self_->send(swarm_, dial_ended{wish->dial, std::move(link), net_});
  else
    self_->send(
        swarm_,
        discovery_news{dht::accepted{key_->pair.pub, std::move(link)}, net_});
}

void greeter::give_up(half_opens::iterator at, dht::connect_failure why) {
  auto one = half_open_.extract(at);
  net_->release(one.key(), std::nullopt);
  if (auto& wish = one.mapped().wish)
    self_->send(swarm_, dial_ended{wish->dial, why, net_});
}

void greeter::look_at_clock() {
  auto now = now_of(self_);
  for (auto at = half_open_.begin(); at != half_open_.end();) {
    auto next = std::next(at);
    if (at->second.due <= now)
      give_up(at, dht::connect_failure::timed_out);
    else
      timer_.arm(self_, at->second.due);
    at = next;
  }
}

void greeter::send(std::uint32_t stream, frame_kind kind,
                   base::bytes_view payload) {
  auto packet = transport::encode_frame({stream, kind, payload});
  outgoing one{{}, packet};
  net_->send(dht::socket::server, {&one, 1});
}

} // namespace hyper::actors
