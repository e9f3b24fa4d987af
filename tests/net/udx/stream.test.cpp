#define CAF_SUITE net_udx_stream

#include "net/udx/stream.hpp"

#include "tests/net/udx/pair.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::base;
using test::pair;
using test::path;
using test::pattern;
using test::sent_datagram;
namespace flag = udx::flag;

namespace {

bool both_closed(pair& both) {
  return both.left().closed && both.right().closed;
}

/// Sends both ways until everything has arrived and both ends are closed.
bool exchange(pair& both, std::size_t size) {
  auto there = pattern(size, 1);
  auto back = pattern(size / 2, 2);
  both.left().stream.write(both.now(), there).value();
  both.right().stream.write(both.now(), back).value();
  both.left().stream.end(both.now());
  both.right().stream.end(both.now());
  auto done = both.run([&] { return both_closed(both); }, minutes{5});
  both.check_invariants();
  return done && both.right().received == there && both.left().received == back;
}

/// Writes a few packets per round trip, which leaves time to search.
bool trickle(pair& both, std::size_t size) {
  auto sent = pattern(size);
  constexpr std::size_t part = 6'000;
  for (std::size_t at = 0; at < size; at += part) {
    auto chunk = bytes_view{sent}.subspan(at, std::min(part, size - at));
    both.left().stream.write(both.now(), to_bytes(chunk)).value();
    both.pass(milliseconds{30});
  }
  both.run([&] { return both.right().received.size() == size; }, minutes{1});
  return both.right().received == sent;
}

bool ended_cleanly(pair& both) {
  return both.left().closed == udx::close_reason::ended &&
         both.right().closed == udx::close_reason::ended;
}

} // namespace

CAF_TEST(bytes arrive in order both ways and both ends close cleanly) {
  pair both{1};
  CAF_CHECK(exchange(both, 1'000'000));
  CAF_CHECK(ended_cleanly(both));
  CAF_CHECK_EQUAL(both.left().acknowledged, 1'000'000u);
  const auto& stats = both.left().stream.stats();
  CAF_CHECK_EQUAL(stats.retransmitted + stats.timeouts + stats.tail_probes, 0u);
  CAF_CHECK_EQUAL(both.right().stream.stats().bytes_received, 1'000'000u);
  CAF_CHECK(both.left().stream.round_trip().has_value());
}

CAF_TEST(bytes arrive through loss and reordering and duplication) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    path way;
    way.jitter = milliseconds{static_cast<long>(seed) * 3};
    way.loss_permille = static_cast<unsigned>(seed) * 12;
    way.copies_permille = 30;
    pair both{seed, way};
    both.keep_tombstones();
    CAF_CHECK(exchange(both, 400'000));
    CAF_CHECK(ended_cleanly(both));
    CAF_MESSAGE("seed " << seed << ": " << both.elapsed().count() / 1000
                        << " ms, resent "
                        << both.left().stream.stats().retransmitted);
  }
}

CAF_TEST(numbers wrap in the middle of a stream) {
  udx::config left;
  udx::config right;
  left.first_seq = right.first_ack = 0xfffffff0;
  right.first_seq = left.first_ack = 0xffffffff;
  path way;
  way.loss_permille = 20;
  pair both{3, way, left, right};
  both.keep_tombstones();
  CAF_CHECK(exchange(both, 300'000));
  CAF_CHECK(ended_cleanly(both));
}

CAF_TEST(writes of one turn share packets) {
  pair both{1};
  auto& left = both.left().stream;
  for (int i = 0; i < 10; ++i)
    left.write(both.now(), to_bytes("abc")).value();
  auto first = left.poll_transmit();
  CAF_REQUIRE(first);
  auto packet = test::parse(first->datagram);
  CAF_CHECK_EQUAL(packet.payload.size(), 30u);
  CAF_CHECK_EQUAL(packet.head.flags, flag::data);
  CAF_CHECK(!left.poll_transmit());
}

CAF_TEST(an initial window leaves and the first packet is shorter) {
  pair both{1};
  auto& left = both.left().stream;
  left.write(both.now(), bytes(100'000)).value();
  std::vector<std::size_t> sizes;
  while (auto out = left.poll_transmit())
    sizes.push_back(out->datagram.size());
  CAF_REQUIRE_EQUAL(sizes.size(), 10u);
  CAF_CHECK_EQUAL(sizes[0], 1152u);
  CAF_CHECK_EQUAL(sizes[1], 1172u);
  CAF_CHECK_EQUAL(left.bytes_unsent(), 100'000u - 1132 - 9 * 1152);
}

CAF_TEST(the packets of one turn share an acknowledgement) {
  pair both{1};
  auto& right = both.right().stream;
  both.left().stream.write(both.now(), bytes(5'000)).value();
  while (auto out = both.left().stream.poll_transmit())
    right.handle_datagram(both.now(), test::address_of(0), out->datagram);
  auto ack = right.poll_transmit();
  CAF_REQUIRE(ack);
  CAF_CHECK_EQUAL(test::parse(ack->datagram).head.ack, 5u);
  CAF_CHECK(!right.poll_transmit());
  CAF_CHECK_EQUAL(right.stats().acks_sent, 1u);
}

CAF_TEST(an answer in the same turn carries the acknowledgement) {
  pair both{1};
  auto& right = both.right().stream;
  both.left().stream.write(both.now(), to_bytes("request")).value();
  auto request = both.left().stream.poll_transmit();
  right.handle_datagram(both.now(), test::address_of(0), request->datagram);
  right.write(both.now(), to_bytes("answer")).value();
  auto answer = right.poll_transmit();
  CAF_REQUIRE(answer);
  CAF_CHECK_EQUAL(test::parse(answer->datagram).head.ack, 1u);
  CAF_CHECK(!right.poll_transmit());
  CAF_CHECK_EQUAL(right.stats().acks_sent, 0u);
}

CAF_TEST(blocks are told even when data leaves) {
  pair both{1};
  auto& left = both.left().stream;
  auto& right = both.right().stream;
  left.write(both.now(), bytes(3'000)).value();
  left.poll_transmit();
  auto second = left.poll_transmit();
  right.handle_datagram(both.now(), test::address_of(0), second->datagram);
  right.write(both.now(), to_bytes("x")).value();
  auto first = right.poll_transmit();
  CAF_CHECK_EQUAL(test::parse(first->datagram).sack_count(), 1u);
  CAF_CHECK(right.poll_transmit().has_value());
  CAF_CHECK(!right.poll_transmit());
}

CAF_TEST(a black hole is noticed after thirteen seconds) {
  pair both{1};
  both.filter = [](const sent_datagram&) { return false; };
  both.left().stream.write(both.now(), to_bytes("hello?")).value();
  both.run([&] { return both.left().closed.has_value(); }, minutes{1});
  CAF_CHECK(both.left().closed == udx::close_reason::timed_out);
  CAF_CHECK(
      both.times_ms(0, flag::data) ==
      (std::vector<std::int64_t>{0, 1000, 3000, 5000, 7000, 9000, 11000}));
  CAF_CHECK(both.elapsed() == seconds{13});
  CAF_CHECK_EQUAL(both.left().acknowledged, 0u);
}

CAF_TEST(a path that loses everything for a while is survived) {
  pair both{5};
  both.filter = [&](const sent_datagram& one) {
    return one.at < instant{} + milliseconds{60} ||
           one.at > instant{} + seconds{8};
  };
  CAF_CHECK(exchange(both, 500'000));
  CAF_CHECK(ended_cleanly(both));
}

CAF_TEST(the largest packet that passes is found and none is lost for good) {
  path way;
  way.ip_size_max = 1300;
  pair both{1, way};
  CAF_CHECK(trickle(both, 200'000));
  CAF_CHECK_EQUAL(both.left().stream.mtu(), 1296u);
  CAF_CHECK_EQUAL(both.left().stream.stats().mtu_probes, 7u);
  std::size_t largest = 0;
  for (const auto& one : both.log())
    if (one.head.data_offset == 0)
      largest = std::max(largest, one.size);
  CAF_CHECK_EQUAL(largest, 1296u - 28);
}

CAF_TEST(a wide path is used in full) {
  pair both{1};
  CAF_CHECK(trickle(both, 200'000));
  CAF_CHECK_EQUAL(both.left().stream.mtu(), 1500u);
  CAF_CHECK_EQUAL(both.left().stream.stats().mtu_probes, 11u);
}

CAF_TEST(a closed window is asked about and a bare ack reopens it) {
  udx::config shut;
  shut.window = 0;
  pair both{1, {}, {}, shut};
  auto& left = both.left().stream;
  both.left().stream.write(both.now(), to_bytes("first")).value();
  both.pass(milliseconds{100}); // the peer's answer states the closed window
  left.write(both.now(), to_bytes("blocked")).value();
  both.pass(milliseconds{5'500});
  CAF_CHECK(both.times_ms(0, flag::heartbeat) ==
            (std::vector<std::int64_t>{100, 1100, 3100, 5100}));
  CAF_CHECK_EQUAL(as_text(both.right().received), "first");
  both.right().stream.advertise_window(both.now(), 100'000);
  both.pass(milliseconds{100});
  CAF_CHECK_EQUAL(as_text(both.right().received), "firstblocked");
  both.pass(seconds{30});
  CAF_CHECK_EQUAL(both.times_ms(0, flag::heartbeat).size(), 4u);
}

CAF_TEST(a small window bounds what is in flight) {
  udx::config narrow;
  narrow.window = 3 * 1500;
  pair both{1, {}, {}, narrow};
  both.right().stream.write(both.now(), to_bytes("hello")).value();
  both.pass(milliseconds{30});
  auto before = both.log().size();
  both.left().stream.write(both.now(), bytes(50'000)).value();
  both.flush();
  CAF_CHECK_EQUAL(both.log().size() - before, 3u);
  both.run([&] { return both.right().received.size() == 50'000; }, minutes{1});
  CAF_CHECK_EQUAL(both.right().received.size(), 50'000u);
}

CAF_TEST(an idle stream is silent and keepalive is not ) {
  pair silent{1};
  CAF_CHECK(!silent.step());
  udx::config kept;
  kept.keepalive = milliseconds{300};
  pair both{1, {}, kept};
  both.pass(milliseconds{1'000});
  CAF_CHECK(both.times_ms(0, flag::heartbeat) ==
            (std::vector<std::int64_t>{300, 600, 900}));
  CAF_CHECK_EQUAL(both.right().stream.stats().acks_sent, 3u);
}

CAF_TEST(a stream takes packets before it is connected) {
  udx::stream late{{.local_id = 0xaabbccdd}, {}};
  pair both{1};
  auto now = both.now();
  both.left().stream.write(now, to_bytes("early")).value();
  auto from = test::address_of(0);
  late.handle_datagram(now, from, both.left().stream.poll_transmit()->datagram);
  CAF_CHECK(!late.poll_transmit());
  auto contact = late.poll_event();
  CAF_REQUIRE(contact);
  CAF_CHECK(std::get<udx::contacted>(*contact).from == from);
  auto got = late.poll_event();
  CAF_REQUIRE(got);
  CAF_CHECK_EQUAL(as_text(std::get<udx::data>(*got).payload), "early");
  late.connect(now, 0x11223344, from);
  auto ack = late.poll_transmit();
  CAF_REQUIRE(ack);
  CAF_CHECK(ack->to == from);
}

CAF_TEST(a packet from elsewhere is accepted and told) {
  pair both{1};
  auto now = both.now();
  endpoint elsewhere{{10, 9, 9, 9}, 1};
  both.left().stream.write(now, to_bytes("x")).value();
  auto& right = both.right().stream;
  right.handle_datagram(now, elsewhere,
                        both.left().stream.poll_transmit()->datagram);
  CAF_CHECK(right.poll_transmit()->to == test::address_of(0));
  CAF_CHECK(std::get<udx::contacted>(*right.poll_event()).from == elsewhere);
}

CAF_TEST(messages are dropped and counted) {
  pair both{1};
  bytes message;
  udx::encode_padded({flag::message, 0, 0xaabbccdd, 4096, 0, 0}, as_bytes("hi"),
                     message);
  both.right().stream.handle_datagram(both.now(), test::address_of(0), message);
  CAF_CHECK_EQUAL(both.right().stream.stats().messages_dropped, 1u);
  CAF_CHECK(!both.right().stream.poll_event());
  CAF_CHECK(!both.right().stream.poll_transmit());
}

CAF_TEST(what is unsent is bounded) {
  udx::stream alone{{.local_id = 1}, {}};
  auto most = static_cast<std::size_t>(udx::stream::unsent_bytes_max);
  auto written = alone.write({}, bytes(most));
  CAF_CHECK_EQUAL(written.value(), most);
  CAF_CHECK(alone.write({}, bytes(1)).failure().code == errc::limit);
  CAF_CHECK_EQUAL(alone.bytes_unsent(), most);
}

CAF_TEST(a writer hears when the backlog has drained) {
  pair both{1};
  auto& left = both.left().stream;
  left.write(both.now(), bytes(100'000)).value();
  CAF_CHECK(!left.backlogged());
  left.write(both.now(), bytes(400'000)).value();
  CAF_CHECK(left.backlogged());
  both.run([&] { return both.left().drained > 0; }, minutes{1});
  CAF_CHECK_EQUAL(both.left().drained, 1);
  CAF_CHECK(!left.backlogged());
  CAF_CHECK_GREATER(left.bytes_unsent() + 500'000 - both.left().acknowledged,
                    0u);
}

CAF_TEST(a stream can be moved) {
  pair both{1};
  auto& left = both.left().stream;
  left.write(both.now(), bytes(50'000)).value();
  both.pass(milliseconds{15});
  udx::stream moved{std::move(left)};
  left = std::move(moved);
  CAF_CHECK(both.run([&] { return both.right().received.size() == 50'000; },
                     minutes{1}));
  CAF_CHECK(left.stats().packets_sent > 40u);
}
