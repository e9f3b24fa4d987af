#define CAF_SUITE kv_persistent_map

#include "store/kv/persistent_map.hpp"

#include "base/entropy.hpp"
#include "tests/store/kv/content.hpp"
#include "tests/support/property.hpp"

#include <algorithm>
#include <map>

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

// Pages are cut and joined on every level, at both ends and in the middle.
CAF_TEST(many pages come and go) {
  base::seeded_entropy chance{7};
  kv::persistent_map map;
  std::map<std::string, std::string> model;
  for (int round = 0; round < 400; ++round) {
    kv::batch group;
    auto growing = round % 200 < 120;
    for (auto left = 1 + chance.below(100); left > 0; --left) {
      auto key = std::to_string(100000 + chance.below(6000));
      std::string value(chance.below(4) == 0 ? 2000 : 5, 'v');
      value += std::to_string(round);
      if (chance.below(10) < (growing ? 8u : 1u)) {
        group.push_back({base::to_bytes(key), base::to_bytes(value)});
        model[key] = value;
      } else {
        group.push_back({base::to_bytes(key), std::nullopt});
        model.erase(key);
      }
    }
    map = map.with(group);
    if (round % 20 != 19)
      continue;
    test::entry_list want{model.begin(), model.end()};
    CAF_CHECK(scanned(map, "", "", kv::direction::forward) == want);
    std::ranges::reverse(want);
    CAF_CHECK(scanned(map, "", "", kv::direction::backward) == want);
    for (const auto& [key, value] : model)
      if (auto found = map.find(base::as_bytes(key));
          !found || base::as_text(*found) != value)
        CAF_FAIL("lost " << key);
  }
  kv::batch rest;
  for (const auto& [key, value] : model)
    rest.push_back({base::to_bytes(key), std::nullopt});
  CAF_CHECK(scanned(map.with(rest), "", "", kv::direction::forward).empty());
}

CAF_TEST(properties) {
  HYPER_PROPERTY("every version stays what it was", [] {
    kv::persistent_map map;
    test::model model;
    std::vector<std::pair<kv::persistent_map, test::model>> versions;
    // In groups of all sizes: a page is made once for all of a group.
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
