#define CAF_SUITE net_udx_seq

#include "net/udx/seq.hpp"

#include "tests/support/property.hpp"

using namespace hyper::udx;

CAF_TEST(numbers wrap) {
  CAF_CHECK(before(0xffffffff, 0));
  CAF_CHECK(!before(0, 0xffffffff));
  CAF_CHECK_EQUAL(ahead(2, 0xfffffffe), 4);
  CAF_CHECK_EQUAL(ahead(0xfffffffe, 2), -4);
  CAF_CHECK(within(0, 0xfffffff0, 16));
  CAF_CHECK(!within(16, 0xfffffff0, 16));
  CAF_CHECK(!within(5, 5, 5));
}

CAF_TEST(properties) {
  HYPER_PROPERTY("distance survives any start", [](seq_number start) {
    auto distance = *rc::gen::inRange<std::int32_t>(-100000, 100000);
    auto other = start + static_cast<seq_number>(distance);
    RC_ASSERT(ahead(other, start) == distance);
    RC_ASSERT(before(other, start) == (distance < 0));
  });
}
