#define CAF_SUITE net_dht_requests

#include "net/dht/requests.hpp"

#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::dht;
using base::seconds;

namespace {

base::endpoint node(std::uint16_t port) {
  return {{10, 0, 0, 1}, port};
}

struct fixture {
  base::instant start;
  base::instant now;
  counters stats;
  requests under_way{now, 65535, stats};

  request_id ask(const base::endpoint& to, unsigned retries = plain_retries,
                 purpose why = for_caller{}) {
    outgoing what;
    what.message.to = to;
    what.message.command = internal::ping;
    what.retries = retries;
    what.why = std::move(why);
    return under_way.start(now, std::move(what));
  }

  std::vector<transmit> sent() {
    std::vector<transmit> out;
    while (auto one = under_way.poll_transmit())
      out.push_back(std::move(*one));
    under_way.check_invariant();
    return out;
  }

  std::uint16_t tid_of(const transmit& one) {
    return std::get<request>(*decode(one.datagram)).tid;
  }

  // Lets time pass until nothing is due any more before that.
  void run_to(base::duration since_start) {
    auto until = start + since_start;
    while (auto due = under_way.poll_timeout()) {
      if (*due > until)
        break;
      now = std::max(now, *due);
      under_way.handle_timeout(now);
    }
    now = until;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(requests_tests, fixture)

CAF_TEST(three retries are four sends of the same bytes one second apart) {
  auto id = ask(node(1));
  auto first = sent();
  CAF_REQUIRE_EQUAL(first.size(), 1u);
  for (int second = 1; second <= 3; ++second) {
    run_to(seconds{second} - base::milliseconds{1});
    CAF_CHECK(sent().empty());
    run_to(seconds{second});
    auto again = sent();
    CAF_REQUIRE_EQUAL(again.size(), 1u);
    CAF_CHECK(again[0].datagram == first[0].datagram);
  }
  auto slow = under_way.poll_lapse();
  CAF_REQUIRE(slow.has_value());
  CAF_CHECK(!slow->ended);
  run_to(seconds{4});
  auto end = under_way.poll_lapse();
  CAF_REQUIRE(end.has_value());
  CAF_CHECK(end->id == id);
  CAF_CHECK(end->ended == failure::timed_out);
  CAF_CHECK(!under_way.poll_timeout());
  CAF_CHECK_EQUAL(stats.retries, 3u);
  CAF_CHECK_EQUAL(stats.timeouts, 1u);
}

CAF_TEST(no retry is one send and no slow lapse) {
  ask(node(1), 0);
  run_to(seconds{1});
  CAF_CHECK_EQUAL(sent().size(), 1u);
  CAF_CHECK(under_way.poll_lapse()->ended == failure::timed_out);
  CAF_CHECK(!under_way.poll_lapse());
}

CAF_TEST(an answer counts only with its tid and from whom was asked) {
  auto id = ask(node(1));
  auto tid = tid_of(sent()[0]);
  CAF_CHECK(!under_way.settle(now, tid, node(2)));
  CAF_CHECK(!under_way.settle(now, tid + 1, node(1)));
  now += base::milliseconds{30};
  auto done = under_way.settle(now, tid, node(1));
  CAF_REQUIRE(done.has_value());
  CAF_CHECK(done->id == id);
  CAF_CHECK(done->round_trip == base::milliseconds{30});
  CAF_CHECK(!under_way.settle(now, tid, node(1)));
  CAF_CHECK(!under_way.poll_timeout());
}

CAF_TEST(tids count up and wrap) {
  ask(node(1));
  ask(node(1));
  auto out = sent();
  CAF_CHECK_EQUAL(tid_of(out[0]), 65535);
  CAF_CHECK_EQUAL(tid_of(out[1]), 0);
}

CAF_TEST(a tid in use is skipped) {
  ask(node(1));
  sent();
  for (int i = 0; i < 65535; ++i) { // once around
    ask(node(2));
    under_way.settle(now, static_cast<std::uint16_t>(i), node(2));
  }
  sent();
  ask(node(1));
  auto out = sent();
  CAF_REQUIRE(!out.empty());
  CAF_CHECK_EQUAL(tid_of(out.back()), 0); // not 65535 again
}

CAF_TEST(the pace holds requests back in their order) {
  for (std::uint16_t i = 1; i <= 200; ++i)
    ask(node(i));
  CAF_CHECK_EQUAL(sent().size(), pacing::slot_max);
  run_to(pacing::slot);
  auto next = sent();
  CAF_REQUIRE_EQUAL(next.size(), pacing::slot_max);
  CAF_CHECK_EQUAL(next[0].to.port, 81);
  run_to(2 * pacing::slot);
  CAF_CHECK(sent().empty()); // the window is full
  run_to(4 * pacing::slot);
  next = sent();
  CAF_REQUIRE(!next.empty());
  CAF_CHECK_EQUAL(next[0].to.port, 161);
}

CAF_TEST(what waits for the pace can be cancelled) {
  for (std::uint16_t i = 1; i <= 80; ++i)
    ask(node(i));
  sent();
  auto id = ask(node(99));
  CAF_CHECK(sent().empty());
  under_way.cancel(id);
  under_way.check_invariant();
  CAF_CHECK_EQUAL(under_way.size(), 80u);
}

CAF_TEST(too many are refused) {
  for (std::size_t i = 0; i < requests_max; ++i)
    ask(node(1));
  CAF_CHECK(!under_way.poll_lapse());
  auto id = ask(node(1));
  auto end = under_way.poll_lapse();
  CAF_REQUIRE(end.has_value());
  CAF_CHECK(end->id == id);
  CAF_CHECK(end->ended == failure::limit);
  CAF_CHECK_EQUAL(under_way.size(), requests_max);
}

CAF_TEST(only requests of the caller are cancelled one by one) {
  auto ours = ask(node(1), 3, for_nobody{});
  auto of_query = ask(node(1), 3, for_query{query_id{7}});
  auto callers = ask(node(1));
  under_way.cancel(ours);
  under_way.cancel(of_query);
  CAF_CHECK_EQUAL(under_way.size(), 3u);
  under_way.cancel(callers);
  under_way.cancel(query_id{7});
  under_way.cancel(query_id{8});
  CAF_CHECK_EQUAL(under_way.size(), 1u);
  under_way.check_invariant();
}

CAF_TEST(suspension ends everything) {
  for (std::uint16_t i = 1; i <= 100; ++i)
    ask(node(i));
  under_way.suspend();
  ask(node(1));
  CAF_CHECK(sent().empty());
  for (int i = 0; i < 101; ++i)
    CAF_CHECK(under_way.poll_lapse()->ended == failure::suspended);
  CAF_CHECK(!under_way.poll_timeout());
  under_way.resume();
  ask(node(1));
  CAF_CHECK_EQUAL(sent().size(), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
