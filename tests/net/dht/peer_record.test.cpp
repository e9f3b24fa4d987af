#define CAF_SUITE net_dht_peer_record

#include "net/dht/peer_record.hpp"

#include "net/dht/commands.hpp"
#include "tests/support/property.hpp"

using namespace hyper;

CAF_TEST(older peers leave the bump out) {
  base::writer out;
  out.uint(0);
  auto reply = dht::decode_lookup_reply(out.data());
  CAF_REQUIRE(reply.ok());
  CAF_CHECK_EQUAL(reply->bump, 0u);
}

CAF_TEST(twenty records of a longer reply are kept) {
  dht::lookup_reply reply;
  for (std::uint8_t i = 0; i < 30; ++i)
    reply.peers.push_back({base::public_key{i}, {}});
  reply.bump = 7;
  auto decoded = dht::decode_lookup_reply(dht::encode(reply));
  CAF_REQUIRE(decoded.ok());
  CAF_CHECK_EQUAL(decoded->peers.size(), dht::lookup_peers_max);
  CAF_CHECK(decoded->peers.back().key == base::public_key{19});
  CAF_CHECK_EQUAL(decoded->bump, 7u);
}

CAF_TEST(a count that promises too much costs nothing) {
  base::writer out;
  out.raw(base::public_key{});
  out.uint(base::array_count_max);
  CAF_CHECK(!dht::decode_peer_record(base::bytes_view{out.data()}).ok());
}

CAF_TEST(records survive a round trip) {
  HYPER_PROPERTY("peer record", [](const std::vector<std::uint16_t>& ports) {
    dht::peer_record record;
    for (auto port : ports)
      record.relays.push_back({{10, 0, 0, 1}, port});
    auto raw = dht::encode(record);
    RC_ASSERT(*dht::decode_peer_record(base::bytes_view{raw}) == record);
  });
}
