#define CAF_SUITE kv_persistent_map

#include "store/kv/persistent_map.hpp"

#include "tests/store/kv/content.hpp"
#include "tests/support/property.hpp"

using namespace hyper;

namespace {

test::entry_list scanned(const kv::persistent_map& map, const std::string& from,
                         const std::string& until, kv::direction way) {
  test::entry_list seen;
  map.scan(base::as_bytes(from), base::as_bytes(until), way,
           [&](base::bytes_view key, base::bytes_view value) {
             seen.emplace_back(base::as_text(key), base::as_text(value));
             return true;
           });
  return seen;
}

kv::persistent_map with(const kv::persistent_map& map, std::string_view key,
                        std::string_view value) {
  return map.with(kv::batch{{base::to_bytes(key), base::to_bytes(value)}});
}

kv::persistent_map without(const kv::persistent_map& map,
                           std::string_view key) {
  return map.with(kv::batch{{base::to_bytes(key), std::nullopt}});
}

} // namespace

CAF_TEST(a change makes a new map and leaves the old one) {
  kv::persistent_map empty;
  auto one = with(empty, "a", "1");
  auto two = with(one, "a", "2");
  auto none = without(two, "a");
  CAF_CHECK(!empty.find(base::as_bytes("a")));
  CAF_CHECK_EQUAL(base::as_text(*one.find(base::as_bytes("a"))), "1");
  CAF_CHECK_EQUAL(base::as_text(*two.find(base::as_bytes("a"))), "2");
  CAF_CHECK(!none.find(base::as_bytes("a")));
  CAF_CHECK(!without(none, "a").find(base::as_bytes("a")));
}

CAF_TEST(keys in order do not make it deep) {
  kv::persistent_map map;
  for (int i = 0; i < 20000; ++i) {
    auto key = std::to_string(1000000 + i);
    map = with(map, key, "");
  }
  CAF_CHECK(map.find(base::as_bytes("1019999")).has_value());
  CAF_CHECK_EQUAL(scanned(map, "", "", kv::direction::forward).size(), 20000u);
}

CAF_TEST(properties) {
  HYPER_PROPERTY("every version stays what it was", [] {
    kv::persistent_map map;
    test::model model;
    std::vector<std::pair<kv::persistent_map, test::model>> versions;
    // In groups of all sizes: within one, nodes are changed in place.
    auto all = test::arbitrary_batch();
    for (auto begin = all.begin(); begin != all.end();) {
      auto left = static_cast<std::size_t>(all.end() - begin);
      auto size = *rc::gen::inRange<std::size_t>(1, left + 1);
      auto end = begin + static_cast<std::ptrdiff_t>(size);
      kv::batch group{begin, end};
      map = map.with(group);
      model.apply(group);
      versions.emplace_back(map, model);
      begin = end;
    }
    // Another branch from the middle does not touch the first one.
    auto branch = versions.empty() ? map : versions.front().first;
    auto other = branch.with(test::arbitrary_batch());
    auto from = test::arbitrary_key();
    auto until = test::arbitrary_key();
    for (const auto& [then, want] : versions)
      for (auto way : {kv::direction::forward, kv::direction::backward})
        RC_ASSERT(scanned(then, from, until, way) ==
                  want.scan(from, until, way));
  });
}
