#define CAF_SUITE net_udx_rtt

#include "net/udx/rtt.hpp"

#include "tests/support/property.hpp"

using namespace hyper::base;
using hyper::udx::rtt_estimator;

namespace {
const instant start;
} // namespace

CAF_TEST(without a sample the timeout is a second) {
  rtt_estimator rtt;
  CAF_CHECK(!rtt.known());
  CAF_CHECK(rtt.timeout() == seconds{1});
  CAF_CHECK(rtt.minimum() == duration{0});
}

CAF_TEST(samples are smoothed) {
  rtt_estimator rtt;
  rtt.sample(start, milliseconds{80});
  CAF_CHECK(rtt.smoothed() == milliseconds{80});
  CAF_CHECK(rtt.variation() == milliseconds{40});
  rtt.sample(start, milliseconds{160});
  CAF_CHECK(rtt.variation() == milliseconds{50});
  CAF_CHECK(rtt.smoothed() == milliseconds{90});
  CAF_CHECK(rtt.minimum() == milliseconds{80});
  CAF_CHECK(rtt.timeout() == seconds{1});
}

CAF_TEST(the timeout has bounds) {
  rtt_estimator slow;
  slow.sample(start, minutes{10});
  CAF_CHECK(slow.smoothed() == rtt_estimator::first_max);
  CAF_CHECK(slow.timeout() == rtt_estimator::timeout_max);
  rtt_estimator middle;
  middle.sample(start, seconds{1});
  CAF_CHECK(middle.timeout() == seconds{3});
}

CAF_TEST(a sample across a suspended machine is not believed) {
  rtt_estimator rtt;
  for (int i = 0; i < 50; ++i)
    rtt.sample(start, milliseconds{100});
  rtt.sample(start, seconds{3600});
  CAF_CHECK_LESS(rtt.smoothed().count(), 101'000);
}

CAF_TEST(the minimum is forgotten after its window) {
  rtt_estimator rtt;
  rtt.sample(start, milliseconds{10});
  rtt.sample(start + minutes{3}, milliseconds{50});
  CAF_CHECK(rtt.minimum() == milliseconds{10});
  rtt.sample(start + minutes{6}, milliseconds{60});
  CAF_CHECK(rtt.minimum() >= milliseconds{50});
}
