#define CAF_SUITE bee_tree

#include "store/bee/tree.hpp"

#include "tests/store/bee/memory_log.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::test;

namespace {

/// Every version of a log, and what it should hold.
struct story {
  memory_log log;
  std::vector<model> versions{{}, {}}; ///< by length

  void apply(const random_change& change) {
    auto key = key_of(change.key);
    auto next = versions.back();
    bool appends = true;
    if (change.is_put) {
      auto value = std::to_string(change.value);
      next[key] = value;
      RC_ASSERT(log.put(key, value));
    } else {
      appends = next.erase(key) > 0;
      RC_ASSERT(log.del(key) == appends);
    }
    if (appends)
      versions.push_back(next);
  }
};

rc::Gen<random_change> any_change() {
  return rc::gen::build<random_change>(
      rc::gen::set(&random_change::key, rc::gen::inRange<std::uint8_t>(0, 60)),
      rc::gen::set(
          &random_change::is_put,
          rc::gen::map(rc::gen::inRange(0, 10), [](int n) { return n < 6; })));
}

story any_story() {
  story out;
  auto changes = *rc::gen::scale(
      3.0, rc::gen::container<std::vector<random_change>>(any_change()));
  for (const auto& one : changes)
    out.apply(one);
  return out;
}

base::bytes bytes_of(const std::string& text) {
  return base::to_bytes(text);
}

listing between(const model& content, const std::string& low, bool with_low,
                const std::string& high, bool with_high) {
  listing out;
  for (const auto& [key, value] : content)
    if ((with_low ? key >= low : key > low) &&
        (with_high ? key <= high : key < high))
      out.emplace_back(key, value);
  return out;
}

} // namespace

CAF_TEST(a log of no block or the header alone is the empty tree) {
  memory_log log;
  CAF_CHECK_EQUAL(value_of(log.now(), "a"), "-");
  CAF_CHECK(!log.del("a"));
  CAF_CHECK_EQUAL(log.blocks.length(), 1u);
  CAF_CHECK_EQUAL(value_of(log.now(), "a"), "-");
  CAF_CHECK(read_all(log.now().entries()).empty());
  CAF_CHECK(!*log.now().peek());
}

CAF_TEST(a deleted key stays deleted where the original finds it again) {
  memory_log log;
  for (const char* key : {"a", "b", "c", "d", "f", "g", "h", "i", "e", "0"})
    log.put(key, key);
  CAF_CHECK(log.del("e"));
  log.put("1", "1");
  CAF_CHECK_EQUAL(value_of(log.now(), "e"), "-");
}

CAF_TEST(every version is as the model says) {
  HYPER_PROPERTY("get, entries and checkout", [] {
    auto told = any_story();
    auto end = told.log.blocks.length();
    RC_ASSERT(end == 0 || end == told.versions.size() - 1);
    for (std::uint64_t length = 0; length <= end; ++length) {
      const auto& content = told.versions[std::max<std::uint64_t>(length, 1)];
      auto version = told.log.at(length);
      RC_ASSERT(read_all(version.entries()) == listing_of(content));
    }
    auto newest = told.log.now();
    for (std::uint8_t i = 0; i < 60; ++i) {
      auto known = told.versions.back().find(key_of(i));
      bool is_known = known != told.versions.back().end();
      RC_ASSERT(value_of(newest, key_of(i)) ==
                (is_known ? known->second : "-"));
    }
  });
}

CAF_TEST(ranges give what lies between in both directions) {
  HYPER_PROPERTY("ranges", [] {
    auto told = any_story();
    const auto& content = told.versions.back();
    auto low = key_of(*rc::gen::inRange<std::uint8_t>(0, 70));
    auto high = key_of(*rc::gen::inRange<std::uint8_t>(0, 70));
    bool with_low = *rc::gen::arbitrary<bool>();
    bool with_high = *rc::gen::arbitrary<bool>();
    auto limit = *rc::gen::inRange<std::uint64_t>(0, 30);
    bee::range_options options;
    (with_low ? options.keys.gte : options.keys.gt) = bytes_of(low);
    (with_high ? options.keys.lte : options.keys.lt) = bytes_of(high);
    auto want = between(content, low, with_low, high, with_high);
    RC_ASSERT(read_all(told.log.now().entries(options)) == want);
    options.reverse = *rc::gen::arbitrary<bool>();
    options.limit = limit;
    if (options.reverse)
      std::reverse(want.begin(), want.end());
    want.resize(std::min<std::size_t>(want.size(), limit));
    RC_ASSERT(read_all(told.log.now().entries(options)) == want);
  });
}

CAF_TEST(of two bounds on one side the strict one counts) {
  memory_log log;
  for (const char* key : {"a", "b", "c", "d"})
    log.put(key, "");
  bee::range_options options;
  options.keys = {bytes_of("a"), bytes_of("b"), bytes_of("c"), bytes_of("d")};
  auto found = read_all(log.now().entries(options));
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK_EQUAL(found[0].first, "b");
}

CAF_TEST(an older version does not see what came later) {
  memory_log log;
  log.put("a", "1");
  auto before = log.now();
  log.put("a", "2");
  log.del("a");
  CAF_CHECK_EQUAL(value_of(before, "a"), "1");
  CAF_CHECK_EQUAL(value_of(before.checkout(3), "a"), "2");
  CAF_CHECK_EQUAL(value_of(log.now(), "a"), "-");
}
