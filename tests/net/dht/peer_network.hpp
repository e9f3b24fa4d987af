#pragma once

#include "net/dht/hyperdht.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

// HyperDHT machines on a network in virtual time: latency, loss, restarts.

namespace hyper::test {

/// One machine with its two sockets, and everything it has told.
struct peer {
  std::unique_ptr<dht::hyperdht> machine; ///< none: it is down
  base::endpoint server, client;
  std::vector<dht::hyperdht_event> events;
  std::vector<base::bytes> strays; ///< stream packets that nobody took

  template <class Event>
  std::vector<Event> all() const {
    std::vector<Event> found;
    for (const auto& event : events)
      if (const auto* one = std::get_if<Event>(&event))
        found.push_back(*one);
    return found;
  }

  /// The first event of that kind; there must be one.
  template <class Event>
  const Event& first() const {
    auto found = std::find_if(events.begin(), events.end(), [](const auto& e) {
      return std::holds_alternative<Event>(e);
    });
    HYPER_ASSERT(found != events.end());
    return std::get<Event>(*found);
  }

  template <class Event>
  bool has() const {
    return !all<Event>().empty();
  }
};

class peer_network {
public:
  explicit peer_network(std::uint64_t seed) : chance_(seed) {}

  base::duration latency = base::milliseconds{2};
  unsigned loss_percent = 0;

  /// A machine on 127.0.0.1 at `port` (server) and `port` + 1 (client).
  peer& add(std::uint16_t port, dht::hyperdht_config how = {});

  /// A node that others begin with: persistent from the first moment.
  peer& add_bootstrap(std::uint16_t port);

  /// It is gone without a word; add() at the same port brings another one.
  void kill(peer& who) { who.machine.reset(); }

  /// Lets virtual time pass until the condition holds; false: not in time.
  bool run_until(const std::function<bool()>& condition,
                 base::duration limit = base::seconds{30});
  void run_for(base::duration time);

  /// Sends what a stream would send first: a packet for `link`'s stream.
  void send_packet(peer& from, const dht::link& way);
  void send(const base::endpoint& from, const base::endpoint& to,
            base::bytes datagram);

  base::instant now() const { return now_; }
  base::entropy& chance() { return chance_; }
  std::size_t sent() const { return sent_; }

  /// Called for each datagram that leaves; may be empty.
  std::function<void(const base::endpoint&, const base::endpoint&,
                     base::bytes_view)>
      watch;

private:
  struct datagram {
    base::endpoint from, to;
    base::bytes content;
  };

  void drain(peer& who);
  void drain_all();
  bool step(base::instant limit);
  void deliver(const datagram& what);

  base::seeded_entropy chance_;
  base::instant now_{base::seconds{1}};
  std::map<std::uint16_t, std::unique_ptr<peer>> peers_;
  std::multimap<base::instant, datagram> air_;
  std::size_t sent_ = 0;
};

} // namespace hyper::test
