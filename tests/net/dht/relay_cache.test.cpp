#define CAF_SUITE net_dht_relay_cache

#include "net/dht/relay_cache.hpp"

#include "tests/net/dht/errand_bench.hpp"
#include "tests/support/property.hpp"

using namespace hyper;

CAF_TEST(the newest relays of a peer count) {
  dht::relay_cache cache;
  auto peer = test::test_keys(1).pub;
  cache.put(peer, {{{1, 1, 1, 1}, 1}});
  cache.put(peer, {{{2, 2, 2, 2}, 2}});
  cache.put(peer, {}); // nothing learned
  CAF_CHECK(cache.find(peer) == dht::address_list({{{2, 2, 2, 2}, 2}}));
  CAF_CHECK(cache.find(test::test_keys(2).pub).empty());
}

CAF_TEST(the oldest peer makes room) {
  dht::relay_cache cache;
  auto peer = [](std::size_t i) {
    return base::blake2b(base::as_bytes(std::to_string(i)));
  };
  for (std::size_t i = 0; i <= dht::relay_cache::entries_max; ++i)
    cache.put(peer(i), {{{1, 1, 1, 1}, 1}});
  CAF_CHECK_EQUAL(cache.size(), dht::relay_cache::entries_max);
  CAF_CHECK(cache.find(peer(0)).empty());
  CAF_CHECK(!cache.find(peer(1)).empty());
}
