#define CAF_SUITE net_udx_loss

#include "net/udx/loss.hpp"

#include "tests/support/property.hpp"

using namespace hyper::base;
using namespace hyper::udx;

namespace {

instant ms(long count) {
  return instant{} + milliseconds{count};
}

struct fixture {
  send_ring ring{0};
  loss_recovery loss{0};

  seq_number send(long at) {
    auto& packet = ring.push();
    ring.mark_sent(packet, ms(at));
    loss.on_sent(ms(at), ring, true);
    return packet.seq;
  }

  void resend(long at) {
    auto* packet = ring.next_lost();
    CAF_REQUIRE(packet);
    ring.mark_sent(*packet, ms(at));
    loss.on_sent(ms(at), ring, false);
  }

  /// Packets first to last - 1 arrive, by a block or, with `ack`, in order.
  losses deliver(long at, seq_number first, seq_number last, bool ack) {
    std::optional<duration> rtt;
    loss.on_ack(ack ? last : ring.una());
    while (auto* packet = ring.next_outstanding(first, last)) {
      loss.on_delivered(ms(at), *packet);
      if (!packet->retransmitted())
        rtt = ms(at) - packet->sent_at;
      ring.release(*packet);
    }
    if (ack)
      ring.advance(last);
    return loss.on_delivered_all(ms(at), ring, ack, rtt);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(loss_tests, fixture)

CAF_TEST(three packets beyond a hole prove the loss) {
  for (int i = 0; i < 5; ++i)
    send(i);
  CAF_CHECK_EQUAL(deliver(50, 1, 2, false).packets, 0u);
  CAF_CHECK(loss.state() == recovery_state::open);
  CAF_CHECK(loss.poll_timeout().has_value());
  CAF_CHECK_EQUAL(deliver(53, 2, 4, false).packets, 1u);
  CAF_CHECK(loss.state() == recovery_state::recovery);
  CAF_CHECK_EQUAL(ring.next_lost()->seq, 0u);
  resend(54);
  deliver(104, 0, 4, true);
  CAF_CHECK(loss.state() == recovery_state::recovery);
  deliver(105, 4, 5, true);
  CAF_CHECK(loss.state() == recovery_state::open);
  CAF_CHECK(!loss.poll_timeout());
}

CAF_TEST(one packet beyond a hole waits for the tolerance) {
  send(0);
  send(1);
  CAF_CHECK_EQUAL(deliver(41, 1, 2, false).packets, 0u);
  auto at = loss.poll_timeout();
  CAF_CHECK(at == ms(50)); // sent at 0, 40 round trip, a quarter of it
  CAF_CHECK_EQUAL(loss.handle_timeout(*at, ring).packets, 1u);
  CAF_CHECK(!loss.timed_out());
}

CAF_TEST(losing only a probe of the MTU is no loss of the path) {
  send(0);
  send(1);
  ring.next_outstanding(0, 1)->mtu_probe = true;
  deliver(41, 1, 2, false);
  auto found = loss.handle_timeout(ms(60), ring);
  CAF_CHECK_EQUAL(found.packets, 1u);
  CAF_CHECK_EQUAL(found.mtu_probes, 1u);
  CAF_CHECK(loss.state() == recovery_state::open);
}

CAF_TEST(the timeout doubles once and the seventh gives up) {
  send(0);
  std::vector<long> fired;
  while (!loss.gave_up()) {
    auto at = loss.poll_timeout();
    CAF_REQUIRE(at);
    loss.handle_timeout(*at, ring);
    CAF_CHECK(loss.timed_out());
    auto time = at->time_since_epoch().count() / 1000;
    fired.push_back(time);
    if (ring.next_lost())
      resend(time);
  }
  CAF_CHECK(fired ==
            (std::vector<long>{1000, 3000, 5000, 7000, 9000, 11000, 13000}));
}

CAF_TEST(an answer starts the count of timeouts again) {
  send(0);
  send(0);
  loss.handle_timeout(ms(1000), ring);
  resend(1000);
  deliver(1050, 0, 1, true);
  for (int i = 0; i < 6; ++i)
    loss.handle_timeout(*loss.poll_timeout(), ring);
  CAF_CHECK(!loss.gave_up());
}

CAF_TEST(the tail is probed after two round trips) {
  send(0);
  deliver(50, 0, 1, true);
  send(100);
  CAF_CHECK(loss.poll_timeout() == ms(202)); // a single packet: 2 ms more
  loss.handle_timeout(ms(202), ring);
  CAF_CHECK(!loss.timed_out());
  CAF_CHECK(loss.take_tail_probe());
  CAF_CHECK(!loss.take_tail_probe());
  auto* packet = ring.newest_in_flight();
  ring.mark_sent(*packet, ms(202));
  loss.on_sent(ms(202), ring, false);
  loss.on_tail_probe_sent(packet->seq, false);
  // One probe per sample: what follows is the timeout.
  CAF_CHECK(loss.poll_timeout() == ms(1202));
}

CAF_TEST(no tail probe without a sample or beyond a hole) {
  send(0);
  CAF_CHECK(loss.poll_timeout() == ms(1000));
  deliver(10, 0, 1, true);
  send(20);
  send(20);
  send(20);
  deliver(30, 2, 3, false);
  // Reordering tolerance only: tolerance_max of 2.5 ms after the expected time.
  CAF_CHECK_LESS((*loss.poll_timeout() - ms(30)).count(), 3'000);
}

CAF_TEST_FIXTURE_SCOPE_END()
