#define CAF_SUITE net_replication_block_plan

#include "net/replication/block_plan.hpp"

#include "tests/support/property.hpp"

using namespace hyper::replication;

namespace {

block_plan with(block_range stored) {
  block_set blocks;
  blocks.insert(stored);
  return block_plan{blocks};
}

} // namespace

CAF_TEST(a block is free until it is claimed or stored) {
  auto plan = with({0, 3});
  CAF_CHECK_EQUAL(plan.next_free(0), 3u);
  plan.claim(3);
  CAF_CHECK_EQUAL(plan.next_free(0), 4u);
  plan.release(3, 7);
  CAF_CHECK_EQUAL(plan.next_free(0), 3u);
  plan.claim(3);
  plan.store({3, 1});
  plan.release(3, 7);
  CAF_CHECK(!plan.is_free(3));
}

CAF_TEST(it is remembered who did not give a block) {
  block_plan plan = with({0, 0});
  plan.claim(5);
  plan.release(5, 7);
  CAF_CHECK(plan.refused(5, 7));
  CAF_CHECK(!plan.refused(5, 8));
  plan.claim(5);
  plan.store({5, 1});
  CAF_CHECK(!plan.refused(5, 7));
}

CAF_TEST(waits that are on their way are not looked at) {
  block_plan plan = with({0, 2});
  CAF_CHECK(plan.wait(5));
  CAF_CHECK(plan.wait(9));
  CAF_CHECK(plan.wait(1)); // stored: nothing to do
  CAF_CHECK(!plan.is_waited(1));
  plan.claim(5);
  CAF_CHECK(*plan.next_wait(0) == 9u);
  plan.release(5, 7);
  CAF_CHECK(*plan.next_wait(0) == 5u);
  plan.store({0, 9});
  CAF_CHECK(*plan.next_wait(0) == 9u);
  plan.forget(9);
  CAF_CHECK(!plan.next_wait(0).has_value());
}

CAF_TEST(blocks that were lost are free again) {
  auto plan = with({0, 10});
  plan.lose({5, 5});
  CAF_CHECK_EQUAL(plan.next_free(0), 5u);
  CAF_CHECK(!plan.stored().contains(7));
}

CAF_TEST(law_L8_who refused is forgotten at the limit) {
  block_plan plan = with({0, 0});
  for (std::uint64_t block = 0; block <= refusers_max; ++block) {
    plan.claim(block);
    plan.release(block, 7);
  }
  CAF_CHECK(!plan.refused(0, 7));
  CAF_CHECK(plan.refused(refusers_max, 7));
}
