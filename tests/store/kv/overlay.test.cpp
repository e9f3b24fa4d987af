#define CAF_SUITE kv_overlay

#include "store/kv/overlay.hpp"

#include "tests/store/kv/content.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using test::entries;
using test::put;
using test::removal;

CAF_TEST(an overlay hides and adds and removes) {
  auto store = kv::make_memory_store();
  CAF_CHECK(store->commit({put("b", "1"), put("c", "2"), put("d", "3")}));
  auto below = *store->read();
  kv::batch above{put("a", "new"), put("c", "other"), removal("d"),
                  removal("absent")};
  auto both = kv::make_overlay(*below, above);
  entries want{{"a", "new"}, {"b", "1"}, {"c", "other"}};
  CAF_CHECK_EQUAL(test::entries_of(*both), want);
  CAF_CHECK(!both->get(base::as_bytes("d")).value());
}

CAF_TEST(a visitor that has seen enough ends the scan on either side) {
  auto store = kv::make_memory_store();
  CAF_CHECK(store->commit({put("b", "1"), put("d", "2")}));
  auto below = *store->read();
  kv::batch above{put("a", "3"), put("c", "4"), put("e", "5")};
  auto both = kv::make_overlay(*below, above);
  for (int enough = 1; enough <= 5; ++enough) {
    int seen = 0;
    CAF_CHECK(both->scan(
        {}, {}, kv::direction::forward,
        [&](base::bytes_view, base::bytes_view) { return ++seen < enough; }));
    CAF_CHECK_EQUAL(seen, enough);
  }
}

CAF_TEST(an overlay grows) {
  auto store = kv::make_memory_store();
  auto below = *store->read();
  kv::overlay both{*below};
  both.apply({put("a", "1")});
  both.apply({put("b", "2"), removal("a")});
  entries want{{"b", "2"}};
  CAF_CHECK_EQUAL(test::entries_of(both), want);
}

CAF_TEST(properties) {
  HYPER_PROPERTY("what an overlay shows is what a commit would make", [] {
    auto store = kv::make_memory_store();
    RC_ASSERT(store->commit(test::arbitrary_batch()).ok());
    auto below = *store->read();
    auto above = test::arbitrary_batch();
    auto both = kv::make_overlay(*below, above);
    RC_ASSERT(store->commit(above).ok());
    auto committed = *store->read();
    auto from = test::arbitrary_key();
    auto until = test::arbitrary_key();
    for (auto way : {kv::direction::forward, kv::direction::backward}) {
      RC_ASSERT(test::scan(*both, from, until, way) ==
                test::scan(*committed, from, until, way));
      RC_ASSERT(test::scan(*both, "", "", way) ==
                test::scan(*committed, "", "", way));
    }
    auto key = test::arbitrary_key();
    auto left = both->get(base::as_bytes(key)).value();
    auto right = committed->get(base::as_bytes(key)).value();
    RC_ASSERT(left.has_value() == right.has_value());
    if (left)
      RC_ASSERT(base::equal(*left, *right));
  });
}
