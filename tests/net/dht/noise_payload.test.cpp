#define CAF_SUITE net_dht_noise_payload

#include "net/dht/noise_payload.hpp"

#include "base/text.hpp"
#include "tests/support/property.hpp"

using namespace hyper;

CAF_TEST(of another version nothing but the number is read) {
  auto payload = dht::decode_noise_payload(*base::from_hex("02ffffffff"));
  CAF_REQUIRE(payload.ok());
  CAF_CHECK_EQUAL(payload->version, 2u);
  CAF_CHECK(!payload->stream);
}

CAF_TEST(empty address lists set no flag) {
  dht::noise_payload payload;
  CAF_CHECK_EQUAL(base::to_hex(dht::encode(payload)), "01000000");
}

CAF_TEST(unknown numbers of errors and firewalls are kept) {
  auto payload = dht::decode_noise_payload(*base::from_hex("01000907"));
  CAF_REQUIRE(payload.ok());
  CAF_CHECK(static_cast<int>(payload->error) == 9);
  CAF_CHECK(static_cast<int>(payload->firewall) == 7);
}
