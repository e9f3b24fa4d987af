#define CAF_SUITE net_dht_address_list

#include "net/dht/address_list.hpp"

#include "base/text.hpp"
#include "tests/support/property.hpp"

using namespace hyper;

CAF_TEST(hosts in reading order and ports little endian) {
  base::writer out;
  dht::encode_addresses(out, {{{127, 0, 0, 1}, 30001}});
  CAF_CHECK_EQUAL(base::to_hex(out.data()), "017f0000013175");
}

CAF_TEST(a list that ends early is none) {
  auto raw = *base::from_hex("027f0000013175");
  base::reader in{raw};
  CAF_CHECK(dht::decode_addresses(in).empty());
  CAF_CHECK(in.failed());
}
