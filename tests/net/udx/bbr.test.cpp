#define CAF_SUITE net_udx_bbr

#include "net/udx/bbr.hpp"

#include "tests/support/property.hpp"

#include <deque>

using namespace hyper::base;
using namespace hyper::udx;

namespace {

/// A path with a bottleneck that takes one packet per `service` and a round
/// trip of `delay`, and a sender that always has data.
struct simulation {
  explicit simulation(duration service_, duration delay_)
      : service(service_), delay(delay_), control(now), rates(now) {}

  struct packet {
    instant sent_at;
    instant back_at;
    rate_snapshot rate;
  };

  void run(duration time) {
    auto end = now + time;
    while (now < end) {
      while (flying.size() < control.window() && next_send <= now)
        send();
      auto next = flying.empty() ? next_send : flying.front().back_at;
      if (flying.size() < control.window())
        next = std::min(next, next_send);
      now = std::max(now, next);
      if (!flying.empty() && flying.front().back_at <= now)
        answer();
    }
  }

  void send() {
    auto free_at = std::max(now, bottleneck_free);
    bottleneck_free = free_at + service;
    flying.push_back(
        {now, bottleneck_free + delay, rates.on_sent(now, flying.empty())});
    most_in_flight = std::max(most_in_flight, flying.size());
    next_send = now + duration{static_cast<long>(1 / control.pacing_rate())};
  }

  void answer() {
    ack_summary ack;
    ack.in_flight_before = static_cast<std::uint32_t>(flying.size());
    auto first = flying.front();
    flying.pop_front();
    rates.on_delivered(now, first.rate, first.sent_at);
    ack.delivered = 1;
    ack.in_flight = static_cast<std::uint32_t>(flying.size());
    ack.delivered_total = rates.delivered();
    ack.rtt = now - first.sent_at;
    ack.rate = rates.finish(now, delay);
    control.on_ack(now, ack);
    slowest = std::max(slowest, *ack.rtt);
  }

  duration service;
  duration delay;
  instant now;
  bbr control;
  rate_sampler rates;
  std::deque<packet> flying;
  instant bottleneck_free;
  instant next_send;
  std::size_t most_in_flight = 0;
  duration slowest{};
};

} // namespace

CAF_TEST(the model finds bandwidth and delay and then keeps queues short) {
  simulation path{milliseconds{1}, milliseconds{50}}; // 1000 packets per second
  path.run(seconds{2});
  CAF_CHECK(path.control.current_mode() == bbr::mode::probe_bw);
  CAF_CHECK(path.control.bandwidth() > 0.00095);
  CAF_CHECK(path.control.bandwidth() < 0.00105);
  path.slowest = {};
  auto before = path.rates.delivered();
  path.run(seconds{5});
  // Nearly all of the bandwidth is used with a queue far below two windows.
  CAF_CHECK_GREATER(path.rates.delivered() - before, 4800u);
  CAF_CHECK_LESS(path.slowest.count(), 80'000);
}

CAF_TEST(a path that became longer is measured afresh after ten seconds) {
  simulation path{milliseconds{1}, milliseconds{50}};
  path.run(seconds{1});
  path.delay = milliseconds{60};
  bool probed = false;
  for (int i = 0; i < 1500; ++i) {
    path.run(milliseconds{10});
    if (path.control.probing_rtt()) {
      probed = true;
      CAF_CHECK_LESS_OR_EQUAL(path.control.window(), bbr::window_min);
    }
  }
  CAF_CHECK(probed);
  CAF_CHECK(path.control.current_mode() == bbr::mode::probe_bw);
}

CAF_TEST(a path shorter than a turn of an event loop is not stalled) {
  simulation path{microseconds{100}, microseconds{100}};
  bool probed = false;
  for (int i = 0; i < 1100; ++i) {
    path.run(milliseconds{10});
    probed = probed || path.control.probing_rtt();
  }
  CAF_CHECK(!probed);
  CAF_CHECK(path.control.bandwidth() > 0.0095);
}

CAF_TEST(a timeout leaves one packet and an answer restores the window) {
  simulation path{milliseconds{1}, milliseconds{50}};
  path.run(seconds{2});
  auto window = path.control.window();
  path.control.on_timeout(0);
  CAF_CHECK_EQUAL(path.control.window(), 1u);
  ack_summary ack;
  ack.delivered = 1;
  ack.delivered_total = path.rates.delivered();
  ack.state = recovery_state::open;
  path.control.on_ack(path.now, ack);
  CAF_CHECK_GREATER_OR_EQUAL(path.control.window(), window);
}

CAF_TEST(recovery conserves packets for a round and loses one for one) {
  simulation path{milliseconds{1}, milliseconds{50}};
  path.run(seconds{2});
  ack_summary ack;
  ack.delivered = 2;
  ack.lost = 3;
  ack.in_flight = 40;
  ack.delivered_total = path.rates.delivered();
  ack.state = recovery_state::recovery;
  path.control.on_ack(path.now, ack);
  CAF_CHECK_EQUAL(path.control.window(), 42u);
}

CAF_TEST(properties) {
  HYPER_PROPERTY("any report leaves a usable window", [] {
    bbr control{instant{}};
    instant now;
    for (int i = 0; i < 100; ++i) {
      now += duration{*rc::gen::inRange(0, 100'000)};
      ack_summary ack;
      ack.delivered = *rc::gen::inRange(0u, 20'000u);
      ack.lost = *rc::gen::inRange(0u, 20'000u);
      ack.in_flight = *rc::gen::inRange(0u, 20'000u);
      ack.delivered_total = *rc::gen::inRange<std::uint64_t>(0, 1u << 30);
      ack.state = *rc::gen::element(recovery_state::open, recovery_state::loss,
                                    recovery_state::recovery);
      if (*rc::gen::inRange(0, 2) == 0)
        ack.rtt = duration{*rc::gen::inRange(1, 1'000'000)};
      rate_sample rate;
      rate.delivered = ack.delivered;
      rate.interval = duration{*rc::gen::inRange(1, 1'000'000)};
      ack.rate = rate;
      control.on_ack(now, ack);
      if (*rc::gen::inRange(0, 10) == 0)
        control.on_timeout(ack.in_flight);
      RC_ASSERT(control.window() >= 1u);
      RC_ASSERT(control.window() <= bbr::window_max);
      RC_ASSERT(control.pacing_rate() > 0);
    }
  });
}
