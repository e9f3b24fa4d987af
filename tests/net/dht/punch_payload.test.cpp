#define CAF_SUITE net_dht_punch_payload

#include "net/dht/punch_payload.hpp"

#include "tests/support/property.hpp"

using namespace hyper;

CAF_TEST(nothing between nonce and tag is refused) {
  CAF_CHECK(!dht::open_punch({}, base::bytes(40)).ok());
  CAF_CHECK(!dht::open_punch({}, base::bytes(3)).ok());
}

CAF_TEST(the port is no part of a token) {
  base::hash32 secret{1};
  CAF_CHECK(dht::punch_token(secret, {1, 2, 3, 4}) !=
            dht::punch_token(secret, {1, 2, 3, 5}));
  CAF_CHECK(dht::punch_token(secret, {1, 2, 3, 4}) !=
            dht::punch_token({2}, {1, 2, 3, 4}));
}

CAF_TEST(payloads survive a round trip) {
  HYPER_PROPERTY("sealed", [](std::uint8_t round, bool punching) {
    dht::punch_payload payload;
    payload.round = round % dht::punch_round_limit;
    payload.punching = punching;
    payload.addresses = dht::address_list{};
    auto sealed = dht::seal_punch({3}, {4}, payload);
    RC_ASSERT(*dht::open_punch({3}, sealed) == payload);
  });
}
