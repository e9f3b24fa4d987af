#define CAF_SUITE net_dht_blind_relay

#include "net/dht/blind_relay.hpp"

#include "tests/support/property.hpp"

using namespace hyper;

CAF_TEST(messages survive a round trip) {
  HYPER_PROPERTY("pair", [](bool initiator, std::uint32_t id) {
    dht::relay_pair pair{initiator, {7}, id, 0};
    RC_ASSERT(*dht::decode_relay_pair(dht::encode(pair)) == pair);
  });
  dht::relay_unpair unpair{{9}};
  CAF_CHECK(*dht::decode_relay_unpair(dht::encode(unpair)) == unpair);
  CAF_CHECK(!dht::decode_relay_pair(base::bytes(33)).ok());
}
