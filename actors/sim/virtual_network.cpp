#include "actors/sim/virtual_network.hpp"

#include "actors/world/packet_router.hpp"

#include <algorithm>

namespace hyper::actors::sim {

namespace {

constexpr std::uint16_t first_port = 30001;

std::optional<std::pair<host_id, dht::socket>>
owner_of(const base::endpoint& where) {
  if (where.port < first_port)
    return std::nullopt;
  auto number = static_cast<host_id>(where.port - first_port);
  return std::pair{number / 2 + 1,
                   number % 2 == 0 ? dht::socket::server : dht::socket::client};
}

} // namespace

/// One host's way to the wires.
class virtual_network::host final : public network {
public:
  host(virtual_network& wires, host_id self) : wires_(&wires), self_(self) {}

  transport::carrier carries() const override {
    return transport::carrier::datagrams;
  }

  void start(const packet_sink& rest) override { router_.start(rest); }

  void send(dht::socket via, std::span<const outgoing> datagrams) override {
    if (wires_ != nullptr)
      wires_->send(self_, via, datagrams);
  }

  void claim(std::uint32_t stream_id, const packet_sink& owner) override {
    router_.claim(stream_id, owner);
  }

  void release(std::uint32_t stream_id,
               const std::optional<udx::tombstone>& grave) override {
    if (wires_ != nullptr)
      router_.release(wires_->sim_.now(), stream_id, grave);
  }

  bool is_taken(std::uint32_t stream_id) const override {
    return router_.is_taken(stream_id);
  }

  base::endpoint local(dht::socket which) const override {
    return address_of(self_, which);
  }

  void stop() override {
    wires_ = nullptr;
    router_.stop();
  }

  void receive(dht::socket via, const base::endpoint& from,
               const packets& what) {
    if (wires_ == nullptr)
      return;
    for (const auto& packet : what)
      if (auto late = router_.take(wires_->sim_.now(), via, from, packet)) {
        outgoing one{late->to, late->datagram};
        send(via, {&one, 1});
      }
    router_.hand_over();
  }

private:
  virtual_network* wires_; ///< none: stopped
  host_id self_;
  packet_router router_;
};

virtual_network::virtual_network(simulation& in, base::entropy& chance)
    : sim_(in), chance_(chance) {}

virtual_network::~virtual_network() {
  for (auto& [id, one] : hosts_)
    one->stop();
}

base::endpoint virtual_network::address_of(host_id where, dht::socket which) {
  auto port =
      first_port + (where - 1) * 2 + (which == dht::socket::server ? 0U : 1U);
  return {{127, 0, 0, 1}, static_cast<std::uint16_t>(port)};
}

std::shared_ptr<network> virtual_network::attach(host_id where) {
  detach(where);
  auto made = std::make_shared<host>(*this, where);
  hosts_[where] = made;
  return made;
}

void virtual_network::detach(host_id where) {
  auto found = hosts_.find(where);
  if (found == hosts_.end())
    return;
  found->second->stop();
  hosts_.erase(found);
}

void virtual_network::part(host_id a, host_id b) {
  parted_.insert(std::minmax(a, b));
}

void virtual_network::join(host_id a, host_id b) {
  parted_.erase(std::minmax(a, b));
}

bool virtual_network::is_parted(host_id a, host_id b) const {
  return parted_.contains(std::minmax(a, b));
}

bool virtual_network::chance(std::uint64_t in_thousand) {
  return in_thousand != 0 && chance_.below(1000) < in_thousand;
}

base::duration virtual_network::between(base::duration low,
                                        base::duration high) {
  auto span = static_cast<std::uint64_t>((high - low).count());
  return low +
         base::duration{static_cast<std::int64_t>(chance_.below(span + 1))};
}

// Datagrams of one call travel together, but for those with bad luck.
void virtual_network::send(host_id from, dht::socket via,
                           std::span<const outgoing> datagrams) {
  std::map<std::pair<base::duration, base::endpoint>, packets> leaving;
  auto delay = between(weather_.latency_min, weather_.latency_max);
  for (const auto& one : datagrams)
    send_one(from, via, one, delay, leaving);
  auto sender = address_of(from, via);
  for (auto& [way, what] : leaving) {
    auto to = owner_of(way.second);
    sim_.after(way.first, to->first,
               [this, sender, to = way.second, what = std::move(what)] {
                 deliver(sender, to, what);
               });
  }
}

void virtual_network::send_one(
    host_id from, dht::socket, const outgoing& one, base::duration delay,
    std::map<std::pair<base::duration, base::endpoint>, packets>& leaving) {
  auto to = owner_of(one.to);
  if (!to || is_parted(from, to->first) || chance(weather_.lost)) {
    ++lost_;
    return;
  }
  if (chance(weather_.late))
    delay += between({}, weather_.late_max);
  leaving[{delay, one.to}].push_back(base::to_bytes(one.data));
  if (chance(weather_.doubled))
    leaving[{delay + between({}, weather_.late_max), one.to}].push_back(
        base::to_bytes(one.data));
}

void virtual_network::deliver(const base::endpoint& from,
                              const base::endpoint& to, const packets& what) {
  auto owner = owner_of(to);
  auto found = hosts_.find(owner->first);
  if (found == hosts_.end()) {
    lost_ += what.size();
    return;
  }
  delivered_ += what.size();
  auto host = found->second; // it may go while it receives
  host->receive(owner->second, from, what);
}

} // namespace hyper::actors::sim
