#define CAF_SUITE net_dht_rate_limit

#include "net/dht/rate_limit.hpp"

#include <caf/test/unit_test.hpp>

using namespace hyper;
using namespace hyper::dht;

namespace {

constexpr base::fixed_bytes<4> stranger{1, 2, 3, 4};

struct fixture {
  base::seeded_entropy chance{3};
  rate_limit limit{chance};
  base::instant now;

  std::size_t admitted(const base::fixed_bytes<4>& host, std::size_t tries) {
    std::size_t out = 0;
    for (std::size_t i = 0; i < tries; ++i)
      out += limit.admit(now, host) ? 1 : 0;
    return out;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(rate_limit_tests, fixture)

CAF_TEST(a burst and then so many per second) {
  CAF_CHECK_EQUAL(admitted(stranger, 5000), rate_limit::burst);
  now += base::seconds{1};
  CAF_CHECK_EQUAL(admitted(stranger, 5000), 500u);
}

CAF_TEST(a pause gives the whole burst back and no more) {
  admitted(stranger, 5000);
  now += base::minutes{60};
  CAF_CHECK_EQUAL(admitted(stranger, 5000), rate_limit::burst);
}

CAF_TEST(other hosts do not suffer) {
  admitted(stranger, 5000);
  CAF_CHECK_EQUAL(admitted({1, 2, 3, 5}, 10), 10u);
}

CAF_TEST(loopback is not limited) {
  CAF_CHECK_EQUAL(admitted({127, 0, 0, 1}, 5000), 5000u);
}

CAF_TEST_FIXTURE_SCOPE_END()
