#define CAF_SUITE net_dht_stored_value

#include "net/dht/stored_value.hpp"

#include "tests/net/dht/errand_bench.hpp"
#include "tests/support/property.hpp"

using namespace hyper;

CAF_TEST(sequence number and value are signed) {
  auto key = test::test_keys(1);
  auto put = dht::sign_mutable(key, 3, base::as_bytes("value"));
  CAF_CHECK(dht::is_signed(key.pub, put.content));
  auto other = put.content;
  other.seq = 4;
  CAF_CHECK(!dht::is_signed(key.pub, other));
  other = put.content;
  other.value.push_back(0);
  CAF_CHECK(!dht::is_signed(key.pub, other));
  CAF_CHECK(!dht::is_signed(test::test_keys(2).pub, put.content));
}

CAF_TEST(an empty value is never signed) {
  auto key = test::test_keys(1);
  dht::mutable_value empty;
  empty.signature = base::sign(key, dht::mutable_signable(0, {}));
  CAF_CHECK(!dht::is_signed(key.pub, empty));
}
