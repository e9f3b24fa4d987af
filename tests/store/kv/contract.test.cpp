#define CAF_SUITE kv_contract

#include "store/kv/kv.hpp"

#include "tests/store/kv/content.hpp"
#include "tests/support/property.hpp"
#include "tests/support/temp_folder.hpp"

#include <thread>

// What kv.hpp promises, asked of every store.

using namespace hyper;
using test::entries;
using test::entries_of;
using test::put;
using test::removal;

namespace {

struct every_store {
  test::temp_folder place;
  std::vector<std::unique_ptr<kv::store>> stores;

  every_store() {
    stores.push_back(kv::make_memory_store());
    stores.push_back(*kv::open_lmdb(place.path()));
  }

  void each(const std::function<void(kv::store&)>& run) {
    for (auto& store : stores)
      run(*store);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(contract, every_store)

CAF_TEST(a fresh store is empty) {
  each([](kv::store& store) {
    auto now = *store.read();
    CAF_CHECK(entries_of(*now).empty());
    CAF_CHECK(!now->get(base::as_bytes("a")).value());
  });
}

CAF_TEST(writes of one batch apply in order) {
  each([](kv::store& store) {
    CAF_CHECK(store.commit({put("a", "1"), put("b", "2"), put("a", "3"),
                            removal("b"), removal("absent")}));
    entries want{{"a", "3"}};
    CAF_CHECK_EQUAL(entries_of(**store.read()), want);
  });
}

CAF_TEST(an empty value is a value and an empty batch is nothing) {
  each([](kv::store& store) {
    CAF_CHECK(store.commit({put("a", "")}));
    CAF_CHECK(store.commit({}));
    auto now = *store.read();
    auto found = now->get(base::as_bytes("a")).value();
    CAF_REQUIRE(found.has_value());
    CAF_CHECK(found->empty());
  });
}

CAF_TEST(a snapshot does not see what comes later) {
  each([](kv::store& store) {
    CAF_CHECK(store.commit({put("a", "1"), put("b", "2")}));
    auto before = *store.read();
    CAF_CHECK(store.commit({put("a", "9"), removal("b"), put("c", "3")}));
    entries old{{"a", "1"}, {"b", "2"}};
    CAF_CHECK_EQUAL(entries_of(*before), old);
    entries now{{"a", "9"}, {"c", "3"}};
    CAF_CHECK_EQUAL(entries_of(**store.read()), now);
  });
}

CAF_TEST(views live as long as the snapshot) {
  each([](kv::store& store) {
    CAF_CHECK(store.commit({put("a", "first")}));
    auto now = *store.read();
    auto view = *now->get(base::as_bytes("a")).value();
    for (int i = 0; i < 50; ++i)
      CAF_CHECK(store.commit({put("a", "other"), put("b", "more")}));
    CAF_CHECK_EQUAL(base::as_text(view), "first");
  });
}

CAF_TEST(scans take the start and leave the end) {
  each([](kv::store& store) {
    CAF_CHECK(store.commit(
        {put("a", "1"), put("b", "2"), put("ba", "3"), put("c", "4")}));
    auto now = *store.read();
    entries middle{{"b", "2"}, {"ba", "3"}};
    CAF_CHECK_EQUAL(entries_of(*now, "b", "c"), middle);
    entries back{{"ba", "3"}, {"b", "2"}};
    CAF_CHECK_EQUAL(entries_of(*now, "b", "c", kv::direction::backward), back);
    entries tail{{"ba", "3"}, {"c", "4"}};
    CAF_CHECK_EQUAL(entries_of(*now, "b0", ""), tail);
    CAF_CHECK(entries_of(*now, "bb", "c").empty());
    CAF_CHECK(entries_of(*now, "c", "b").empty());
    CAF_CHECK(entries_of(*now, "c", "b", kv::direction::backward).empty());
    CAF_CHECK(entries_of(*now, "d", "").empty());
    entries last{{"c", "4"}};
    CAF_CHECK_EQUAL(entries_of(*now, "c", "z", kv::direction::backward), last);
  });
}

CAF_TEST(a scan ends when its visitor has seen enough) {
  each([](kv::store& store) {
    CAF_CHECK(store.commit({put("a", "1"), put("b", "2"), put("c", "3")}));
    auto now = *store.read();
    for (auto way : {kv::direction::forward, kv::direction::backward}) {
      int seen = 0;
      CAF_CHECK(now->scan({}, {}, way, [&](base::bytes_view, base::bytes_view) {
        return ++seen < 2;
      }));
      CAF_CHECK_EQUAL(seen, 2);
    }
  });
}

CAF_TEST(keys of every legal size and values larger than a page) {
  each([](kv::store& store) {
    auto longest = std::string(kv::key_size_max, 'k');
    auto large = std::string(300000, 'v');
    CAF_CHECK(store.commit({put("k", "1"), put(longest, large)}));
    entries want{{"k", "1"}, {longest, large}};
    CAF_CHECK_EQUAL(entries_of(**store.read()), want);
    auto now = *store.read();
    CAF_CHECK(!now->get({}).value());
    CAF_CHECK(!now->get(base::as_bytes(longest + "k")).value());
  });
}

CAF_TEST(read and commit run on two threads) {
  each([](kv::store& store) {
    CAF_CHECK(store.commit({put("a", "0"), put("b", "0")}));
    std::thread reader{[&store] {
      for (int i = 0; i < 200; ++i) {
        auto now = entries_of(**store.read());
        if (now.at("a") != now.at("b"))
          std::abort();
      }
    }};
    for (int i = 0; i < 20; ++i) {
      auto text = std::to_string(i);
      CAF_CHECK(store.commit({put("a", text), put("b", text)}));
    }
    reader.join();
  });
}

CAF_TEST(properties) {
  HYPER_PROPERTY("stores agree with a map", [] {
    test::temp_folder place;
    auto memory = kv::make_memory_store();
    auto lmdb = *kv::open_lmdb(place.path());
    auto model = test::model{};
    auto rounds = *rc::gen::inRange(1, 5);
    for (int i = 0; i < rounds; ++i) {
      auto changes = test::arbitrary_batch();
      RC_ASSERT(memory->commit(changes).ok());
      RC_ASSERT(lmdb->commit(changes).ok());
      model.apply(changes);
      auto from = test::arbitrary_key();
      auto until = test::arbitrary_key();
      for (auto way : {kv::direction::forward, kv::direction::backward}) {
        auto want = model.scan(from, until, way);
        RC_ASSERT(test::scan(**memory->read(), from, until, way) == want);
        RC_ASSERT(test::scan(**lmdb->read(), from, until, way) == want);
      }
    }
  });
}

CAF_TEST_FIXTURE_SCOPE_END()
