#define CAF_SUITE net_dht_announce

#include "net/dht/announce.hpp"

#include "tests/net/dht/errand_bench.hpp"
#include "tests/support/property.hpp"

using namespace hyper;

namespace {

const auto key = test::test_keys(1);
const dht::announce_context where{dht::announce_kind::announce, base::hash32{1},
                                  base::hash32{2}, base::hash32{3}};

} // namespace

CAF_TEST(a signature is good for one node and token and target and purpose) {
  auto value = dht::sign_announce(where, {key.pub, {}}, key);
  CAF_CHECK(dht::is_signed(where, value));
  auto differs = [&](auto change) {
    auto other = where;
    change(other);
    return !dht::is_signed(other, value);
  };
  CAF_CHECK(differs([](auto& w) { w.kind = dht::announce_kind::unannounce; }));
  CAF_CHECK(differs([](auto& w) { w.target[9] ^= 1; }));
  CAF_CHECK(differs([](auto& w) { w.node_id[9] ^= 1; }));
  CAF_CHECK(differs([](auto& w) { w.token[9] ^= 1; }));
}

CAF_TEST(everything but the bump is signed) {
  auto value = dht::sign_announce(where, {key.pub, {}}, key);
  value.bump = 77;
  CAF_CHECK(dht::is_signed(where, value));
  auto relays = value;
  relays.peer->relays.push_back({{1, 1, 1, 1}, 1});
  CAF_CHECK(!dht::is_signed(where, relays));
  auto refresh = value;
  refresh.refresh = base::hash32{4};
  CAF_CHECK(!dht::is_signed(where, refresh));
}

CAF_TEST(without a peer or a signature nothing is signed) {
  CAF_CHECK(!dht::is_signed(where, {}));
  dht::announce_value bare;
  bare.peer = dht::peer_record{key.pub, {}};
  CAF_CHECK(!dht::is_signed(where, bare));
}
