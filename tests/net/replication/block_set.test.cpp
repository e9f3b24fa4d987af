#define CAF_SUITE net_replication_block_set

#include "net/replication/block_set.hpp"

#include "tests/support/property.hpp"

#include <set>

using namespace hyper::replication;

namespace {

using words = std::vector<std::uint32_t>;

// The same set, one number at a time.
struct plain_set {
  std::set<std::uint64_t> blocks;

  void insert(block_range r) {
    for (auto i = r.start; i < r.end(); ++i)
      blocks.insert(i);
  }
  void erase(block_range r) {
    for (auto i = r.start; i < r.end(); ++i)
      blocks.erase(i);
  }
};

} // namespace

CAF_TEST(runs grow together) {
  block_set set;
  set.insert({0, 2});
  set.insert({4, 2});
  CAF_CHECK_EQUAL(set.runs(), 2u);
  CAF_CHECK_EQUAL(set.contiguous(), 2u);
  set.insert({2, 2});
  CAF_CHECK_EQUAL(set.runs(), 1u);
  CAF_CHECK_EQUAL(set.contiguous(), 6u);
}

CAF_TEST(erasing cuts runs) {
  block_set set;
  set.insert({0, 10});
  set.erase({3, 2});
  CAF_CHECK(!set.contains(3));
  CAF_CHECK(set.contains(5));
  CAF_CHECK_EQUAL(set.next_missing(0), 3u);
  CAF_CHECK(*set.next_present(3) == 5u);
  CAF_CHECK(!set.next_present(10).has_value());
}

CAF_TEST(the bits of a recorded sparse reader) {
  block_set set;
  set.insert({0, 2});
  set.insert({3, 1});
  set.insert({10, 1});
  CAF_CHECK((set.words({0, 40}) == words{0x40b, 0}));
  block_set read;
  read.insert({0, 30});
  read.assign(0, words{0x40b, 0xffffffff});
  set.insert({32, 32});
  CAF_CHECK(read == set);
}

CAF_TEST(claims of any size cost nothing) {
  constexpr auto huge = std::uint64_t{1} << 53;
  block_set set{remote_runs_max};
  for (std::uint64_t i = 0; i < 100000; ++i) {
    set.insert({1, huge});
    set.erase({5, huge});
  }
  CAF_CHECK_EQUAL(set.runs(), 1u);
  CAF_CHECK_EQUAL(set.next_missing(1), 5u);
}

CAF_TEST(law_L8_at the limit runs are forgotten and never invented) {
  block_set set{3};
  for (std::uint64_t i = 0; i < 10; ++i)
    set.insert({i * 10, 5});
  CAF_CHECK_EQUAL(set.runs(), 3u);
  CAF_CHECK(!set.contains(30));
  set.erase({2, 1});
  CAF_CHECK_EQUAL(set.runs(), 3u);
  CAF_CHECK(set.contains(1));
  CAF_CHECK(!set.contains(3));
  set.insert({5, 5});
  CAF_CHECK(set.contains(block_range{10, 5}));
}

CAF_TEST(properties) {
  HYPER_PROPERTY("a set of runs is a set", [](const std::vector<int>& steps) {
    block_set set;
    plain_set plain;
    for (auto step : steps) {
      auto raw = static_cast<unsigned>(step);
      block_range r{raw % 97, (raw / 97) % 23};
      if (raw % 3 == 0) {
        set.erase(r);
        plain.erase(r);
      } else {
        set.insert(r);
        plain.insert(r);
      }
    }
    for (std::uint64_t i = 0; i < 130; ++i)
      RC_ASSERT(set.contains(i) == plain.blocks.contains(i));
    block_set again;
    again.insert({0, 300});
    again.assign(0, set.words({0, 320}));
    RC_ASSERT(again == set);
  });
}
