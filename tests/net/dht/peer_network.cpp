#include "tests/net/dht/peer_network.hpp"

namespace hyper::test {

namespace {

constexpr base::fixed_bytes<4> loopback{127, 0, 0, 1};

bool is_stream_packet(base::bytes_view raw) {
  return raw.size() >= 20 && raw[0] == 0xff && raw[1] == 1;
}

} // namespace

peer& peer_network::add(std::uint16_t port, dht::hyperdht_config how) {
  auto& slot = peers_[port];
  if (!slot)
    slot = std::make_unique<peer>();
  slot->server = {loopback, port};
  slot->client = {loopback, static_cast<std::uint16_t>(port + 1)};
  slot->events.clear();
  slot->strays.clear();
  if (how.host == base::fixed_bytes<4>{})
    how.host = loopback;
  how.node.server_port = port;
  slot->machine =
      std::make_unique<dht::hyperdht>(std::move(how), chance_, now_);
  drain(*slot);
  return *slot;
}

peer& peer_network::add_bootstrap(std::uint16_t port) {
  dht::hyperdht_config how;
  how.node.role = dht::role::persistent;
  how.node.address = base::endpoint{loopback, port};
  how.node.firewalled = false;
  return add(port, std::move(how));
}

bool peer_network::run_until(const std::function<bool()>& condition,
                             base::duration limit) {
  auto end = now_ + limit;
  drain_all();
  while (!condition())
    if (!step(end))
      return condition();
  return true;
}

void peer_network::run_for(base::duration time) {
  run_until([] { return false; }, time);
}

/// To the next thing that happens. False: nothing before the limit.
bool peer_network::step(base::instant limit) {
  auto next = limit;
  if (!air_.empty())
    next = std::min(next, air_.begin()->first);
  for (auto& [port, one] : peers_)
    if (one->machine)
      if (auto due = one->machine->poll_timeout())
        next = std::min(next, *due);
  now_ = std::max(now_, next);
  if (now_ >= limit)
    return false;
  while (!air_.empty() && air_.begin()->first <= now_) {
    auto what = std::move(air_.begin()->second);
    air_.erase(air_.begin());
    deliver(what);
  }
  for (auto& [port, one] : peers_)
    if (one->machine) {
      one->machine->handle_timeout(now_);
      drain(*one);
    }
  return true;
}

void peer_network::deliver(const datagram& what) {
  for (auto& [port, one] : peers_) {
    auto is_server = one->server == what.to;
    if (!one->machine || (!is_server && one->client != what.to))
      continue;
    auto via = is_server ? dht::socket::server : dht::socket::client;
    if (is_stream_packet(what.content)) {
      auto id = base::reader{base::bytes_view{what.content}.subspan(4)}.u32();
      if (!one->machine->handle_stream_packet(now_, via, what.from, id,
                                              what.content))
        one->strays.push_back(what.content);
    } else {
      one->machine->handle_datagram(now_, via, what.from, what.content);
    }
    drain(*one);
  }
}

void peer_network::drain_all() {
  for (auto& [port, one] : peers_)
    if (one->machine)
      drain(*one);
}

void peer_network::drain(peer& who) {
  while (auto next = who.machine->poll_transmit())
    send(next->via == dht::socket::server ? who.server : who.client, next->to,
         std::move(next->datagram));
  while (auto next = who.machine->poll_event())
    who.events.push_back(std::move(*next));
}

void peer_network::send(const base::endpoint& from, const base::endpoint& to,
                        base::bytes content) {
  ++sent_;
  if (watch)
    watch(from, to, content);
  if (chance_.below(100) < loss_percent)
    return;
  auto jitter = base::microseconds{chance_.below(500)};
  air_.emplace(now_ + latency + jitter, datagram{from, to, std::move(content)});
}

void peer_network::send_packet(peer& from, const dht::link& way) {
  base::writer out;
  out.u8(0xff);
  out.u8(1);
  out.u8(1); // data
  out.u8(0);
  out.u32(way.remote_stream);
  out.raw(base::bytes(12));
  out.raw(way.session.handshake_hash);
  send(way.via == dht::socket::server ? from.server : from.client, way.remote,
       out.release());
}

} // namespace hyper::test
