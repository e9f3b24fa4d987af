#define CAF_SUITE net_dht_connector

#include "net/dht/connector.hpp"

#include "net/dht/peer_record.hpp"
#include "tests/net/dht/errand_bench.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using dht::command;

namespace {

const base::endpoint server_address{{192, 168, 0, 9}, 5000};
const base::endpoint public_address{{8, 8, 8, 8}, 5000};

struct bench : test::errand_bench, dht::connector::surroundings {
  base::key_pair server = test::test_keys(1);
  dht::early_streams streams{chance, {}};
  dht::presence mine;
  bool tries_local = true;
  std::optional<dht::connector> errand;

  dht::presence presence() const override { return mine; }
  dht::socket sending_socket() const override { return dht::socket::client; }
  bool tries_local_addresses() const override { return tries_local; }

  void start(dht::address_list hints = {}) {
    dht::connect_wish wish{dht::connect_id{3}, test::test_keys(2), server.pub,
                           std::move(hints), std::nullopt};
    errand.emplace(place, streams, *this, std::move(wish), now);
  }

  base::bytes record() const {
    return dht::encode(dht::peer_record{server.pub, {}});
  }

  /// The search ends with these nodes knowing the peer.
  void find_at(std::vector<std::uint16_t> ports) {
    auto look = take_search();
    for (auto port : ports)
      reply(look, node(port), record());
    finish(look, {});
  }

  static dht::noise_payload payload() {
    dht::noise_payload one;
    one.stream = dht::stream_info{1, false, 77, 0};
    one.secret_stream = 1;
    one.punch = dht::punch_info{0, {{{{10, 0, 0, 1}, 1}, server_address}}};
    return one;
  }

  /// What the server answers to that handshake.
  base::bytes noise_answer(const asked& request, base::bytes_view plain) {
    noise::handshake handshake{noise::pattern::ik, noise::role::responder,
                               noise::make_static(server),
                               base::namespace_constant("hyperswarm/dht", 0)};
    auto envelope = dht::decode_handshake_envelope(request.what.value);
    HYPER_ASSERT(handshake.read(envelope->noise).ok());
    return *handshake.write(chance, plain);
  }

  void answer_with(const asked& request, base::bytes_view plain,
                   std::optional<base::endpoint> peer = server_address) {
    dht::response how;
    how.value = dht::encode(dht::handshake_envelope{
        dht::relay_mode::reply, noise_answer(request, plain), peer, {}});
    answer(request, std::move(how));
  }

  void answer_with(const asked& request, const dht::noise_payload& what,
                   std::optional<base::endpoint> peer = server_address) {
    answer_with(request, dht::encode(what), peer);
  }

  dht::connect_failure why() const { return first<dht::connect_failed>().why; }

  const dht::link& link() const { return first<dht::connected>().link; }
};

} // namespace

CAF_TEST(the same message goes through several relays at once) {
  bench b;
  b.start();
  b.find_at({1, 2, 3, 4});
  CAF_REQUIRE_EQUAL(b.open.size(), dht::handshakes_parallel);
  CAF_CHECK(b.open[0].what.value == b.open[1].what.value);
  CAF_CHECK(b.open[0].what.target == dht::target_of(b.server.pub));
  auto what = bench::payload();
  what.firewall = dht::firewall::open;
  b.answer_with(b.take(command::peer_handshake), what);
  CAF_CHECK(b.open.empty()); // the others are not waited for
  CAF_CHECK(b.link().remote == server_address);
  CAF_CHECK(b.link().via == dht::socket::client);
  CAF_CHECK_EQUAL(b.link().remote_stream, 77u);
}

CAF_TEST(a lying relay does not spoil the answer of an honest one) {
  bench b;
  b.start();
  b.find_at({1, 2});
  auto liar = b.take(command::peer_handshake);
  auto honest = b.take(command::peer_handshake);
  dht::response lie;
  auto noise = b.noise_answer(liar, dht::encode(bench::payload()));
  noise.back() ^= 1;
  lie.value = dht::encode(
      dht::handshake_envelope{dht::relay_mode::reply, noise, {}, {}});
  b.answer(liar, lie);
  CAF_CHECK(b.events.empty());
  CAF_CHECK_EQUAL(b.stats.bad_replies, 1u);
  auto what = bench::payload();
  what.firewall = dht::firewall::open;
  b.answer_with(honest, what);
  CAF_CHECK(b.link().session.remote == b.server.pub);
}

CAF_TEST(replies of other modes and without noise are no answers) {
  bench b;
  b.start();
  b.find_at({1, 2});
  dht::response how;
  how.value = dht::encode(dht::handshake_envelope{
      dht::relay_mode::from_server, base::bytes(90), {}, {}});
  b.answer(b.take(command::peer_handshake), how);
  b.answer(b.take(command::peer_handshake), {}); // only closer nodes
  CAF_CHECK(b.why() == dht::connect_failure::no_answer);
}

CAF_TEST(records of other keys are no candidates) {
  bench b;
  b.start();
  auto look = b.take_search();
  b.reply(look, b.node(1),
          dht::encode(dht::peer_record{test::test_keys(9).pub, {}}));
  b.reply(look, b.node(2), {1, 2, 3});
  b.finish(look, {});
  CAF_CHECK(b.why() == dht::connect_failure::not_found);
  CAF_CHECK_EQUAL(b.stats.bad_replies, 2u);
}

CAF_TEST(an open server is reached at its public address if it names one) {
  bench b;
  b.start();
  b.find_at({1});
  auto what = bench::payload();
  what.firewall = dht::firewall::open;
  what.addresses4 = {server_address, public_address};
  b.answer_with(b.take(command::peer_handshake), what);
  CAF_CHECK(b.link().remote == public_address);
}

CAF_TEST(a server that answers itself is reached where it was asked) {
  bench b;
  b.start();
  b.find_at({1});
  b.answer_with(b.take(command::peer_handshake), bench::payload(),
                std::nullopt);
  CAF_CHECK(b.link().remote == b.node(1).address);
}

CAF_TEST(error and version and stream id are checked) {
  auto fails_with = [](const base::bytes& plain) {
    bench b;
    b.start();
    b.find_at({1});
    b.answer_with(b.take(command::peer_handshake), plain);
    return b.why();
  };
  CAF_CHECK(fails_with({2}) == dht::connect_failure::incompatible);
  auto what = bench::payload();
  what.error = dht::peer_error::aborted;
  CAF_CHECK(fails_with(dht::encode(what)) == dht::connect_failure::refused);
  what = bench::payload();
  what.stream.reset();
  CAF_CHECK(fails_with(dht::encode(what)) == dht::connect_failure::refused);
  what.stream = dht::stream_info{1, false, std::uint64_t{1} << 40, 0};
  CAF_CHECK(fails_with(dht::encode(what)) == dht::connect_failure::refused);
}

CAF_TEST(on one host all local addresses are tried and the first wins) {
  bench b;
  b.self = {server_address.host, 4000}; // the relay sees both on one host
  b.mine.local_addresses = {{{10, 1, 1, 1}, 4001}};
  b.start();
  b.find_at({1});
  auto what = bench::payload();
  base::endpoint reserved{{192, 0, 2, 2}, 7};
  base::endpoint near{{10, 1, 1, 9}, 7};
  what.addresses4 = {reserved, near};
  b.answer_with(b.take(command::peer_handshake), what);
  CAF_REQUIRE_EQUAL(b.open.size(), 2u);
  CAF_CHECK(b.open[0].to == near); // the likelier one first
  b.fail(b.take(dht::internal::ping));
  b.answer(b.take(dht::internal::ping), {});
  CAF_CHECK(b.link().remote == reserved);
  CAF_CHECK(b.link().via == dht::socket::server);
}

CAF_TEST(without any way the connect fails) {
  for (auto tries_local : {true, false}) {
    bench b;
    b.tries_local = tries_local;
    b.self = {server_address.host, 4000};
    b.start();
    b.find_at({1});
    auto what = bench::payload();
    what.addresses4 = {{{10, 1, 1, 9}, 7}};
    b.answer_with(b.take(command::peer_handshake), what);
    if (tries_local)
      b.fail(b.take(dht::internal::ping));
    CAF_CHECK(b.why() == dht::connect_failure::no_way);
  }
}

CAF_TEST(who claims to be open waits for the server ten seconds) {
  bench b;
  b.mine.open = true;
  b.start();
  b.find_at({1});
  b.answer_with(b.take(command::peer_handshake), bench::payload());
  CAF_CHECK(b.events.empty());
  b.advance(dht::passive_wait_max);
  CAF_CHECK(b.why() == dht::connect_failure::timed_out);
  CAF_CHECK_EQUAL(b.streams.size(), 1u); // until the errand is destroyed
  b.errand.reset();
  CAF_CHECK_EQUAL(b.streams.size(), 0u);
}

CAF_TEST(packets that overtake the answer are kept) {
  bench b;
  b.mine.open = true;
  b.start();
  b.find_at({1});
  auto request = b.take(command::peer_handshake);
  auto envelope = dht::decode_handshake_envelope(request.what.value);
  noise::handshake peek{noise::pattern::ik, noise::role::responder,
                        noise::make_static(b.server),
                        base::namespace_constant("hyperswarm/dht", 0)};
  auto sent = dht::decode_noise_payload(*peek.read(envelope->noise));
  CAF_CHECK(sent->firewall == dht::firewall::open);
  auto id = static_cast<std::uint32_t>(sent->stream->id);
  b.streams.handle_packet(b.now, dht::socket::server, public_address, id,
                          base::bytes(30));
  CAF_CHECK(b.events.empty());
  b.answer_with(request, bench::payload());
  CAF_CHECK(b.link().remote == public_address);
  CAF_CHECK_EQUAL(b.link().early.size(), 1u);
}

CAF_TEST(hints are asked first and everybody half a second later) {
  bench b;
  base::endpoint hint{{10, 0, 0, 7}, 7};
  b.start({hint, {{224, 0, 0, 1}, 1}});
  CAF_CHECK(b.searches.at(0).how.only_these);
  CAF_CHECK(b.searches[0].how.start == std::vector{hint});
  b.advance(dht::hints_head_start);
  CAF_CHECK_EQUAL(b.searches.size(), 2u);
  b.finish(b.take_search(), {});
  CAF_CHECK(b.events.empty());
  b.find_at({1});
  CAF_CHECK_EQUAL(b.open.size(), 1u);
}

CAF_TEST(hints that know nothing are not waited for) {
  bench b;
  b.start({{{10, 0, 0, 7}, 7}});
  b.finish(b.take_search(), {});
  CAF_CHECK_EQUAL(b.searches.size(), 1u);
}

CAF_TEST(relays that do not answer are followed by the next) {
  bench b;
  b.start();
  b.find_at({1, 2, 3, 4});
  for (int i = 0; i < 4; ++i)
    b.fail(b.take(command::peer_handshake));
  CAF_CHECK(b.why() == dht::connect_failure::no_answer);
  CAF_CHECK(b.errand->is_done());
}

CAF_TEST(a connect ends in time whatever happens) {
  bench b;
  b.start();
  b.advance(dht::connect_time_max);
  CAF_CHECK(b.why() == dht::connect_failure::no_answer);
  CAF_CHECK(b.searches.empty());
  CAF_CHECK(!b.errand->poll_timeout());
}

CAF_TEST(a key that is no point fails without a request) {
  bench b;
  b.server.pub = base::public_key{2};
  b.start();
  b.find_at({1});
  CAF_CHECK(b.open.empty());
  CAF_CHECK(b.why() == dht::connect_failure::no_answer);
}
