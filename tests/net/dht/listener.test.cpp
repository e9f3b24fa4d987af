#define CAF_SUITE net_dht_listener

#include "net/dht/listener.hpp"

#include "base/text.hpp"
#include "net/dht/punch_payload.hpp"
#include "tests/net/dht/errand_bench.hpp"
#include "tests/support/property.hpp"

using namespace hyper;

namespace {

const base::endpoint relay{{10, 0, 0, 1}, 1};
const base::endpoint client_address{{10, 0, 0, 2}, 2};

/// A client's side of one handshake.
struct client {
  noise::handshake handshake;
  base::bytes message;

  client(base::entropy& chance, std::uint8_t number,
         const base::public_key& server, base::bytes_view payload)
      : handshake(noise::pattern::ik, noise::role::initiator,
                  noise::make_static(test::test_keys(number)),
                  base::namespace_constant("hyperswarm/dht", 0), server),
        message(*handshake.write(chance, payload)) {}

  dht::noise_payload read(base::bytes_view answer) {
    return *dht::decode_noise_payload(*handshake.read(answer));
  }
};

struct bench : test::errand_bench {
  base::key_pair key = test::test_keys(1);
  dht::early_streams streams{chance, {}};
  std::function<bool(const base::public_key&)> refuses;
  dht::listener listener{
      place, streams, key,
      [this](const base::public_key& who) { return refuses && refuses(who); }};
  dht::presence self;
  std::vector<dht::punch_relay> relays{{relay, {{10, 0, 0, 3}, 3}}};

  static dht::noise_payload payload() {
    dht::noise_payload one;
    one.stream = dht::stream_info{1, false, 77, 0};
    one.secret_stream = 1;
    return one;
  }

  client connect(std::uint8_t number,
                 const dht::noise_payload& what = payload()) {
    return {chance, number, key.pub, dht::encode(what)};
  }

  std::optional<base::bytes> hand(const base::bytes& message,
                                  bool direct = false,
                                  base::endpoint peer = client_address) {
    dht::handshake_arrival arrived;
    arrived.from = direct ? peer : relay;
    arrived.via = dht::socket::client;
    arrived.envelope.noise = message;
    arrived.envelope.mode =
        direct ? dht::relay_mode::from_client : dht::relay_mode::from_relay;
    if (!direct)
      arrived.envelope.peer = peer;
    auto answer = listener.handle_handshake(now, arrived, self, relays,
                                            dht::socket::client);
    if (listener.size() < 100)
      listener.check_invariant();
    return answer;
  }

  void expire() {
    now += dht::half_open_time_max;
    listener.check_invariant();
    listener.handle_timeout(now);
    listener.check_invariant();
  }
};

} // namespace

CAF_TEST(a firewalled server tells how it can be punched) {
  bench b;
  b.self.local_addresses = {{{192, 168, 0, 9}, 9}};
  auto c = b.connect(2);
  auto answer = b.hand(c.message);
  CAF_REQUIRE(answer.has_value());
  auto payload = c.read(*answer);
  CAF_CHECK(payload.firewall == dht::firewall::unknown);
  CAF_CHECK(payload.punch && payload.punch->relays == b.relays);
  CAF_CHECK(payload.addresses4 == b.self.local_addresses);
  CAF_CHECK(payload.relays == dht::address_list{relay});
  CAF_CHECK(b.streams.owns(static_cast<std::uint32_t>(payload.stream->id)));
  CAF_CHECK(b.events.empty());
}

CAF_TEST(the first packet of the stream makes the connection) {
  bench b;
  auto c = b.connect(2);
  auto payload = c.read(*b.hand(c.message));
  auto id = static_cast<std::uint32_t>(payload.stream->id);
  base::endpoint elsewhere{{10, 9, 9, 9}, 9};
  base::bytes packet(30);
  CAF_CHECK(b.streams.handle_packet(b.now, dht::socket::server, elsewhere, id,
                                    packet));
  const auto& link = b.first<dht::accepted>().link;
  CAF_CHECK(link.remote == elsewhere);
  CAF_CHECK(link.via == dht::socket::server);
  CAF_CHECK_EQUAL(link.local_stream, id);
  CAF_CHECK_EQUAL(link.remote_stream, 77u);
  CAF_CHECK_EQUAL(link.early.size(), 1u);
  CAF_CHECK(link.session.handshake_hash ==
            c.handshake.outcome().handshake_hash);
  CAF_CHECK(!b.streams.owns(id));
}

CAF_TEST(equal bytes get the equal answer for ten seconds) {
  bench b;
  auto c = b.connect(2);
  auto first = b.hand(c.message);
  CAF_CHECK(b.hand(c.message) == first);
  CAF_CHECK_EQUAL(b.stats.handshakes, 1u);
  CAF_CHECK_EQUAL(b.stats.handshakes_repeated, 1u);
  CAF_CHECK_EQUAL(b.listener.size(), 1u);
  b.expire();
  CAF_CHECK_EQUAL(b.listener.size(), 0u);
  CAF_CHECK_EQUAL(b.streams.size(), 0u);
  CAF_CHECK_EQUAL(b.stats.handshakes_expired, 1u);
  CAF_CHECK(b.hand(c.message) != first);
}

CAF_TEST(an open client and a direct one are written to at once) {
  bench b;
  auto what = bench::payload();
  what.firewall = dht::firewall::open;
  auto open = b.connect(2, what);
  CAF_CHECK(b.hand(open.message).has_value());
  CAF_CHECK(b.first<dht::accepted>().link.remote == client_address);
  b.events.clear();
  auto direct = b.connect(3);
  CAF_CHECK(b.hand(direct.message, true).has_value());
  CAF_CHECK(b.first<dht::accepted>().link.remote == client_address);
  b.expire();
  CAF_CHECK_EQUAL(b.stats.handshakes_expired, 0u);
}

CAF_TEST(an open client at an address that nobody can have is not written to) {
  bench b;
  auto what = bench::payload();
  what.firewall = dht::firewall::open;
  auto c = b.connect(2, what);
  CAF_CHECK(b.hand(c.message, false, {{224, 0, 0, 1}, 5}).has_value());
  CAF_CHECK(b.events.empty());
}

CAF_TEST(another version and a missing stream are answered with an error) {
  bench b;
  client other{b.chance, 2, b.key.pub, *base::from_hex("02000000")};
  auto payload = other.read(*b.hand(other.message));
  CAF_CHECK(payload.error == dht::peer_error::version_mismatch);
  client bare{b.chance, 2, b.key.pub, *base::from_hex("0110000001")};
  payload = bare.read(*b.hand(bare.message));
  CAF_CHECK(payload.error == dht::peer_error::aborted);
  auto what = bench::payload();
  what.stream->id = std::uint64_t{1} << 32;
  auto wide = b.connect(2, what);
  payload = wide.read(*b.hand(wide.message));
  CAF_CHECK(payload.error == dht::peer_error::aborted);
  CAF_CHECK_EQUAL(b.streams.size(), 0u);
  CAF_CHECK(b.events.empty());
}

CAF_TEST(what does not authenticate or decode gets no answer) {
  bench b;
  auto c = b.connect(2);
  for (std::size_t i = 0; i < c.message.size(); i += 7) {
    auto bad = c.message;
    bad[i] ^= 1;
    CAF_CHECK(!b.hand(bad).has_value());
  }
  CAF_CHECK(!b.hand(base::bytes(200)).has_value());
  CAF_CHECK(!b.hand(base::bytes(5)).has_value());
  client broken{b.chance, 2, b.key.pub, *base::from_hex("01020000fe01001000")};
  CAF_CHECK(!b.hand(broken.message).has_value());
  CAF_CHECK(b.hand(c.message).has_value());
}

CAF_TEST(banned keys and ourselves get no answer) {
  bench b;
  b.refuses = [](const base::public_key& who) {
    return who == test::test_keys(2).pub;
  };
  auto banned = b.connect(2);
  auto self = b.connect(1);
  CAF_CHECK(!b.hand(banned.message).has_value());
  CAF_CHECK(!b.hand(self.message).has_value());
  CAF_CHECK_EQUAL(b.stats.handshakes_refused, 2u);
}

CAF_TEST(one host cannot fill the table) {
  bench b;
  auto junk = [&](std::size_t i) {
    return base::to_bytes("junk " + std::to_string(i));
  };
  for (std::size_t i = 0; i < dht::half_open_per_host_max; ++i)
    b.hand(junk(i));
  CAF_CHECK_EQUAL(b.stats.handshakes_at_limit, 0u);
  b.hand(junk(dht::half_open_per_host_max));
  CAF_CHECK_EQUAL(b.stats.handshakes_at_limit, 1u);
  auto c = b.connect(2);
  CAF_CHECK(!b.hand(c.message).has_value());
  CAF_CHECK(b.hand(c.message, false, {{10, 0, 0, 77}, 1}).has_value());
  b.expire();
  CAF_CHECK(b.hand(c.message).has_value());
}

CAF_TEST(many hosts cannot fill more than the table) {
  bench b;
  for (std::size_t i = 0; i < dht::half_open_max + 5; ++i) {
    base::endpoint peer{{10, 1, static_cast<std::uint8_t>(i >> 8),
                         static_cast<std::uint8_t>(i)},
                        1};
    b.hand(base::to_bytes("junk " + std::to_string(i)), false, peer);
  }
  CAF_CHECK_EQUAL(b.listener.size(), dht::half_open_max);
  CAF_CHECK_EQUAL(b.stats.handshakes_at_limit, 5u);
}

CAF_TEST(a punch request is answered with aborted) {
  bench b;
  auto c = b.connect(2);
  auto payload = c.read(*b.hand(c.message));
  auto secret = dht::punch_secret(c.handshake.outcome().handshake_hash);
  dht::punch_payload request;
  request.round = 1;
  dht::punch_envelope envelope;
  envelope.mode = dht::relay_mode::from_relay;
  envelope.id = payload.punch->id;
  envelope.payload = dht::seal_punch(secret, b.chance.array<24>(), request);
  auto sealed = b.listener.handle_punch(envelope);
  CAF_REQUIRE(sealed.has_value());
  auto answer = dht::open_punch(secret, *sealed);
  CAF_REQUIRE(answer.ok());
  CAF_CHECK(answer->error == dht::peer_error::aborted);
  CAF_CHECK(answer->firewall == dht::firewall::unknown);
  CAF_CHECK(answer->round == 1);
  envelope.payload.back() ^= 1;
  CAF_CHECK(!b.listener.handle_punch(envelope).has_value());
  envelope.id = 5;
  CAF_CHECK(!b.listener.handle_punch(envelope).has_value());
}

CAF_TEST(slot numbers are the lowest that are free) {
  bench b;
  std::vector<std::uint64_t> numbers;
  for (std::uint8_t i = 0; i < 3; ++i) {
    auto c = b.connect(2);
    numbers.push_back(c.read(*b.hand(c.message)).punch->id);
    b.now += base::seconds{1};
  }
  CAF_CHECK(numbers == (std::vector<std::uint64_t>{0, 1, 2}));
  b.now += base::seconds{8}; // two have expired
  b.listener.handle_timeout(b.now);
  auto c = b.connect(2);
  CAF_CHECK(c.read(*b.hand(c.message)).punch->id == 0);
}
