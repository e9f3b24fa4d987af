#pragma once

#include "net/dht/commands.hpp"
#include "net/dht/errand.hpp"
#include "net/dht/node_id.hpp"

#include <algorithm>

namespace hyper::test {

/// Stands in for a node: notes what errands ask, and gives the answers that the
/// test wants.
class errand_bench : public dht::asker {
public:
  struct asked {
    dht::request_id id;
    base::endpoint to;
    dht::call what;
    dht::ask_options how;
  };

  struct searched {
    dht::query_id id;
    dht::call what;
    dht::query_options how;
  };

  dht::request_id ask(base::instant, const base::endpoint& to, dht::call what,
                      dht::ask_options how) override {
    auto id = dht::request_id{++last_};
    open.push_back({id, to, std::move(what), how});
    return id;
  }

  dht::query_id search(base::instant, dht::call what,
                       dht::query_options how) override {
    auto id = dht::query_id{++last_};
    searches.push_back({id, std::move(what), std::move(how)});
    return id;
  }

  void cancel(dht::request_id which) override {
    std::erase_if(open, [which](const asked& one) { return one.id == which; });
  }

  void cancel(dht::query_id which) override {
    std::erase_if(searches,
                  [which](const searched& one) { return one.id == which; });
  }

  /// The oldest open request with that command.
  asked take(dht::command which) { return take(dht::code_of(which)); }

  asked take(dht::command_code which) {
    auto found =
        std::find_if(open.begin(), open.end(), [which](const auto& one) {
          return one.what.command == which;
        });
    HYPER_ASSERT(found != open.end());
    auto one = *found;
    open.erase(found);
    return one;
  }

  searched take_search() {
    HYPER_ASSERT(!searches.empty());
    auto one = searches.front();
    searches.erase(searches.begin());
    return one;
  }

  void answer(const asked& what, dht::response how) {
    if (how.to == base::endpoint{})
      how.to = self;
    board.route(now, dht::answered{what.id, std::move(how), what.to,
                                   dht::socket::client, base::seconds{0}});
  }

  void fail(const asked& what) {
    board.route(now, dht::failed{what.id, dht::failure::timed_out});
  }

  void reply(const searched& what, const dht::closest_node& from,
             base::bytes value) {
    board.route(now, dht::query_reply{what.id, from.address, from.id,
                                      from.token, from.to, dht::socket::client,
                                      std::move(value)});
  }

  void finish(const searched& what, std::vector<dht::closest_node> closest) {
    dht::query_done done{what.id, std::move(closest), 0, 0};
    done.replies = done.closest.size();
    board.route(now, done);
  }

  /// A storing node at that port.
  dht::closest_node node(std::uint16_t port) const {
    base::endpoint where{{10, 0, 0, 1}, port};
    return {where, dht::id_of(where), base::blake2b(base::as_bytes("token")),
            self};
  }

  void advance(base::duration time) {
    now += time;
    board.handle_timeout(now);
  }

  template <class Event>
  std::vector<Event> told() const {
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

  base::instant now{base::seconds{1}};
  base::endpoint self{{192, 168, 0, 9}, 4000};
  std::vector<asked> open;
  std::vector<searched> searches;
  dht::switchboard board{*this};
  std::deque<dht::hyperdht_event> events;
  base::seeded_entropy chance{1};
  dht::hyperdht_counters stats;
  dht::workplace place{board, events, chance, stats};

private:
  std::uint64_t last_ = 0;
};

inline base::key_pair test_keys(std::uint8_t number) {
  base::seed seed{};
  seed[0] = number;
  return base::make_key_pair(seed);
}

} // namespace hyper::test
