#include "tests/net/dht/network.hpp"

#include <algorithm>

namespace hyper::test {

namespace {

constexpr std::uint16_t server_port = 49737;

} // namespace

bool host::has_seen(dht::change what) {
  auto is_it = [&](const dht::event& one) {
    const auto* change = std::get_if<dht::changed>(&one);
    return change != nullptr && change->what == what;
  };
  return std::erase_if(events, is_it) > 0;
}

host& network::add(dht::config how_node, bool firewall) {
  auto number = hosts.size() + 1;
  base::endpoint server{{20, 0, static_cast<std::uint8_t>(number / 250),
                         static_cast<std::uint8_t>(1 + number % 250)},
                        server_port};
  how_node.server_port = server_port;
  return place(std::make_unique<host>(how_node, chance_, now), server,
               firewall);
}

host& network::add_bootstrap(const base::endpoint& where) {
  if (auto before = sockets_.find(where); before != sockets_.end())
    before->second.first->alive = false;
  dht::config out;
  out.role = dht::role::persistent;
  out.firewalled = false;
  out.address = where;
  out.server_port = where.port;
  return place(std::make_unique<host>(out, chance_, now), where, false);
}

host& network::place(std::unique_ptr<host> one, const base::endpoint& server,
                     bool firewall) {
  one->server = server;
  one->client = server;
  one->client.port = static_cast<std::uint16_t>(50000 + hosts.size());
  one->firewall = firewall;
  sockets_[one->server] = {one.get(), dht::socket::server};
  sockets_[one->client] = {one.get(), dht::socket::client};
  hosts.push_back(std::move(one));
  drain(*hosts.back());
  return *hosts.back();
}

void network::drain(host& one) {
  while (auto out = one.node.poll_transmit()) {
    ++datagrams;
    one.written_to.emplace(out->via, out->to);
    if (chance_.below(100) < how.loss_percent)
      continue;
    auto spread =
        static_cast<std::uint64_t>((how.latency_max - how.latency_min).count());
    auto delay =
        how.latency_min +
        base::duration{static_cast<std::int64_t>(chance_.below(spread + 1))};
    wire_.emplace(now + delay, in_flight{one.address(out->via), out->to,
                                         std::move(out->datagram)});
  }
  while (auto event = one.node.poll_event())
    one.events.push_back(std::move(*event));
  one.due = one.node.poll_timeout();
}

void network::deliver(const in_flight& what) {
  auto found = sockets_.find(what.to);
  if (found == sockets_.end())
    return;
  auto& [one, via] = found->second;
  auto blocked = one->firewall && !one->written_to.contains({via, what.from});
  if (!one->alive || blocked)
    return;
  one->node.handle_datagram(now, via, what.from, what.datagram);
  drain(*one);
}

std::optional<base::instant> network::next_due() const {
  std::optional<base::instant> out;
  if (!wire_.empty())
    out = wire_.begin()->first;
  for (const auto& one : hosts)
    if (one->alive && one->due && (!out || *one->due < *out))
      out = one->due;
  return out;
}

void network::run(base::duration time) {
  auto end = now + time;
  for (auto& one : hosts) // wishes since the last run
    drain(*one);
  while (auto due = next_due()) {
    if (*due > end)
      break;
    now = std::max(now, *due);
    while (!wire_.empty() && wire_.begin()->first <= now) {
      auto arrived = std::move(wire_.extract(wire_.begin()).mapped());
      deliver(arrived);
    }
    for (auto& one : hosts)
      if (one->alive && one->due && *one->due <= now) {
        one->node.handle_timeout(now);
        drain(*one);
      }
  }
  now = end;
}

} // namespace hyper::test
