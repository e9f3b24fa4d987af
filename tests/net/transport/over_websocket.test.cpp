#define CAF_SUITE net_transport_over_websocket

#include "net/transport/over_websocket.hpp"

#include "base/codec.hpp"
#include "base/entropy.hpp"
#include "tests/support/property.hpp"

#include <algorithm>
#include <deque>

using namespace hyper;
using namespace std::chrono_literals;
using transport::close_how;
using transport::frame_kind;

namespace {

base::bytes pattern(std::size_t size, std::uint8_t first) {
  base::bytes out(size);
  for (std::size_t i = 0; i < size; ++i)
    out[i] = static_cast<std::uint8_t>(first + i * 7);
  return out;
}

/// A machine, and the frames that it has sent and not been answered.
struct fixture {
  using machine = transport::over_websocket;

  machine it{5, base::instant{}};
  base::instant now{};
  base::bytes sent; ///< data, in order
  std::vector<base::bytes> pings;
  std::vector<close_how> closes;
  base::bytes received;
  std::vector<std::uint64_t> acknowledged;
  std::size_t drained = 0;
  std::size_t ends = 0;
  std::vector<udx::close_reason> closed;

  void poll() {
    while (auto event = it.poll_event()) {
      if (auto* in = std::get_if<udx::data>(&*event))
        base::append(received, in->payload);
      else if (auto* ack = std::get_if<udx::acknowledged>(&*event))
        acknowledged.push_back(ack->offset);
      else if (auto* end = std::get_if<udx::closed>(&*event))
        closed.push_back(end->reason);
      drained += std::holds_alternative<udx::drained>(*event) ? 1 : 0;
      ends += std::holds_alternative<udx::end_received>(*event) ? 1 : 0;
    }
    while (auto out = it.poll_transmit()) {
      auto frame = transport::decode_frame(out->datagram);
      CAF_REQUIRE(frame.ok());
      CAF_REQUIRE_EQUAL(frame->stream, 5u);
      if (frame->kind == frame_kind::data) {
        CAF_REQUIRE(frame->payload.size() <= transport::websocket_message_max);
        base::append(sent, frame->payload);
      } else if (frame->kind == frame_kind::ping) {
        CAF_REQUIRE(frame->payload.size() <= 125); // RFC 6455, section 5.5
        pings.push_back(base::to_bytes(frame->payload));
      } else {
        CAF_REQUIRE(frame->kind == frame_kind::close);
        closes.push_back(transport::is_orderly(*frame) ? close_how::orderly
                                                       : close_how::abrupt);
      }
    }
  }

  void arrive(frame_kind kind, base::bytes_view payload = {}) {
    it.handle_packet(now, {}, transport::encode_frame({5, kind, payload}));
    poll();
  }

  void arrive_close(close_how how) {
    it.handle_packet(now, {}, transport::encode_close(5, how));
    poll();
  }

  void pong() {
    CAF_REQUIRE(!pings.empty());
    auto first = pings.front();
    pings.erase(pings.begin());
    arrive(frame_kind::pong, first);
  }

  std::uint64_t write(const base::bytes& what) {
    auto offset = it.write(now, what);
    CAF_REQUIRE(offset.ok());
    poll();
    return *offset;
  }

  void wait(base::duration time) {
    now += time;
    it.handle_timeout(now);
    poll();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(over_websocket_tests, fixture)

CAF_TEST(bytes leave in order and are acknowledged by the pong behind them) {
  auto text = pattern(100, 1);
  auto offset = write(text);
  CAF_CHECK_EQUAL(offset, 100u);
  CAF_CHECK(sent == text);
  CAF_REQUIRE_EQUAL(pings.size(), 1u);
  CAF_CHECK(acknowledged.empty());
  pong();
  CAF_REQUIRE_EQUAL(acknowledged.size(), 1u);
  CAF_CHECK_EQUAL(acknowledged[0], offset);
  CAF_CHECK(pings.empty());
}

CAF_TEST(what is written while a ping is under way has the next one) {
  write(pattern(10, 1));
  write(pattern(10, 2));
  write(pattern(10, 3));
  CAF_CHECK_EQUAL(pings.size(), 1u);
  pong();
  CAF_REQUIRE_EQUAL(pings.size(), 1u);
  pong();
  CAF_CHECK_EQUAL(acknowledged.back(), 30u);
  CAF_CHECK(pings.empty());
}

CAF_TEST(much is written in short messages with pings between them) {
  auto text = pattern(3 * 1024 * 1024, 9);
  write(text);
  CAF_CHECK(sent == text);
  CAF_CHECK(it.backlogged());
  CAF_CHECK(pings.size() >= 40);
  while (!pings.empty())
    pong();
  CAF_CHECK_EQUAL(acknowledged.back(), text.size());
  CAF_CHECK(!it.backlogged());
  CAF_CHECK_EQUAL(drained, 1u);
}

CAF_TEST(law_L8 a writer that does not wait is stopped) {
  base::bytes block(16 * 1024 * 1024);
  for (int i = 0; i < 4; ++i)
    CAF_CHECK(it.write(now, block).ok());
  auto refused = it.write(now, {1});
  CAF_REQUIRE(!refused.ok());
  CAF_CHECK(refused.failure().code == base::errc::limit);
}

CAF_TEST(pongs that nobody asked for say nothing) {
  write(pattern(10, 1));
  auto ping = pings[0];
  base::writer later;
  later.fixed_uint(11, 8);
  arrive(frame_kind::pong);
  arrive(frame_kind::pong, later.data());
  arrive(frame_kind::pong, base::bytes(8));
  arrive(frame_kind::pong, base::bytes(200));
  CAF_CHECK(acknowledged.empty());
  pong();
  arrive(frame_kind::pong, ping);
  CAF_CHECK_EQUAL(acknowledged.size(), 1u);
}

CAF_TEST(ending waits until everything has arrived) {
  write(pattern(10, 1));
  it.end(now);
  poll();
  CAF_CHECK(closes.empty());
  CAF_CHECK(!it.write(now, {1}).ok());
  pong();
  CAF_REQUIRE_EQUAL(closes.size(), 1u);
  CAF_CHECK(closes[0] == close_how::orderly);
  CAF_CHECK(closed.empty());
  arrive_close(close_how::orderly);
  CAF_REQUIRE_EQUAL(closed.size(), 1u);
  CAF_CHECK(closed[0] == udx::close_reason::ended);
  CAF_CHECK_EQUAL(ends, 0u);
  CAF_CHECK(!it.poll_timeout());
}

CAF_TEST(the remote may end and may be lost) {
  arrive(frame_kind::data, pattern(4, 1));
  arrive_close(close_how::orderly);
  CAF_CHECK_EQUAL(ends, 1u);
  CAF_REQUIRE_EQUAL(closed.size(), 1u);
  CAF_CHECK(closed[0] == udx::close_reason::ended);
  arrive(frame_kind::data, pattern(4, 1));
  CAF_CHECK(received == pattern(4, 1));
  fixture other;
  other.arrive_close(close_how::abrupt);
  CAF_REQUIRE_EQUAL(other.closed.size(), 1u);
  CAF_CHECK(other.closed[0] == udx::close_reason::reset);
}

CAF_TEST(destroying cuts the connection once) {
  write(pattern(10, 1));
  it.destroy(now);
  it.destroy(now);
  poll();
  CAF_REQUIRE_EQUAL(closes.size(), 1u);
  CAF_CHECK(closes[0] == close_how::abrupt);
  CAF_REQUIRE_EQUAL(closed.size(), 1u);
  CAF_CHECK(closed[0] == udx::close_reason::destroyed);
}

CAF_TEST(a remote that answers no ping is given up) {
  CAF_CHECK(!it.poll_timeout());
  wait(1h); // nothing was asked
  write(pattern(10, 1));
  wait(12s);
  CAF_CHECK(closed.empty());
  arrive(frame_kind::data, pattern(1, 1)); // it is busy, not gone
  wait(12s);
  CAF_CHECK(closed.empty());
  wait(2s);
  CAF_REQUIRE_EQUAL(closed.size(), 1u);
  CAF_CHECK(closed[0] == udx::close_reason::timed_out);
  CAF_CHECK_EQUAL(closes.size(), 1u);
}

CAF_TEST(a remote that does not close is given up) {
  it.end(now);
  poll();
  CAF_CHECK_EQUAL(closes.size(), 1u);
  wait(14s);
  CAF_REQUIRE_EQUAL(closed.size(), 1u);
  CAF_CHECK(closed[0] == udx::close_reason::timed_out);
}

CAF_TEST(frames of other streams and no frames at all do nothing) {
  it.handle_packet(now, {},
                   transport::encode_frame({6, frame_kind::data, sent}));
  it.handle_packet(now, {}, {});
  it.handle_packet(now, {}, pattern(4, 0));
  it.handle_packet(now, {}, base::bytes{5, 0, 0, 0, 99});
  poll();
  CAF_CHECK(received.empty());
  CAF_CHECK(closed.empty());
}

CAF_TEST(any order of calls keeps the machine in order) {
  HYPER_PROPERTY("any order of calls", [](std::uint64_t seed) {
    base::seeded_entropy chance{seed};
    fixture at;
    for (int step = 0; step < 200; ++step) {
      switch (chance.below(8)) {
      case 0:
      case 1:
        static_cast<void>(
            at.it.write(at.now, pattern(chance.below(200'000), 3)));
        break;
      case 2:
      case 3:
        if (!at.pings.empty())
          at.pong();
        break;
      case 4:
        at.arrive(frame_kind::data, pattern(chance.below(100), 1));
        break;
      case 5:
        at.wait(
            base::milliseconds{static_cast<std::int64_t>(chance.below(3000))});
        break;
      case 6:
        if (chance.below(40) == 0)
          at.it.end(at.now);
        break;
      default:
        if (chance.below(60) == 0)
          at.arrive_close(chance.below(2) == 0 ? close_how::orderly
                                               : close_how::abrupt);
      }
      at.poll();
      RC_ASSERT(at.closed.size() <= 1);
      RC_ASSERT(at.closes.size() <= 2); // orderly, then given up
      RC_ASSERT(std::ranges::is_sorted(at.acknowledged));
      auto known = at.acknowledged.empty() ? 0 : at.acknowledged.back();
      RC_ASSERT(known <= at.sent.size());
    }
  });
}

CAF_TEST_FIXTURE_SCOPE_END()
