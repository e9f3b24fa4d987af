#pragma once

#include "actors/sim/simulation.hpp"
#include "actors/world/network.hpp"
#include "base/endpoint.hpp"
#include "base/entropy.hpp"

#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

namespace hyper::actors::sim {

/// What happens to datagrams on their way. Chances in 1/1000 per datagram.
struct weather {
  base::duration latency_min = base::microseconds{200};
  base::duration latency_max = base::milliseconds{3};
  std::uint64_t lost = 0;
  std::uint64_t doubled = 0;
  std::uint64_t late = 0; ///< by up to `late_max` more
  base::duration late_max = base::milliseconds{40};
};

/// The wires between the simulated hosts. All hosts have the loopback address;
/// their ports differ.
class virtual_network {
public:
  virtual_network(simulation& in, base::entropy& chance);
  ~virtual_network();

  void set_weather(const weather& now) { weather_ = now; }

  /// No datagram passes between the two, in either direction.
  void part(host_id a, host_id b);
  void join(host_id a, host_id b);
  void join_all() { parted_.clear(); }

  /// The network of a host that comes up. The one it had before is dead.
  std::shared_ptr<network> attach(host_id where);

  /// Nothing leaves or reaches the host any more.
  void detach(host_id where);

  static base::endpoint address_of(host_id where, dht::socket which);

  std::uint64_t delivered() const { return delivered_; }
  std::uint64_t lost() const { return lost_; }

private:
  class host;
  using packets = std::vector<base::bytes>;

  void send(host_id from, dht::socket via, std::span<const outgoing> datagrams);
  void send_one(
      host_id from, dht::socket via, const outgoing& one, base::duration delay,
      std::map<std::pair<base::duration, base::endpoint>, packets>& leaving);
  void deliver(const base::endpoint& from, const base::endpoint& to,
               const packets& what);
  bool chance(std::uint64_t in_thousand);
  base::duration between(base::duration low, base::duration high);
  bool is_parted(host_id a, host_id b) const;

  simulation& sim_;
  base::entropy& chance_;
  weather weather_;
  std::map<host_id, std::shared_ptr<host>> hosts_;
  std::set<std::pair<host_id, host_id>> parted_;
  std::uint64_t delivered_ = 0;
  std::uint64_t lost_ = 0;
};

} // namespace hyper::actors::sim
