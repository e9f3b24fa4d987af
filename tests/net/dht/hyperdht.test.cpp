#define CAF_SUITE net_dht_hyperdht

#include "net/dht/hyperdht.hpp"

#include "net/dht/commands.hpp"
#include "net/dht/envelope.hpp"
#include "net/dht/noise_payload.hpp"
#include "tests/net/dht/peer_network.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using test::peer;
using test::peer_network;

namespace {

constexpr std::uint16_t bootstrap_port = 30001;

base::endpoint at(std::uint16_t port) {
  return {{127, 0, 0, 1}, port};
}

base::key_pair keys(std::uint8_t number) {
  base::seed seed{};
  seed[0] = number;
  return base::make_key_pair(seed);
}

dht::hyperdht_config with_bootstrap(bool claim_open = true,
                                    std::uint16_t port = bootstrap_port) {
  dht::hyperdht_config how;
  how.node.bootstrap = {at(port)};
  how.claim_open = claim_open;
  return how;
}

/// A bootstrap node, a server that listens, and a client.
struct fixture {
  explicit fixture(std::uint64_t seed = 1) : net(seed) {
    bootstrap = &net.add_bootstrap(bootstrap_port);
  }

  void start(bool server_open = true, bool client_open = true) {
    server = &net.add(40000, with_bootstrap(server_open));
    client = &net.add(41000, with_bootstrap(client_open));
    server->machine->listen(net.now(), keys(1));
    CAF_REQUIRE(net.run_until([&] { return server->has<dht::listening>(); }));
  }

  dht::connect_id connect() {
    return client->machine->connect(net.now(), keys(2), keys(1).pub);
  }

  /// Until both sides have their link; the client's first packet is sent as
  /// its stream would.
  bool meet(base::duration limit = base::seconds{30}) {
    auto told = false;
    return net.run_until(
        [&] {
          if (!told && client->has<dht::connected>()) {
            net.send_packet(*client, client->first<dht::connected>().link);
            told = true;
          }
          return client->has<dht::connected>() && server->has<dht::accepted>();
        },
        limit);
  }

  void check_links() const {
    auto ours = client->first<dht::connected>().link;
    auto theirs = server->first<dht::accepted>().link;
    CAF_CHECK(ours.session.handshake_hash == theirs.session.handshake_hash);
    CAF_CHECK(ours.session.tx == theirs.session.rx);
    CAF_CHECK(ours.session.rx == theirs.session.tx);
    CAF_CHECK(ours.session.is_initiator && !theirs.session.is_initiator);
    CAF_CHECK(ours.session.remote == keys(1).pub);
    CAF_CHECK(theirs.session.remote == keys(2).pub);
    CAF_CHECK_EQUAL(ours.local_stream, theirs.remote_stream);
    CAF_CHECK_EQUAL(ours.remote_stream, theirs.local_stream);
  }

  peer_network net;
  peer* bootstrap = nullptr;
  peer* server = nullptr;
  peer* client = nullptr;
};

} // namespace

CAF_TEST(an open server is announced and found and reached) {
  fixture f;
  f.start();
  auto listening = f.server->first<dht::listening>();
  CAF_CHECK(listening.relays == dht::address_list{at(bootstrap_port)});
  auto id = f.connect();
  CAF_REQUIRE(f.meet());
  f.check_links();
  auto link = f.client->first<dht::connected>();
  CAF_CHECK(link.id == id);
  CAF_CHECK(link.link.remote == f.server->client);
}

CAF_TEST(a firewalled server on the same host is reached by its local address) {
  fixture f;
  f.start(false, false);
  f.connect();
  CAF_REQUIRE(f.meet());
  f.check_links();
  auto ours = f.client->first<dht::connected>().link;
  CAF_CHECK(ours.remote == f.server->server);
  CAF_CHECK(ours.via == dht::socket::server);
  auto theirs = f.server->first<dht::accepted>().link;
  CAF_CHECK(theirs.remote == f.client->server);
  CAF_CHECK_EQUAL(theirs.early.size(), 1u);
}

CAF_TEST(an open client is written to by a firewalled server) {
  fixture f;
  f.start(false, true);
  f.connect();
  CAF_REQUIRE(f.net.run_until([&] { return f.server->has<dht::accepted>(); }));
  auto theirs = f.server->first<dht::accepted>().link;
  CAF_CHECK(theirs.early.empty());
  f.net.send_packet(*f.server, theirs);
  CAF_REQUIRE(f.net.run_until([&] { return f.client->has<dht::connected>(); }));
  f.check_links();
  auto ours = f.client->first<dht::connected>().link;
  CAF_CHECK_EQUAL(ours.early.size(), 1u);
  CAF_CHECK(ours.remote == f.server->client);
}

CAF_TEST(a firewalled client reaches an open server) {
  fixture f;
  f.start(true, false);
  f.connect();
  CAF_REQUIRE(f.meet());
  f.check_links();
}

CAF_TEST(a server on the node that is asked answers directly) {
  fixture f;
  f.client = &f.net.add(41000, with_bootstrap());
  f.bootstrap->machine->listen(f.net.now(), keys(1));
  f.server = f.bootstrap;
  f.net.run_for(base::seconds{1});
  f.connect();
  CAF_REQUIRE(f.meet());
  f.check_links();
  auto ours = f.client->first<dht::connected>().link;
  CAF_CHECK(ours.remote == at(bootstrap_port));
}

CAF_TEST(an unknown key is not found) {
  fixture f;
  f.start();
  f.client->machine->connect(f.net.now(), keys(2), keys(9).pub);
  CAF_REQUIRE(
      f.net.run_until([&] { return f.client->has<dht::connect_failed>(); }));
  CAF_CHECK(f.client->first<dht::connect_failed>().why ==
            dht::connect_failure::not_found);
}

CAF_TEST(a killed server does not answer) {
  fixture f;
  f.start();
  f.net.kill(*f.server);
  f.connect();
  CAF_REQUIRE(
      f.net.run_until([&] { return f.client->has<dht::connect_failed>(); }));
  CAF_CHECK(f.client->first<dht::connect_failed>().why ==
            dht::connect_failure::no_answer);
}

CAF_TEST(handshakes through two relays are one handshake) {
  fixture f;
  // Two persistent nodes beside the bootstrap node, so that several relays
  // hold the record.
  for (auto port : {std::uint16_t{30101}, std::uint16_t{30201}}) {
    auto how = with_bootstrap();
    how.node.role = dht::role::persistent;
    how.node.firewalled = false;
    how.node.address = at(port);
    f.net.add(port, std::move(how));
  }
  f.net.run_for(base::seconds{5});
  f.start();
  CAF_CHECK_EQUAL(f.server->first<dht::listening>().relays.size(), 3u);
  f.connect();
  CAF_REQUIRE(f.meet());
  f.net.run_for(base::seconds{1});
  f.check_links();
  CAF_CHECK_EQUAL(f.server->all<dht::accepted>().size(), 1u);
  CAF_CHECK_EQUAL(f.server->machine->stats().handshakes, 1u);
  CAF_CHECK(f.server->machine->stats().handshakes_repeated >= 1);
}

CAF_TEST(a handshake travels through a second relay) {
  fixture f;
  auto how = with_bootstrap();
  auto& first = f.net.add(30101, std::move(how)); // knows nothing of the key
  f.start();
  noise::handshake client{
      noise::pattern::ik, noise::role::initiator, noise::make_static(keys(2)),
      base::namespace_constant("hyperswarm/dht", 0), keys(1).pub};
  dht::noise_payload payload;
  payload.stream = dht::stream_info{1, false, 77, 0};
  dht::request request;
  request.tid = 4711;
  request.to = first.client;
  request.command = dht::code_of(dht::command::peer_handshake);
  request.target = dht::target_of(keys(1).pub);
  request.value = dht::encode(dht::handshake_envelope{
      dht::relay_mode::from_client,
      *client.write(f.net.chance(), dht::encode(payload)),
      {},
      at(bootstrap_port)});
  std::optional<dht::response> answer;
  f.net.watch = [&](const auto& from, const auto& to, base::bytes_view raw) {
    if (to == at(50000) && from == first.client)
      answer = std::get<dht::response>(*dht::decode(raw));
  };
  f.net.send(at(50000), first.client, dht::encode(request));
  f.net.run_for(base::seconds{1});
  CAF_REQUIRE(answer.has_value());
  CAF_CHECK_EQUAL(answer->tid, request.tid);
  auto envelope = *dht::decode_handshake_envelope(answer->value);
  CAF_CHECK(envelope.mode == dht::relay_mode::reply);
  CAF_CHECK(client.read(envelope.noise).ok());
  CAF_CHECK_EQUAL(first.machine->stats().relayed, 2u);
}

CAF_TEST(one packet in five is lost and everybody still meets) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    fixture f{seed};
    f.net.loss_percent = 20;
    f.start(seed % 2 == 0, seed % 3 == 0);
    f.net.run_until([&] {
      auto told = f.server->all<dht::announced>();
      return !told.empty() && told.back().nodes > 0;
    });
    f.connect();
    CAF_REQUIRE(f.net.run_until([&] {
      return f.client->has<dht::connected>() || f.server->has<dht::accepted>();
    }));
  }
}

CAF_TEST(a bootstrap node that is restarted knows everything within 10 s) {
  for (auto down : {base::seconds{0}, base::seconds{2}, base::seconds{20},
                    base::seconds{120}}) {
    fixture f;
    f.start();
    auto topic = base::blake2b(base::as_bytes("topic"));
    f.server->machine->join(f.net.now(), topic, {keys(1), true});
    f.net.run_for(base::seconds{5});
    f.net.kill(*f.bootstrap);
    f.net.run_for(down);
    f.bootstrap = &f.net.add_bootstrap(bootstrap_port);
    f.net.run_for(base::seconds{10});
    f.connect();
    CAF_REQUIRE(f.meet(base::seconds{5}));
    f.client->machine->lookup(f.net.now(), topic);
    CAF_REQUIRE(f.net.run_until(
        [&] { return f.client->has<dht::peer_found>(); }, base::seconds{5}));
  }
}

CAF_TEST(a server that starts before its bootstrap node is found) {
  peer_network net{1};
  auto& server = net.add(40000, with_bootstrap());
  server.machine->listen(net.now(), keys(1));
  net.run_for(base::seconds{47});
  CAF_CHECK(server.has<dht::listening>());
  auto& bootstrap = net.add_bootstrap(bootstrap_port);
  net.run_for(base::seconds{10});
  auto& client = net.add(41000, with_bootstrap());
  client.machine->connect(net.now(), keys(2), keys(1).pub);
  CAF_CHECK(net.run_until([&] { return client.has<dht::connected>(); },
                          base::seconds{5}));
  CAF_CHECK(bootstrap.machine != nullptr);
}

CAF_TEST(a restarted server is found again within 5 s under the same key) {
  fixture f;
  f.start();
  f.connect();
  CAF_REQUIRE(f.meet());
  f.net.kill(*f.server);
  f.net.run_for(base::seconds{1});
  f.client->events.clear();
  f.connect(); // while nobody is there
  f.net.run_for(base::seconds{1});
  f.server = &f.net.add(40500, with_bootstrap());
  f.server->machine->listen(f.net.now(), keys(1));
  CAF_REQUIRE(f.meet(base::seconds{5}));
  f.check_links();
}

CAF_TEST(a topic is announced and looked up) {
  fixture f;
  f.start();
  auto topic = base::blake2b(base::as_bytes("topic"));
  f.server->machine->join(f.net.now(), topic, {keys(1), true});
  f.net.run_for(base::seconds{1});
  f.client->machine->join(f.net.now(), topic, {std::nullopt, true});
  CAF_REQUIRE(
      f.net.run_until([&] { return f.client->has<dht::peer_found>(); }));
  auto found = f.client->first<dht::peer_found>();
  CAF_CHECK(found.topic == topic);
  CAF_CHECK(found.peer.key == keys(1).pub);
  CAF_CHECK(found.peer.relays == dht::address_list{at(bootstrap_port)});
  CAF_CHECK(!f.server->has<dht::peer_found>()); // not itself
}

CAF_TEST(who looks first finds who announces later within 30 s) {
  fixture f;
  f.start();
  auto topic = base::blake2b(base::as_bytes("topic"));
  f.client->machine->join(f.net.now(), topic, {std::nullopt, true});
  f.net.run_for(base::minutes{5});
  CAF_CHECK(!f.client->has<dht::peer_found>());
  f.server->machine->join(f.net.now(), topic, {keys(1), true});
  CAF_CHECK(f.net.run_until([&] { return f.client->has<dht::peer_found>(); },
                            base::seconds{31}));
}

CAF_TEST(a network of many finds its way) {
  peer_network net{3};
  net.loss_percent = 3;
  net.add_bootstrap(bootstrap_port);
  for (std::uint16_t i = 0; i < 12; ++i) {
    auto how = with_bootstrap();
    how.node.role = dht::role::persistent;
    how.node.firewalled = false;
    auto port = static_cast<std::uint16_t>(31000 + 10 * i);
    how.node.address = at(port);
    net.add(port, std::move(how));
  }
  net.run_for(base::seconds{8});
  std::vector<peer*> servers, clients;
  for (std::uint8_t i = 0; i < 8; ++i) {
    auto port = static_cast<std::uint16_t>(40000 + 10 * i);
    servers.push_back(&net.add(port, with_bootstrap(i % 2 == 0)));
    servers.back()->machine->listen(net.now(), keys(i));
  }
  net.run_for(base::seconds{8});
  for (std::uint8_t i = 0; i < 8; ++i) {
    auto port = static_cast<std::uint16_t>(41000 + 10 * i);
    clients.push_back(&net.add(port, with_bootstrap(i % 3 == 0)));
    clients.back()->machine->connect(
        net.now(), keys(static_cast<std::uint8_t>(100 + i)), keys(i).pub);
  }
  net.loss_percent = 0;
  net.run_for(base::seconds{12});
  for (std::size_t i = 0; i < clients.size(); ++i)
    CAF_CHECK(clients[i]->has<dht::connected>() ||
              servers[i]->has<dht::accepted>());
}

CAF_TEST(closing withdraws key and topic) {
  fixture f;
  f.start();
  auto topic = base::blake2b(base::as_bytes("topic"));
  f.server->machine->join(f.net.now(), topic, {keys(1), true});
  f.net.run_for(base::seconds{1});
  f.server->machine->close(f.net.now());
  CAF_REQUIRE(f.net.run_until([&] { return f.server->has<dht::closed>(); },
                              base::seconds{1}));
  f.connect();
  f.client->machine->lookup(f.net.now(), topic);
  CAF_REQUIRE(f.net.run_until([&] {
    return f.client->has<dht::connect_failed>() &&
           f.client->has<dht::lookup_done>();
  }));
  CAF_CHECK(f.client->first<dht::connect_failed>().why ==
            dht::connect_failure::not_found);
  CAF_CHECK(!f.client->has<dht::peer_found>());
}

CAF_TEST(closing ends in time when nobody answers) {
  fixture f;
  f.start();
  f.net.kill(*f.bootstrap);
  f.server->machine->close(f.net.now());
  CAF_CHECK(f.net.run_until([&] { return f.server->has<dht::closed>(); },
                            dht::close_time_max + base::seconds{1}));
  CAF_CHECK(!f.server->machine->poll_timeout());
}

CAF_TEST(values are put and got) {
  fixture f;
  f.start();
  auto& a = *f.server->machine;
  auto& b = *f.client->machine;
  auto value = base::to_bytes("value");
  a.put_immutable(f.net.now(), value);
  a.put_mutable(f.net.now(), keys(3), 7, value);
  CAF_REQUIRE(f.net.run_until(
      [&] { return f.server->all<dht::value_stored>().size() == 2; }));
  for (const auto& stored : f.server->all<dht::value_stored>())
    CAF_CHECK_EQUAL(stored.nodes, 1u);
  b.get_immutable(f.net.now(), base::blake2b(value));
  b.get_mutable(f.net.now(), keys(3).pub, 7);
  b.get_mutable(f.net.now(), keys(3).pub, 8);
  CAF_REQUIRE(f.net.run_until([&] {
    return f.client->all<dht::value_found>().size() == 2 &&
           f.client->has<dht::value_missing>();
  }));
  for (const auto& found : f.client->all<dht::value_found>())
    CAF_CHECK(found.value == value);
}

CAF_TEST(hostile datagrams change nothing) {
  fixture f;
  std::vector<base::bytes> seen;
  f.net.watch = [&](const auto&, const auto&, base::bytes_view raw) {
    seen.push_back(base::to_bytes(raw));
  };
  f.start(false, false);
  f.connect();
  CAF_REQUIRE(f.meet());
  f.net.watch = nullptr;
  base::seeded_entropy chance{7};
  for (const auto& good : seen)
    for (int i = 0; i < 40; ++i) {
      auto bad = good;
      for (int n = 0; n < 3; ++n)
        bad[chance.below(bad.size())] ^=
            static_cast<std::uint8_t>(1U << chance.below(8));
      bad.resize(1 + chance.below(bad.size()));
      for (const auto* who : {f.bootstrap, f.server, f.client})
        f.net.send(at(static_cast<std::uint16_t>(50000 + i)),
                   i % 2 == 0 ? who->server : who->client, bad);
    }
  f.net.run_for(base::seconds{2});
  f.client->events.clear();
  f.server->events.clear();
  f.connect();
  CAF_REQUIRE(f.meet());
  f.check_links();
}

CAF_TEST(a banned key gets no answer) {
  peer_network net{1};
  net.add_bootstrap(bootstrap_port);
  auto how = with_bootstrap();
  how.refuses = [](const base::public_key& who) { return who == keys(2).pub; };
  auto& server = net.add(40000, std::move(how));
  server.machine->listen(net.now(), keys(1));
  auto& client = net.add(41000, with_bootstrap());
  net.run_for(base::seconds{1});
  client.machine->connect(net.now(), keys(2), keys(1).pub);
  client.machine->connect(net.now(), keys(3), keys(1).pub);
  CAF_CHECK(net.run_until([&] {
    return client.has<dht::connected>() && client.has<dht::connect_failed>();
  }));
  CAF_CHECK(client.first<dht::connected>().link.session.local == keys(3).pub);
  CAF_CHECK(!server.has<dht::accepted>() ||
            server.first<dht::accepted>().link.session.remote == keys(3).pub);
}

CAF_TEST(limits refuse at once) {
  fixture f;
  f.start();
  auto& machine = *f.client->machine;
  for (std::size_t i = 0; i <= dht::connects_max; ++i)
    machine.connect(f.net.now(), keys(2), keys(9).pub);
  f.net.run_for(base::milliseconds{1});
  auto failed = f.client->all<dht::connect_failed>();
  CAF_CHECK_EQUAL(failed.size(), 1u);
  CAF_CHECK(failed.at(0).why == dht::connect_failure::limit);
  for (std::size_t i = 0; i < dht::topics_max; ++i)
    CAF_CHECK(machine.join(
        f.net.now(), base::blake2b(base::bytes{static_cast<std::uint8_t>(i)}),
        {}));
  CAF_CHECK(!machine.join(f.net.now(), base::blake2b(base::bytes(9)), {}));
  for (std::size_t i = 0; i < dht::listening_keys_max; ++i)
    CAF_CHECK(
        machine.listen(f.net.now(), keys(static_cast<std::uint8_t>(100 + i))));
  CAF_CHECK(!machine.listen(f.net.now(), keys(99)));
  CAF_CHECK(!machine.listen(f.net.now(), keys(100)));
}
