#define CAF_SUITE net_dht_node

#include "net/dht/node.hpp"

#include "net/dht/node_machine.hpp"
#include "tests/support/property.hpp"
#include "tests/support/vectors.hpp"

using namespace hyper;
using namespace hyper::dht;
using base::milliseconds;
using base::seconds;

namespace {

constexpr base::endpoint home{{9, 9, 9, 9}, 30001};
constexpr base::endpoint stranger{{1, 2, 3, 4}, 5000};

base::endpoint other(std::uint16_t number) {
  return {{8, 0, static_cast<std::uint8_t>(number / 250),
           static_cast<std::uint8_t>(1 + number % 250)},
          30001};
}

config bootstrap_config() {
  config out;
  out.role = role::persistent;
  out.firewalled = false;
  out.address = home;
  out.server_port = home.port;
  return out;
}

// A bootstrap node, and whoever writes to it.
struct fixture {
  base::seeded_entropy chance{11};
  base::instant now;
  dht::node node{bootstrap_config(), chance, now};
  std::uint16_t tid = 0;

  std::vector<transmit> sent() {
    std::vector<transmit> out;
    while (auto one = node.poll_transmit())
      out.push_back(std::move(*one));
    return out;
  }

  void pass(base::duration time) {
    auto end = now + time;
    while (node.poll_timeout() && *node.poll_timeout() <= end) {
      now = std::max(now, *node.poll_timeout());
      node.handle_timeout(now);
    }
    now = end;
  }

  void receive(const base::endpoint& from, request what,
               socket via = socket::server) {
    what.tid = ++tid;
    what.to = home;
    node.handle_datagram(now, via, from, encode(what));
  }

  void receive(const base::endpoint& from, const response& what,
               socket via = socket::server) {
    node.handle_datagram(now, via, from, encode(what));
  }

  // A node of that address makes itself known.
  void introduce(const base::endpoint& from) {
    request ping;
    ping.id = id_of(from);
    ping.command = internal::ping;
    receive(from, ping);
    sent();
  }

  response answer_to(const transmit& asked) {
    response out;
    out.tid = std::get<request>(*decode(asked.datagram)).tid;
    out.to = home;
    out.id = id_of(asked.to);
    return out;
  }

  template <class Event>
  std::optional<Event> next() {
    while (auto what = node.poll_event())
      if (auto* found = std::get_if<Event>(&*what))
        return std::move(*found);
    return std::nullopt;
  }
};

request with(command_code command, base::bytes value = {}) {
  request out;
  out.command = command;
  out.value = std::move(value);
  return out;
}

response read(const transmit& sent) {
  return std::get<response>(*decode(sent.datagram));
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(node_tests, fixture)

CAF_TEST(a bootstrap node takes part from the first moment) {
  CAF_CHECK(node.is_persistent());
  CAF_CHECK(node.id() == id_of(home));
  CAF_CHECK(node.bootstrapped());
  CAF_CHECK(node.open_address() == home);
  CAF_CHECK(node.sending_socket() == socket::server);
  CAF_CHECK(sent().empty());
}

CAF_TEST(a node told nothing stays ephemeral) {
  auto how = bootstrap_config();
  how.address.reset();
  dht::node lonely{how, chance, now};
  CAF_CHECK(!lonely.is_persistent());
  CAF_CHECK(!lonely.id());
  CAF_CHECK(lonely.bootstrapped());
}

CAF_TEST(requests of the layer above arrive as events and are answered) {
  auto asked = with({false, 3}, {7});
  asked.target = id_of(stranger);
  receive(stranger, asked, socket::client);
  CAF_CHECK(sent().empty());
  auto got = next<incoming_request>();
  CAF_REQUIRE(got.has_value());
  CAF_CHECK(got->from == stranger);
  CAF_CHECK(got->message.value == base::bytes{7});
  node.reply(now, *got, {.token = true, .value = {1, 2}});
  auto out = sent();
  CAF_REQUIRE_EQUAL(out.size(), 1u);
  CAF_CHECK(out[0].via == socket::client);
  CAF_CHECK(out[0].to == stranger);
  auto reply = read(out[0]);
  CAF_CHECK(reply.to == stranger);
  CAF_CHECK(!reply.id); // not from the client socket
  CAF_CHECK(reply.value == (base::bytes{1, 2}));
  CAF_REQUIRE(reply.token.has_value());
  CAF_CHECK(node.check_token(stranger.host, *reply.token));
}

CAF_TEST(a right token is passed on and a wrong one is not ) {
  auto asked = with({false, 4});
  asked.token = node.issue_token(stranger.host);
  receive(stranger, asked);
  CAF_CHECK(next<incoming_request>().has_value());
  asked.token->front() ^= 1;
  receive(stranger, asked);
  CAF_CHECK(!next<incoming_request>());
  CAF_CHECK_EQUAL(read(sent().at(0)).error, error_invalid_token);
  CAF_CHECK_EQUAL(node.stats().wrong_tokens, 1u);
}

CAF_TEST(a request relayed keeps its tid and is not remembered) {
  node.forward(now, socket::client, stranger, 777,
               {{false, 0}, id_of(home), {1, 2, 3}});
  auto out = sent();
  CAF_REQUIRE_EQUAL(out.size(), 1u);
  CAF_CHECK(out[0].via == socket::client);
  auto asked = std::get<request>(*decode(out[0].datagram));
  CAF_CHECK_EQUAL(asked.tid, 777);
  CAF_CHECK(asked.to == stranger);
  CAF_CHECK(!asked.id);
  pass(seconds{3});
  CAF_CHECK(sent().empty());
  node.respond(now, socket::server, stranger, 778, {.value = {9}});
  auto reply = read(sent().at(0));
  CAF_CHECK_EQUAL(reply.tid, 778);
  CAF_CHECK(reply.id == node.id());
  CAF_CHECK(!reply.token);
}

CAF_TEST(an answer reaches the one who asked) {
  auto id = node.ask(now, other(1), {internal::ping});
  auto out = sent();
  CAF_REQUIRE_EQUAL(out.size(), 1u);
  CAF_CHECK(out[0].via == socket::server);
  now += milliseconds{20};
  receive(stranger, answer_to(out[0])); // not from there
  CAF_CHECK(!next<answered>());
  CAF_CHECK_EQUAL(node.stats().unexpected_responses, 1u);
  receive(other(1), answer_to(out[0]), socket::client);
  auto got = next<answered>();
  CAF_REQUIRE(got.has_value());
  CAF_CHECK(got->id == id);
  CAF_CHECK(got->via == socket::client);
  CAF_CHECK(got->message.id == id_of(other(1)));
  CAF_CHECK(got->round_trip == milliseconds{20});
}

CAF_TEST(silence fails after four seconds) {
  auto id = node.ask(now, other(1), {internal::ping});
  pass(milliseconds{3999});
  CAF_CHECK(!next<failed>());
  pass(milliseconds{1});
  auto end = next<failed>();
  CAF_REQUIRE(end.has_value());
  CAF_CHECK(end->id == id);
  CAF_CHECK_EQUAL(sent().size(), 4u);
}

CAF_TEST(a cancelled request says nothing any more) {
  auto id = node.ask(now, other(1), {internal::ping});
  auto out = sent();
  node.cancel(id);
  receive(other(1), answer_to(out[0]));
  pass(seconds{5});
  CAF_CHECK(!next<answered>());
  CAF_CHECK(!next<failed>());
}

CAF_TEST(an id of somebody else is not believed) {
  auto ping = with(internal::ping);
  ping.id = id_of(other(1));
  receive(stranger, ping);
  CAF_CHECK_EQUAL(sent().size(), 1u);
  CAF_CHECK_EQUAL(node.node_count(), 0u);
  CAF_CHECK_EQUAL(node.stats().wrong_ids, 1u);
}

CAF_TEST(closer nodes are those of the table) {
  introduce(other(1));
  introduce(other(2));
  CAF_CHECK_EQUAL(node.closest(id_of(home)).size(), 2u);
  CAF_CHECK(node.nodes() == (std::vector{other(2), other(1)}));
  auto find = with(internal::find_node);
  find.target = id_of(stranger);
  receive(stranger, find);
  CAF_CHECK_EQUAL(read(sent().at(0)).closer.size(), 2u);
}

CAF_TEST(requests without their parts are dropped and counted) {
  receive(stranger, with(internal::find_node));
  receive(stranger, with(internal::ping_nat, {1}));
  receive(stranger, with(internal::ping_nat, {0, 0}));
  receive(stranger, with(internal::down_hint, {1, 2, 3}));
  receive(stranger, with(internal::delayed_ping, {1, 2, 3}));
  receive(stranger, with(internal::delayed_ping, {0x11, 0x27, 0, 0}));
  CAF_CHECK(sent().empty());
  CAF_CHECK_EQUAL(node.stats().bad_requests, 6u);
}

CAF_TEST(what is no message is dropped and counted) {
  node.handle_datagram(now, socket::server, stranger, {});
  node.handle_datagram(now, socket::server, stranger, base::bytes{0});
  auto ping = encode(with(internal::ping));
  node.handle_datagram(now, socket::server, {stranger.host, 0}, ping);
  ping.resize(datagram_size_max);
  node.handle_datagram(now, socket::server, stranger, ping);
  CAF_CHECK_EQUAL(sent().size(), 1u); // trailing bytes are no harm
  ping.resize(datagram_size_max + 1);
  node.handle_datagram(now, socket::server, stranger, ping);
  CAF_CHECK(sent().empty());
  CAF_CHECK_EQUAL(node.stats().malformed, 4u);
}

CAF_TEST(delayed answers are bounded) {
  for (std::size_t i = 0; i < delayed_max + 10; ++i)
    receive(stranger, with(internal::delayed_ping, {0x10, 0x27, 0, 0}));
  CAF_CHECK(sent().empty());
  CAF_CHECK_EQUAL(node.stats().rate_limited, 10u);
  pass(milliseconds{9999});
  CAF_CHECK(sent().empty());
  pass(milliseconds{1});
  CAF_CHECK_EQUAL(sent().size(), delayed_max);
}

CAF_TEST(one host alone cannot use the node to flood others) {
  for (int i = 0; i < 3000; ++i)
    receive(stranger, with(internal::ping));
  CAF_CHECK_EQUAL(sent().size(), rate_limit::burst);
  CAF_CHECK_EQUAL(node.stats().rate_limited, 3000 - rate_limit::burst);
}

CAF_TEST(a hint makes us look and a dead node is dropped) {
  introduce(other(1));
  base::writer down;
  down.ipv4_address(other(1));
  receive(stranger, with(internal::down_hint, down.data()));
  auto out = sent();
  CAF_REQUIRE_EQUAL(out.size(), 2u);
  CAF_CHECK(out[0].to == other(1));
  CAF_CHECK(out[1].to == stranger);
  CAF_CHECK_EQUAL(node.node_count(), 1u);
  pass(seconds{4});
  CAF_CHECK_EQUAL(node.node_count(), 0u);
}

CAF_TEST(hints about the same node start few checks) {
  introduce(other(1));
  base::writer down;
  down.ipv4_address(other(1));
  for (int i = 0; i < 50; ++i)
    receive(stranger, with(internal::down_hint, down.data()));
  std::size_t checks = 0;
  for (const auto& one : sent())
    checks += one.to == other(1) ? 1 : 0;
  CAF_CHECK_EQUAL(checks, 1u);
}

CAF_TEST(hints about many nodes start ten checks at a time) {
  for (std::uint16_t i = 0; i < 15; ++i)
    introduce(other(i));
  for (std::uint16_t i = 0; i < 15; ++i) {
    base::writer down;
    down.ipv4_address(other(i));
    receive(stranger, with(internal::down_hint, down.data()));
  }
  CAF_CHECK_EQUAL(sent().size(), 15 + checks_max);
}

CAF_TEST(listed nodes are pinged and vanish when they are silent) {
  introduce(other(1));
  pass(seconds{41});
  auto out = sent();
  CAF_REQUIRE(!out.empty());
  CAF_CHECK(out[0].to == other(1));
  pass(seconds{5});
  CAF_CHECK_EQUAL(node.node_count(), 0u);
}

CAF_TEST(a ping answer without an id is as bad as none) {
  introduce(other(1));
  pass(seconds{41});
  auto out = sent();
  CAF_REQUIRE(!out.empty());
  auto nameless = answer_to(out[0]);
  nameless.id.reset();
  receive(other(1), nameless);
  CAF_CHECK_EQUAL(node.node_count(), 0u);
}

CAF_TEST(a full row makes room for a newcomer when its oldest is dead) {
  // All of these share no bit with us and so are in one row.
  std::vector<base::endpoint> row;
  for (std::uint16_t i = 0; row.size() < k + 1; ++i)
    if (shared_bits(id_of(other(i)), id_of(home)) == 0)
      row.push_back(other(i));
  for (std::size_t i = 0; i < k; ++i)
    introduce(row[i]);
  pass(seconds{6}); // not in this tick
  request ping = with(internal::ping);
  ping.id = id_of(row[k]);
  receive(row[k], ping);
  auto out = sent();
  CAF_REQUIRE_EQUAL(out.size(), 2u); // a check of somebody, and the answer
  auto rival = out[0].to;
  CAF_CHECK(rival != row[k]);
  CAF_CHECK_EQUAL(node.node_count(), k);
  pass(seconds{4});
  auto listed = node.nodes();
  CAF_CHECK_EQUAL(std::count(listed.begin(), listed.end(), row[k]), 1);
  CAF_CHECK_EQUAL(std::count(listed.begin(), listed.end(), rival), 0);
}

CAF_TEST(a query without anybody ends at once and empty) {
  auto id = node.search(now, {internal::find_node, id_of(stranger)});
  auto end = next<query_done>();
  CAF_REQUIRE(end.has_value());
  CAF_CHECK(end->id == id);
  CAF_CHECK(end->closest.empty());
}

CAF_TEST(a query hands out replies and then the closest) {
  introduce(other(1));
  auto id = node.search(now, {{false, 3}, id_of(stranger), {5}});
  auto out = sent();
  CAF_REQUIRE_EQUAL(out.size(), 1u);
  auto asked = std::get<request>(*decode(out[0].datagram));
  CAF_CHECK(asked.value == base::bytes{5});
  CAF_CHECK(asked.id == node.id());
  auto reply = answer_to(out[0]);
  reply.token = id_of(other(9));
  reply.value = {6};
  receive(other(1), reply);
  auto got = next<query_reply>();
  CAF_REQUIRE(got.has_value());
  CAF_CHECK(got->value == base::bytes{6});
  CAF_CHECK(got->to == home);
  auto end = next<query_done>();
  CAF_REQUIRE(end.has_value());
  CAF_CHECK(end->id == id);
  CAF_REQUIRE_EQUAL(end->closest.size(), 1u);
  CAF_CHECK(end->closest[0].token == reply.token);
  CAF_CHECK_EQUAL(end->replies, 1u);
}

CAF_TEST(a cancelled query says nothing any more) {
  introduce(other(1));
  auto id = node.search(now, {{false, 3}, id_of(stranger)});
  sent();
  node.cancel(id);
  pass(seconds{10});
  CAF_CHECK(!next<query_done>());
}

CAF_TEST(too many queries end at once) {
  introduce(other(1));
  for (std::size_t i = 0; i < queries_max; ++i)
    node.search(now, {{false, 3}, id_of(stranger)});
  CAF_CHECK(!next<query_done>());
  auto id = node.search(now, {{false, 3}, id_of(stranger)});
  auto end = next<query_done>();
  CAF_REQUIRE(end.has_value());
  CAF_CHECK(end->id == id);
}

CAF_TEST(suspended nodes are silent and fail what is under way) {
  introduce(other(1));
  node.ask(now, other(1), {internal::ping});
  node.search(now, {{false, 3}, id_of(stranger)});
  node.suspend(now);
  CAF_CHECK(next<failed>()->why == failure::suspended);
  CAF_CHECK(next<query_done>().has_value());
  CAF_CHECK(sent().empty());
  CAF_CHECK(!node.poll_timeout());
  receive(stranger, with(internal::ping));
  CAF_CHECK(sent().empty());
  CAF_CHECK_EQUAL(node.node_count(), 1u);
  now += base::minutes{10};
  node.resume(now);
  receive(stranger, with(internal::ping));
  CAF_CHECK(!sent().empty());
}

CAF_TEST(nodes of an earlier run are listed latest first) {
  std::vector known{other(1), other(2), other(3)};
  node.add_nodes(now, known);
  node.add_nodes(now, known);
  CAF_CHECK(node.nodes() == known);
}

CAF_TEST(no bytes crash a node) {
  introduce(other(1));
  auto file = test::load_vectors("dht-rpc.json");
  for (const auto& entry : file.at("exchanges").as_array())
    test::mutate(test::hex(entry.at("request")), 400,
                 [&](base::bytes_view bad) {
                   node.handle_datagram(now, socket::server, stranger, bad);
                   sent();
                   while (node.poll_event())
                     continue;
                   now += milliseconds{5};
                 });
  CAF_CHECK(node.is_persistent());
}

CAF_TEST_FIXTURE_SCOPE_END()
