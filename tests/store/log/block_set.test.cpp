#define CAF_SUITE log_block_set

#include "store/log/block_set.hpp"

#include "tests/store/log/arbitrary_log.hpp"
#include "tests/support/property.hpp"

#include <set>

using namespace hyper;

CAF_TEST(runs that touch become one) {
  log::block_set blocks;
  blocks.insert(0);
  blocks.insert(2);
  CAF_CHECK_EQUAL(blocks.runs().size(), 2u);
  CAF_CHECK_EQUAL(blocks.contiguous(), 1u);
  blocks.insert(1);
  CAF_CHECK_EQUAL(blocks.runs().size(), 1u);
  CAF_CHECK_EQUAL(blocks.contiguous(), 3u);
  blocks.insert(5, 5);
  CAF_CHECK_EQUAL(blocks.runs().size(), 1u);
}

CAF_TEST(a set without its first block is not contiguous) {
  log::block_set blocks;
  blocks.insert(1, 10);
  CAF_CHECK_EQUAL(blocks.contiguous(), 0u);
  CAF_CHECK_EQUAL(blocks.size(), 9u);
}

CAF_TEST(properties) {
  HYPER_PROPERTY("runs are a set", [] {
    log::block_set blocks;
    std::set<std::uint64_t> model;
    auto steps = test::arbitrary_number(0, 30);
    for (std::uint64_t i = 0; i < steps; ++i) {
      auto first = test::arbitrary_number(0, 40);
      if (test::arbitrary_number(0, 8) == 0) {
        blocks.truncate(first);
        model.erase(model.lower_bound(first), model.end());
        continue;
      }
      auto end = first + test::arbitrary_number(0, 8);
      blocks.insert(first, end);
      for (auto block = first; block < end; ++block)
        model.insert(block);
    }
    std::uint64_t contiguous = 0;
    while (model.contains(contiguous))
      ++contiguous;
    RC_ASSERT(blocks.contiguous() == contiguous);
    RC_ASSERT(blocks.size() == model.size());
    for (std::uint64_t block = 0; block < 50; ++block)
      RC_ASSERT(blocks.contains(block) == model.contains(block));
  });
}
