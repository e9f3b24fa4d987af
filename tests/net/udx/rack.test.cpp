#define CAF_SUITE net_udx_rack

#include "net/udx/rack.hpp"

#include "tests/support/property.hpp"

using namespace hyper::base;
using namespace hyper::udx;

namespace {

instant ms(long count) {
  return instant{} + milliseconds{count};
}

sent_packet sent(seq_number seq, instant at, std::uint32_t times = 1) {
  sent_packet out;
  out.seq = seq;
  out.sent_at = at;
  out.transmissions = times;
  return out;
}

} // namespace

CAF_TEST(a packet is overdue when one sent later has arrived) {
  rack found{0};
  CAF_CHECK(!found.deadline(sent(0, ms(0)), duration{0}));
  found.on_delivered(ms(60), sent(1, ms(10)), duration{0});
  CAF_CHECK(found.latest_rtt() == milliseconds{50});
  CAF_CHECK(found.deadline(sent(0, ms(0)), milliseconds{5}) == ms(55));
  CAF_CHECK(found.deadline(sent(0, ms(10)), milliseconds{5}) == ms(65));
  CAF_CHECK(!found.deadline(sent(2, ms(10)), duration{0}));
  CAF_CHECK(!found.deadline(sent(0, ms(20)), duration{0}));
}

CAF_TEST(an answer to an earlier copy teaches nothing) {
  rack found{0};
  found.on_delivered(ms(50), sent(5, ms(0)), duration{0});
  found.on_delivered(ms(61), sent(1, ms(60), 2), milliseconds{40});
  CAF_CHECK(found.latest_rtt() == milliseconds{50});
  found.on_delivered(ms(110), sent(1, ms(60), 2), milliseconds{40});
  CAF_CHECK(!found.deadline(sent(9, ms(61)), duration{0}));
  CAF_CHECK(found.deadline(sent(9, ms(59)), duration{0}) == ms(109));
}

CAF_TEST(tolerance comes from the path and goes when the loss is certain) {
  rack found{0};
  rtt_estimator rtt;
  rtt.sample(ms(0), milliseconds{40});
  CAF_CHECK(found.tolerance(rtt, false, 1) == milliseconds{10});
  CAF_CHECK(found.tolerance(rtt, false, 3) == duration{0});
  CAF_CHECK(found.tolerance(rtt, true, 0) == duration{0});
  // Reordering was seen: from now on it is always allowed for.
  found.on_delivered(ms(50), sent(5, ms(0)), duration{0});
  found.on_delivered(ms(51), sent(4, ms(0)), duration{0});
  CAF_CHECK(found.tolerance(rtt, true, 9) == milliseconds{10});
}

CAF_TEST(tolerance is no finer than a turn of an event loop) {
  rack found{0};
  rtt_estimator rtt;
  rtt.sample(ms(0), microseconds{40});
  CAF_CHECK(found.tolerance(rtt, false, 0) == rack::tolerance_min);
}
