#define CAF_SUITE net_udx_closing

#include "tests/net/udx/pair.hpp"
#include "tests/support/property.hpp"

// How streams end, with every packet there and with any one of them lost.

using namespace hyper;
using namespace hyper::base;
using test::pair;
using test::sent_datagram;
using udx::close_reason;
namespace flag = udx::flag;

namespace {

using scenario = std::function<void(pair&)>;

void write(test::side& from, instant now) {
  from.stream.write(now, to_bytes("hello")).value();
}

// The rows of the close matrix; each ends with both directions ended.

void peer_first(pair& both) {
  write(both.left(), both.now());
  both.right().stream.end(both.now());
  both.run([&] { return both.left().ended; }, seconds{10});
  both.left().stream.end(both.now());
}

void we_first(pair& both) {
  write(both.left(), both.now());
  both.left().stream.end(both.now());
  both.run([&] { return both.right().ended; }, seconds{10});
  write(both.right(), both.now()); // half open: it may go on sending
  both.right().stream.end(both.now());
}

void both_at_once(pair& both) {
  both.left().stream.end(both.now());
  both.right().stream.end(both.now());
}

const std::vector<scenario> scenarios{peer_first, we_first, both_at_once};

bool closed_cleanly(pair& both) {
  both.run([&] { return both.left().closed && both.right().closed; },
           seconds{60});
  return both.left().closed == close_reason::ended &&
         both.right().closed == close_reason::ended;
}

/// Loses the datagrams with these positions, counted over both directions.
void lose(pair& both, std::vector<std::size_t> positions) {
  both.filter = [&both, positions](const sent_datagram&) {
    auto position = both.log().size() - 1;
    return std::find(positions.begin(), positions.end(), position) ==
           positions.end();
  };
}

} // namespace

CAF_TEST(each order of ending closes both ends) {
  for (const auto& play : scenarios) {
    pair both{1};
    play(both);
    CAF_CHECK(closed_cleanly(both));
    CAF_CHECK_LESS(both.elapsed().count(), 200'000);
  }
}

CAF_TEST(any one lost packet delays the end but not the result) {
  for (const auto& play : scenarios)
    for (std::size_t lost = 0; lost < 8; ++lost) {
      pair both{1};
      both.keep_tombstones();
      lose(both, {lost});
      play(both);
      CAF_CHECK(closed_cleanly(both));
      CAF_CHECK_LESS(both.elapsed().count(), 4'000'000);
    }
}

CAF_TEST(any two lost packets delay the end but not the result) {
  for (const auto& play : scenarios)
    for (std::size_t first = 0; first < 8; ++first)
      for (std::size_t second = first + 1; second < 9; ++second) {
        pair both{1};
        both.keep_tombstones();
        lose(both, {first, second});
        play(both);
        CAF_CHECK(closed_cleanly(both));
        CAF_CHECK_LESS(both.elapsed().count(), 8'000'000);
      }
}

CAF_TEST(an end whose last answer never comes is clean nevertheless) {
  pair both{1};
  both.right().stream.end(both.now());
  both.pass(milliseconds{100});
  both.filter = [](const sent_datagram&) { return false; };
  both.left().stream.end(both.now());
  auto begin = both.elapsed();
  both.run([&] { return both.left().closed.has_value(); }, minutes{1});
  CAF_CHECK(both.left().closed == close_reason::ended);
  CAF_CHECK_LESS((both.elapsed() - begin).count(), 2'500'000);
}

// As the original does: nobody answers for a stream that has ended.
CAF_TEST(a peer that forgets at once does not turn the end into a timeout) {
  auto writes_and_ends = [](pair& both) {
    for (auto* from : {&both.left(), &both.right()}) {
      from->stream.write(both.now(), bytes(5000, 7)).value();
      from->stream.end(both.now());
    }
  };
  for (std::size_t first = 0; first < 24; ++first)
    for (std::size_t second = first; second < 24; ++second) {
      pair both{1};
      lose(both, {first, second});
      writes_and_ends(both);
      CAF_CHECK(closed_cleanly(both));
      CAF_CHECK_EQUAL(both.left().received.size(), 5000u);
      CAF_CHECK_EQUAL(both.right().received.size(), 5000u);
    }
}

CAF_TEST(our end leaves when all else has arrived) {
  pair both{1};
  both.left().stream.write(both.now(), bytes(3000, 7)).value();
  both.left().stream.end(both.now());
  both.pass(milliseconds{19}); // the round trip takes 20
  CAF_CHECK_EQUAL(both.times_ms(0, flag::end).size(), 0u);
  both.pass(milliseconds{100});
  CAF_CHECK_EQUAL(both.times_ms(0, flag::end).size(), 1u);
}

CAF_TEST(data without an answer is a timeout even when the peer has ended) {
  pair both{1};
  both.right().stream.end(both.now());
  both.pass(milliseconds{100});
  both.filter = [](const sent_datagram&) { return false; };
  write(both.left(), both.now());
  both.left().stream.end(both.now());
  both.run([&] { return both.left().closed.has_value(); }, minutes{1});
  CAF_CHECK(both.left().closed == close_reason::timed_out);
}

CAF_TEST(destroy closes both ends and drops what never left) {
  pair both{1};
  write(both.left(), both.now());
  both.pass(milliseconds{50});
  write(both.left(), both.now());
  both.left().stream.destroy(both.now());
  both.run([&] { return both.right().closed.has_value(); }, seconds{1});
  CAF_CHECK(both.left().closed == close_reason::destroyed);
  CAF_CHECK(both.right().closed == close_reason::reset);
  CAF_CHECK_EQUAL(as_text(both.right().received), "hello");
  CAF_CHECK_EQUAL(both.times_ms(0, flag::destroy).size(), 1u);
  CAF_CHECK(!both.right().stream.epitaph());
}

CAF_TEST(a lost destroy is repeated by the tombstone) {
  pair both{1};
  both.keep_tombstones();
  lose(both, {0});
  both.left().stream.destroy(both.now());
  both.pass(milliseconds{100});
  CAF_CHECK(!both.right().closed);
  write(both.right(), both.now());
  both.run([&] { return both.right().closed.has_value(); }, seconds{10});
  CAF_CHECK(both.right().closed == close_reason::reset);
  CAF_CHECK_LESS(both.elapsed().count(), 1'000'000);
}

CAF_TEST(destroy before connect sends nothing) {
  udx::stream alone{{.local_id = 1}, {}};
  alone.write({}, to_bytes("x")).value();
  alone.destroy({});
  CAF_CHECK(!alone.poll_transmit());
  CAF_CHECK(std::get<udx::closed>(*alone.poll_event()).reason ==
            close_reason::destroyed);
  CAF_CHECK(!alone.poll_event());
  CAF_CHECK(!alone.epitaph());
}

CAF_TEST(a closed stream is deaf and refuses writes) {
  pair both{1};
  both.left().stream.destroy(both.now());
  both.flush();
  auto& left = both.left().stream;
  CAF_CHECK(left.write(both.now(), to_bytes("x")).failure().code ==
            errc::closed);
  left.end(both.now());
  left.destroy(both.now());
  left.advertise_window(both.now(), 1u << 30);
  left.handle_timeout(both.now() + minutes{1});
  CAF_CHECK(!left.poll_transmit());
  CAF_CHECK(!left.poll_timeout());
  CAF_CHECK(!left.poll_event());
}

CAF_TEST(writing after the end is refused) {
  pair both{1};
  both.left().stream.end(both.now());
  CAF_CHECK(
      both.left().stream.write(both.now(), to_bytes("x")).failure().code ==
      errc::closed);
}

CAF_TEST(what was acknowledged before a reset stays told) {
  pair both{1};
  both.left().stream.write(both.now(), bytes(500)).value();
  both.pass(milliseconds{50});
  both.left().stream.write(both.now(), bytes(500)).value();
  both.right().stream.destroy(both.now());
  both.run([&] { return both.left().closed.has_value(); }, seconds{1});
  CAF_CHECK(both.left().closed == close_reason::reset);
  CAF_CHECK_EQUAL(both.left().acknowledged, 500u);
  CAF_CHECK_EQUAL(both.left().stream.acknowledged_offset(), 500u);
}
