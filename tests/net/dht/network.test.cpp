#define CAF_SUITE net_dht_network

#include "tests/net/dht/network.hpp"

#include "tests/support/property.hpp"

#include <algorithm>

using namespace hyper;
using namespace hyper::dht;
using base::minutes;
using base::seconds;
using test::host;

namespace {

struct fixture {
  test::network net{2024};
  std::vector<base::endpoint> bootstrap;

  static constexpr base::endpoint known_to_all{{20, 1, 0, 1}, 30001};

  host& begin() {
    bootstrap = {known_to_all};
    return net.add_bootstrap(known_to_all);
  }

  config with(role what, bool firewalled = true) const {
    config out;
    out.role = what;
    out.bootstrap = bootstrap;
    out.firewalled = firewalled;
    return out;
  }

  host& add_client(bool firewall = false) {
    return net.add(with(role::adaptive), firewall);
  }

  void add_persistent(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      net.add(with(role::persistent, false));
      net.run(base::milliseconds{200});
    }
    net.run(seconds{10});
  }

  std::vector<base::endpoint> truly_closest(const host& without,
                                            const node_id& target) const {
    std::vector<base::endpoint> out;
    for (const auto& one : net.hosts)
      if (one->alive && one->node.is_persistent() && one.get() != &without)
        out.push_back(one->server);
    std::sort(out.begin(), out.end(), [&](auto& a, auto& b) {
      return distance(target, id_of(a)) < distance(target, id_of(b));
    });
    out.resize(std::min(out.size(), k));
    return out;
  }

  // Nodes answer out of rows that hold twenty, cut without regard to distance:
  // of the farther ones a few may be missed, by the original as well.
  void check_search(host& from, const node_id& target) {
    from.node.search(net.now, {internal::find_node, target});
    std::optional<query_done> end;
    net.run_until([&] { return (end = from.take<query_done>()).has_value(); },
                  seconds{30});
    CAF_REQUIRE(end.has_value());
    auto wanted = truly_closest(from, target);
    std::size_t found = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      auto is_it = [&](const auto& one) { return one.address == wanted[i]; };
      auto met = std::any_of(end->closest.begin(), end->closest.end(), is_it);
      CAF_CHECK(met || i >= 3);
      found += met ? 1 : 0;
    }
    CAF_CHECK(found >= wanted.size() * 3 / 4);
  }

  std::size_t listing(const host& who) const {
    return static_cast<std::size_t>(
        std::count_if(net.hosts.begin(), net.hosts.end(), [&](const auto& one) {
          auto known = one->node.nodes();
          return one->alive && std::find(known.begin(), known.end(),
                                         who.server) != known.end();
        }));
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(network_tests, fixture)

CAF_TEST(a client finds its bootstrap node and its own address) {
  begin();
  auto& client = add_client();
  net.run(seconds{1});
  CAF_CHECK(client.has_seen(change::bootstrapped));
  CAF_CHECK(client.node.nodes() == bootstrap);
  CAF_CHECK(client.node.address_as_seen() == client.client);
  CAF_CHECK(!client.node.is_persistent());
  CAF_CHECK(client.node.firewalled());
}

CAF_TEST(forced nodes become persistent and know each other) {
  begin();
  add_persistent(12);
  for (const auto& one : net.hosts) {
    CAF_CHECK(one->node.is_persistent());
    CAF_CHECK(one->node.id() == id_of(one->server));
    CAF_CHECK_EQUAL(one->node.node_count(), 12u);
  }
}

CAF_TEST(a node that must not take part never does) {
  begin();
  auto& node = net.add(with(role::ephemeral));
  net.run(minutes{90});
  CAF_CHECK(!node.node.is_persistent());
}

CAF_TEST(queries find the closest nodes) {
  begin();
  add_persistent(50);
  auto& client = add_client();
  net.run(seconds{2});
  base::seeded_entropy chance{1};
  for (int i = 0; i < 10; ++i)
    check_search(client, chance.array<32>());
}

CAF_TEST(queries find the closest nodes although a tenth is lost) {
  net.how.loss_percent = 10;
  begin();
  add_persistent(40);
  auto& client = add_client();
  net.run(seconds{10});
  base::seeded_entropy chance{2};
  for (int i = 0; i < 5; ++i)
    check_search(client, chance.array<32>());
}

CAF_TEST(dead nodes vanish and are missed by nobody) {
  begin();
  add_persistent(40);
  for (std::size_t i = 5; i < 40; i += 4)
    net.hosts[i]->alive = false;
  net.run(minutes{10});
  for (const auto& one : net.hosts)
    if (!one->alive)
      CAF_CHECK_EQUAL(listing(*one), 0u);
  base::seeded_entropy chance{3};
  for (int i = 0; i < 5; ++i)
    check_search(*net.hosts[1], chance.array<32>());
}

CAF_TEST(a dead node is known as dead soon after a query met it) {
  begin();
  add_persistent(15);
  auto& victim = *net.hosts[7];
  victim.alive = false;
  check_search(*net.hosts[1], id_of(victim.server));
  net.run(seconds{15});
  CAF_CHECK_EQUAL(listing(victim), 0u);
}

CAF_TEST(a bootstrap node that starts later is found within ten seconds) {
  for (auto late : {seconds{3}, seconds{20}, seconds{100}, seconds{1000}}) {
    bootstrap = {known_to_all};
    auto& client = add_client();
    net.run(late);
    CAF_CHECK_EQUAL(client.node.bootstrapped(), late > seconds{6});
    CAF_CHECK_EQUAL(client.has_seen(change::unreachable), late > seconds{6});
    CAF_CHECK(!client.has_seen(change::bootstrapped));
    auto& node = begin();
    CAF_CHECK(net.run_until(
        [&] { return client.has_seen(change::bootstrapped); }, seconds{10}));
    node.alive = false;
    client.alive = false;
  }
}

CAF_TEST(a bootstrap node that was away is found again within ten seconds) {
  auto& first = begin();
  auto& client = add_client();
  net.run(minutes{3});
  CAF_REQUIRE(client.has_seen(change::bootstrapped));
  first.alive = false;
  CAF_CHECK(net.run_until([&] { return client.has_seen(change::unreachable); },
                          minutes{1}));
  net.run(minutes{5});
  begin();
  CAF_CHECK(net.run_until([&] { return client.has_seen(change::bootstrapped); },
                          seconds{10}));
  CAF_CHECK_EQUAL(client.node.node_count(), 1u);
}

CAF_TEST(a bootstrap node alone says nothing and is never unreachable) {
  auto& node = begin();
  net.run(minutes{60});
  CAF_CHECK_EQUAL(net.datagrams, 0u);
  CAF_CHECK(!node.has_seen(change::unreachable));
  add_client();
  net.run(seconds{1});
  CAF_CHECK(net.datagrams > 0);
}

CAF_TEST(a new bootstrap list is used at once) {
  auto& node = begin();
  bootstrap = {{{20, 1, 0, 77}, 1}}; // nobody is there
  auto& client = add_client();
  net.run(minutes{2});
  CAF_CHECK(client.has_seen(change::unreachable));
  client.node.set_bootstrap(net.now, {node.server});
  net.run(seconds{1});
  CAF_CHECK(client.has_seen(change::bootstrapped));
}

CAF_TEST(an unreachable bootstrap node costs little) {
  bootstrap = {known_to_all};
  add_client();
  net.run(minutes{10});
  CAF_CHECK(net.datagrams < 100 + 10 * 60 / 6);
}

CAF_TEST(where the network is slow an open node finds out at once) {
  net.how = {base::milliseconds{20}, base::milliseconds{20}, 0};
  begin();
  add_persistent(15);
  auto& open = add_client();
  auto& closed = add_client(true);
  net.run(seconds{5});
  CAF_CHECK(open.has_seen(change::open));
  CAF_CHECK(!open.node.firewalled());
  CAF_CHECK(open.node.open_address() == open.server);
  CAF_CHECK(!open.node.is_persistent());
  CAF_CHECK(closed.has_seen(change::bootstrapped));
  CAF_CHECK(closed.node.firewalled());
  CAF_CHECK(!closed.node.open_address());
}

CAF_TEST(a stable and reachable node takes part after twenty minutes) {
  begin();
  auto& open = add_client();
  auto& closed = add_client(true);
  net.run(minutes{19});
  CAF_CHECK(!open.node.is_persistent());
  net.run(minutes{2});
  CAF_CHECK(open.has_seen(change::persistent));
  CAF_CHECK(open.node.id() == id_of(open.server));
  CAF_CHECK(open.node.sending_socket() == socket::server);
  net.run(minutes{2});
  CAF_CHECK(listing(open) >= 1); // by the bootstrap node
  CAF_CHECK(!closed.node.is_persistent());
  CAF_CHECK(closed.node.firewalled());
}

CAF_TEST(after sleep a node is ephemeral again until it is stable) {
  begin();
  auto& node = add_client();
  net.run(minutes{21});
  CAF_REQUIRE(node.node.is_persistent());
  node.alive = false; // sleeps
  net.run(minutes{30});
  node.alive = true;
  net.run(seconds{10});
  CAF_CHECK(node.has_seen(change::woken));
  CAF_CHECK(node.has_seen(change::ephemeral));
  CAF_CHECK(!node.node.id());
  CAF_CHECK(node.node.bootstrapped());
  CAF_CHECK_EQUAL(node.node.node_count(), 1u);
}

CAF_TEST(a network that falls silent is offline and then online again) {
  begin();
  add_persistent(20);
  auto& client = add_client();
  net.run(minutes{1});
  net.how.loss_percent = 100;
  auto ask_around = [&] {
    for (const auto& one : net.hosts)
      client.node.ask(net.now, one->server, {internal::ping});
    net.run(seconds{5});
  };
  for (int i = 0; i < 4; ++i)
    ask_around();
  CAF_CHECK(client.node.health() == health_state::offline);
  net.how.loss_percent = 0;
  ask_around();
  net.run(minutes{2});
  ask_around();
  ask_around();
  CAF_CHECK(client.node.health() == health_state::online);
}

CAF_TEST(the same seed gives the same network) {
  auto run = [](std::uint64_t seed) {
    fixture one;
    one.net = test::network{seed};
    one.net.how.loss_percent = 5;
    one.begin();
    one.add_persistent(6);
    one.net.run(minutes{5});
    return one.net.datagrams;
  };
  CAF_CHECK_EQUAL(run(5), run(5));
  CAF_CHECK(run(5) != run(6));
}

CAF_TEST_FIXTURE_SCOPE_END()
