#define CAF_SUITE net_dht_early_streams

#include "net/dht/early_streams.hpp"

#include "net/dht/hyperdht.hpp"
#include "tests/support/property.hpp"

using namespace hyper;

namespace {

const base::endpoint here{{10, 0, 0, 1}, 1};
const base::endpoint there{{10, 0, 0, 2}, 2};

struct waiter : dht::early_streams::waiter {
  void handle_first_packet(base::instant, std::uint32_t id) override {
    firsts.push_back(id);
  }
  std::vector<std::uint32_t> firsts;
};

struct bench : waiter {
  base::seeded_entropy chance{1};
  dht::early_streams streams{chance, {}};

  bool packet(std::uint32_t id, const base::endpoint& from, std::uint8_t no,
              dht::socket via = dht::socket::server) {
    return streams.handle_packet(base::instant{}, via, from, id,
                                 base::bytes{no});
  }
};

} // namespace

CAF_TEST(the first packet says where the peer is and others follow it) {
  bench b;
  auto id = b.streams.claim(b);
  CAF_CHECK(b.packet(id, here, 1, dht::socket::client));
  CAF_CHECK(b.packet(id, here, 2, dht::socket::client));
  CAF_CHECK(b.packet(id, there, 3)); // taken, but not kept
  CAF_CHECK(b.packet(id, here, 4));  // another socket
  CAF_CHECK(b.firsts == std::vector{id});
  auto got = b.streams.take(id);
  CAF_REQUIRE(got.has_value());
  CAF_CHECK(got->from == here && got->via == dht::socket::client);
  CAF_CHECK_EQUAL(got->packets.size(), 2u);
  CAF_CHECK_EQUAL(b.streams.dropped(), 2u);
  CAF_CHECK(!b.packet(id, here, 5)); // somebody else's from now on
}

CAF_TEST(sixteen packets are kept) {
  bench b;
  auto id = b.streams.claim(b);
  for (std::uint8_t i = 0; i < 20; ++i)
    b.packet(id, here, i);
  CAF_CHECK_EQUAL(b.streams.take(id)->packets.size(), dht::early_packets_max);
}

CAF_TEST(ids that others use are not drawn) {
  std::vector<std::uint32_t> taken;
  base::seeded_entropy chance{1};
  dht::early_streams probe{chance, {}};
  waiter who;
  for (int i = 0; i < 5; ++i)
    taken.push_back(probe.claim(who));
  base::seeded_entropy again{1};
  dht::early_streams streams{again, [&](std::uint32_t id) {
                               return std::find(taken.begin(), taken.end(),
                                                id) != taken.end();
                             }};
  auto id = streams.claim(who);
  CAF_CHECK(std::find(taken.begin(), taken.end(), id) == taken.end());
}

CAF_TEST(unknown and released ids are not ours) {
  bench b;
  CAF_CHECK(!b.packet(77, here, 1));
  auto id = b.streams.claim(b);
  b.streams.release(id);
  CAF_CHECK(!b.packet(id, here, 1));
  CAF_CHECK(!b.streams.owns(id));
}

CAF_TEST(a stream without packets is taken empty) {
  bench b;
  auto id = b.streams.claim(b);
  CAF_CHECK(!b.streams.has_arrivals(id));
  CAF_CHECK(!b.streams.take(id).has_value());
  CAF_CHECK_EQUAL(b.streams.size(), 0u);
}
