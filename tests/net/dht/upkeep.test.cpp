#define CAF_SUITE net_dht_upkeep

#include "net/dht/upkeep.hpp"

#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::dht;

namespace {

struct fixture {
  base::seeded_entropy chance{5};
  base::instant now;
  upkeep ticks{chance, now};
  upkeep::situation how{.bootstrapped = true};

  upkeep::chores tick() {
    now = ticks.next();
    return ticks.handle_tick(now, how);
  }

  template <class Wanted>
  int ticks_until(Wanted wanted) {
    for (int i = 1; i < 2000; ++i)
      if (wanted(tick()))
        return i;
    return -1;
  }
};

bool refreshes(const upkeep::chores& due) {
  return due.refresh;
}

bool pings(const upkeep::chores& due) {
  return due.ping_some;
}

bool checks(const upkeep::chores& due) {
  return due.check_network;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(upkeep_tests, fixture)

CAF_TEST(nodes start out of step) {
  HYPER_PROPERTY("at one of the ticks from 51 to 100", [](std::uint64_t seed) {
    base::seeded_entropy dice{seed};
    upkeep some{dice, base::instant{}};
    RC_ASSERT(some.current() >= 51 && some.current() <= 100);
  });
}

CAF_TEST(a tick is five seconds) {
  CAF_CHECK(ticks.next() - now == base::seconds{5});
}

CAF_TEST(pings go out every eight ticks) {
  ticks_until(pings);
  CAF_CHECK_EQUAL(ticks_until(pings), 8);
}

CAF_TEST(the first refresh comes early and a query puts it off) {
  auto first = ticks_until(refreshes);
  CAF_CHECK(first >= 31);
  CAF_CHECK(first <= 60);
  ticks.note_query();
  CAF_CHECK_EQUAL(ticks_until(refreshes), 60);
}

CAF_TEST(few nodes are refreshed more) {
  ticks.note_query();
  how.few_nodes = true;
  int refreshed = 0;
  for (int i = 0; i < 64; ++i) {
    refreshed += tick().refresh ? 1 : 0;
    ticks.note_query();
  }
  CAF_CHECK_EQUAL(refreshed, 1);
}

CAF_TEST(a stable node is checked after twenty minutes and then each hour) {
  how.wants_persistence = true;
  CAF_CHECK_EQUAL(ticks_until(checks), 240);
  CAF_CHECK_EQUAL(ticks_until(checks), 720);
}

CAF_TEST(the same host is not checked twice) {
  how.wants_persistence = true;
  how.checked_address = true;
  CAF_CHECK_EQUAL(ticks_until(checks), -1);
}

CAF_TEST(nothing is due before the bootstrap) {
  how.bootstrapped = false;
  CAF_CHECK_EQUAL(ticks_until([](const upkeep::chores& due) {
                    return due.refresh || due.ping_some || due.check_network;
                  }),
                  -1);
}

CAF_TEST(sleep makes everything old and is followed by pings and a refresh) {
  tick();
  auto before = ticks.current();
  now += base::minutes{10};
  auto due = ticks.handle_tick(now, how);
  CAF_CHECK(due.woken);
  CAF_CHECK(due.refresh);
  CAF_CHECK(ticks.current() >= before + 2 * old_ticks);
  CAF_CHECK_EQUAL(ticks_until(pings), 2);
}

CAF_TEST(a late tick is no sleep) {
  now += sleep_min;
  CAF_CHECK(!ticks.handle_tick(now, how).woken);
}

CAF_TEST_FIXTURE_SCOPE_END()
