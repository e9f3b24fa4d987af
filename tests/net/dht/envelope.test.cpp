#define CAF_SUITE net_dht_envelope

#include "net/dht/envelope.hpp"

#include "base/text.hpp"
#include "tests/support/property.hpp"

using namespace hyper;

CAF_TEST(addresses follow the noise bytes) {
  dht::handshake_envelope envelope{dht::relay_mode::from_second_relay,
                                   {0xaa},
                                   base::endpoint{{1, 2, 3, 4}, 5},
                                   base::endpoint{{6, 7, 8, 9}, 10}};
  CAF_CHECK_EQUAL(base::to_hex(dht::encode(envelope)),
                  "030301aa010203040500060708090a00");
}

CAF_TEST(unknown modes are refused) {
  CAF_CHECK(!dht::decode_handshake_envelope(*base::from_hex("000501aa")).ok());
  CAF_CHECK(!dht::decode_punch_envelope(*base::from_hex("00050001aa")).ok());
  CAF_CHECK(dht::decode_handshake_envelope(*base::from_hex("000401aa")).ok());
}
