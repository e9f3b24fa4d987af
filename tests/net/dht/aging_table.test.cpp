#define CAF_SUITE net_dht_aging_table

#include "net/dht/aging_table.hpp"

#include "tests/support/property.hpp"

using namespace hyper;

namespace {

using table = dht::aging_table<int, int>;

constexpr base::fixed_bytes<4> host{10, 0, 0, 1};
constexpr base::fixed_bytes<4> other{10, 0, 0, 2};

} // namespace

CAF_TEST(what is not touched in two turns is gone) {
  table t{{10, 10}};
  t.put(1, 100, host, 0);
  t.put(2, 200, host, 0);
  t.turn();
  CAF_CHECK(t.find(1) != nullptr && t.find(2) != nullptr);
  CAF_CHECK(t.renew(2) != nullptr);
  t.turn();
  CAF_CHECK(t.find(1) == nullptr);
  CAF_CHECK(t.find(2) != nullptr);
  t.turn();
  CAF_CHECK_EQUAL(t.size(), 0u);
  t.check_invariant();
}

CAF_TEST(a full table drops the entry after the victim) {
  table t{{3, 3}};
  for (int key : {10, 20, 30})
    t.put(key, key, host, 0);
  CAF_CHECK(t.put(40, 40, other, 15));
  CAF_CHECK(t.find(20) == nullptr);
  CAF_CHECK(t.put(50, 50, other, 99)); // behind the last: the first one
  CAF_CHECK(t.find(10) == nullptr);
  CAF_CHECK_EQUAL(t.evicted(), 2u);
  t.check_invariant();
}

CAF_TEST(a host has its share and may replace its own) {
  table t{{10, 2}};
  CAF_CHECK(t.put(1, 1, host, 0));
  CAF_CHECK(t.put(2, 2, host, 0));
  CAF_CHECK(!t.put(3, 3, host, 0));
  CAF_CHECK(t.put(2, 22, host, 0));
  CAF_CHECK(t.put(3, 3, other, 0));
  CAF_CHECK(!t.put(3, 3, host, 0)); // somebody else's
  CAF_CHECK(t.erase(1));
  CAF_CHECK(!t.erase(1));
  CAF_CHECK(t.put(3, 33, host, 0));
  CAF_CHECK_EQUAL(*t.find(3), 33);
  t.check_invariant();
}

CAF_TEST(counts and limits hold whatever is done) {
  HYPER_PROPERTY("invariants", [](const std::vector<std::uint8_t>& steps) {
    table t{{8, 4}};
    for (auto step : steps) {
      base::fixed_bytes<4> from{1, 1, 1, static_cast<std::uint8_t>(step % 3)};
      if (step % 7 == 0)
        t.turn();
      else if (step % 5 == 0)
        t.erase(step % 16);
      else
        t.put(step % 16, step, from, step / 2);
      t.check_invariant();
    }
  });
}
