#define CAF_SUITE net_dht_health

#include "net/dht/health.hpp"

#include <caf/test/unit_test.hpp>

using namespace hyper::dht;

namespace {

struct fixture {
  health network;
  std::uint64_t responses = 0;
  std::uint64_t timeouts = 0;

  health_state tick(std::uint64_t good, std::uint64_t bad, int times = 1) {
    for (int i = 0; i < times; ++i)
      network.update(responses += good, timeouts += bad);
    return network.state();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(health_tests, fixture)

CAF_TEST(it takes two silent ticks to be offline) {
  tick(10, 0, 4);
  CAF_CHECK(tick(0, 10) == health_state::online);
  CAF_CHECK(tick(0, 10) == health_state::offline);
  CAF_CHECK(tick(10, 0) == health_state::online);
}

CAF_TEST(a cold start says nothing) {
  CAF_CHECK(tick(0, 10, 4) == health_state::online);
}

CAF_TEST(idle ticks say nothing) {
  tick(10, 0, 4);
  CAF_CHECK(tick(0, 3, 20) == health_state::online);
}

CAF_TEST(four bad ticks are degraded and four good ones are not ) {
  tick(10, 0, 8);
  CAF_CHECK(tick(4, 6, 3) == health_state::online);
  CAF_CHECK(tick(4, 6) == health_state::degraded);
  CAF_CHECK(tick(6, 4, 3) == health_state::degraded);
  CAF_CHECK(tick(6, 4) == health_state::online);
}

CAF_TEST(a reset forgets) {
  tick(10, 0, 4);
  tick(0, 10, 2);
  CAF_CHECK(network.reset());
  CAF_CHECK(!network.reset());
  CAF_CHECK(tick(0, 10, 4) == health_state::online);
}

CAF_TEST_FIXTURE_SCOPE_END()
