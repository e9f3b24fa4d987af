#pragma once

#include "net/dht/node.hpp"

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <vector>

// Nodes on a virtual network in virtual time: latency, loss, firewalls, all
// from one seed. No sleep, no port.

namespace hyper::test {

/// A node with its two sockets. Behind a firewall only those get in whom the
/// very socket has written to before.
struct host {
  host(const dht::config& how, base::entropy& chance, base::instant now)
      : node(how, chance, now) {}

  dht::node node;
  base::endpoint server;
  base::endpoint client;
  bool firewall = false;
  bool alive = true;
  std::set<std::pair<dht::socket, base::endpoint>> written_to;
  std::deque<dht::event> events;
  std::optional<base::instant> due; ///< its timeout, as of the last call

  const base::endpoint& address(dht::socket which) const {
    return which == dht::socket::server ? server : client;
  }

  /// Whether the node has said so since it was last asked.
  bool has_seen(dht::change what);

  /// Takes the first event of that kind out.
  template <class Event>
  std::optional<Event> take();
};

class network {
public:
  struct conditions {
    base::duration latency_min = base::milliseconds{5};
    base::duration latency_max = base::milliseconds{40};
    unsigned loss_percent = 0;
  };

  explicit network(std::uint64_t seed) : chance_(seed) {}

  /// A host of its own; its server socket has port 49737, as the others see
  /// it, and so has the config.
  host& add(dht::config how, bool firewall = false);

  /// A bootstrap node, which knows its address. Whoever had it before is dead.
  host& add_bootstrap(const base::endpoint& where);

  /// Lets things happen until nothing is due before then.
  void run(base::duration time);

  template <class Condition>
  bool run_until(Condition met, base::duration limit) {
    auto end = now + limit;
    auto good = met();
    for (; !good && now < end; good = met())
      run(std::min<base::duration>(base::milliseconds{10}, end - now));
    return good;
  }

  conditions how;
  base::instant now;
  std::vector<std::unique_ptr<host>> hosts;
  std::uint64_t datagrams = 0;

private:
  struct in_flight {
    base::endpoint from;
    base::endpoint to;
    base::bytes datagram;
  };

  host& place(std::unique_ptr<host> one, const base::endpoint& server,
              bool firewall);
  void drain(host& one);
  void deliver(const in_flight& what);
  std::optional<base::instant> next_due() const;

  base::seeded_entropy chance_;
  std::multimap<base::instant, in_flight> wire_;
  std::map<base::endpoint, std::pair<host*, dht::socket>> sockets_;
};

template <class Event>
std::optional<Event> host::take() {
  for (auto i = events.begin(); i != events.end(); ++i)
    if (auto* found = std::get_if<Event>(&*i)) {
      auto out = std::move(*found);
      events.erase(i);
      return out;
    }
  return std::nullopt;
}

} // namespace hyper::test
