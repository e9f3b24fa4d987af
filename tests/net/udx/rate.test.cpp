#define CAF_SUITE net_udx_rate

#include "net/udx/rate.hpp"

#include "tests/support/property.hpp"

using namespace hyper::base;
using namespace hyper::udx;

namespace {

instant ms(long count) {
  return instant{} + milliseconds{count};
}

} // namespace

CAF_TEST(a steady flow shows its rate) {
  // One packet per millisecond, each on its way for ten.
  rate_sampler rates{ms(0)};
  std::vector<rate_snapshot> sent;
  std::optional<rate_sample> last;
  for (long t = 0; t < 40; ++t) {
    if (t >= 10) {
      auto& arrived = sent[static_cast<std::size_t>(t - 10)];
      rates.on_delivered(ms(t), arrived, ms(t - 10));
      last = rates.finish(ms(t), milliseconds{10});
    }
    sent.push_back(rates.on_sent(ms(t), t == 0));
  }
  CAF_REQUIRE(last);
  CAF_CHECK_EQUAL(last->delivered, 10u);
  CAF_CHECK(last->interval == milliseconds{10});
  CAF_CHECK_EQUAL(last->prior_delivered, 20u);
  CAF_CHECK_EQUAL(rates.delivered(), 30u);
}

CAF_TEST(a sample shorter than a round trip is dropped) {
  rate_sampler rates{ms(0)};
  auto sent = rates.on_sent(ms(0), true);
  rates.on_delivered(ms(1), sent, ms(0));
  CAF_CHECK(!rates.finish(ms(1), milliseconds{2}));
  CAF_CHECK(!rates.finish(ms(2), milliseconds{0})); // nothing was delivered
}

CAF_TEST(an idle sender marks what is in flight) {
  rate_sampler rates{ms(0)};
  auto first = rates.on_sent(ms(0), true);
  rates.mark_app_limited(1);
  CAF_CHECK(rates.app_limited());
  auto second = rates.on_sent(ms(1), false);
  CAF_CHECK(second.app_limited);
  rates.on_delivered(ms(10), first, ms(0));
  CAF_CHECK(rates.finish(ms(10), milliseconds{1}));
  CAF_CHECK(rates.app_limited());
  rates.on_delivered(ms(11), second, ms(1));
  auto sample = rates.finish(ms(11), milliseconds{1});
  CAF_REQUIRE(sample);
  CAF_CHECK(sample->app_limited);
  CAF_CHECK(!rates.app_limited());
}
