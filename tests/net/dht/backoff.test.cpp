#define CAF_SUITE net_dht_backoff

#include "net/dht/backoff.hpp"

#include <caf/test/unit_test.hpp>

using namespace hyper;
using namespace hyper::dht;

CAF_TEST(waits double up to eight seconds and are never longer) {
  base::seeded_entropy chance{7};
  backoff wait;
  for (auto most : {1, 2, 4, 8, 8, 8}) {
    base::duration longest = base::seconds{most};
    auto got = wait.next(chance);
    CAF_CHECK(got <= longest);
    CAF_CHECK(got >= longest * 3 / 4);
  }
  wait.reset();
  CAF_CHECK(wait.next(chance) <= backoff::first);
}
