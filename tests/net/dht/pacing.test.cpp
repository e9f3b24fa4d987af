#define CAF_SUITE net_dht_pacing

#include "net/dht/pacing.hpp"

#include <caf/test/unit_test.hpp>

using namespace hyper;
using namespace hyper::dht;

namespace {

struct fixture {
  base::instant now;
  pacing pace{now};

  void send(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      pace.sent();
  }

  void next_slot() {
    now = pace.slot_end();
    pace.advance(now);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(pacing_tests, fixture)

CAF_TEST(a slot holds eighty) {
  send(pacing::slot_max - 1);
  CAF_CHECK(!pace.full());
  send(1);
  CAF_CHECK(pace.full());
  next_slot();
  CAF_CHECK(!pace.full());
}

CAF_TEST(four slots hold twice as many) {
  send(pacing::slot_max);
  next_slot();
  send(pacing::slot_max);
  next_slot();
  CAF_CHECK(pace.full());
  next_slot();
  CAF_CHECK(pace.full());
  next_slot(); // the first slot is forgotten
  CAF_CHECK(!pace.full());
}

CAF_TEST(answers make room) {
  send(pacing::slot_max);
  pace.settled();
  CAF_CHECK(!pace.full());
}

CAF_TEST(answers to what was never counted change nothing) {
  pace.settled();
  send(pacing::slot_max);
  CAF_CHECK(pace.full());
}

CAF_TEST(a long pause forgets everything) {
  send(pacing::slot_max);
  next_slot();
  send(pacing::slot_max);
  now += base::minutes{600};
  pace.advance(now);
  CAF_CHECK(!pace.full());
  CAF_CHECK(pace.slot_end() > now);
  CAF_CHECK(pace.slot_end() <= now + pacing::slot);
}

CAF_TEST_FIXTURE_SCOPE_END()
