#define CAF_SUITE net_dht_announcer

#include "net/dht/announcer.hpp"

#include "tests/net/dht/errand_bench.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using dht::command;

namespace {

struct bench : test::errand_bench {
  base::key_pair key = test::test_keys(1);
  dht::announcer errand{place, key, now};

  /// Answers the search with these nodes and takes all announcements.
  void announce_at(std::vector<std::uint16_t> ports) {
    std::vector<dht::closest_node> nodes;
    for (auto port : ports)
      nodes.push_back(node(port));
    finish(take_search(), nodes);
    while (!open.empty())
      answer(take(command::announce), {});
  }

  dht::response record() const {
    dht::response reply;
    reply.value = dht::encode(dht::peer_record{key.pub, {}});
    reply.token = base::hash32{1};
    reply.id = dht::node_id{2};
    return reply;
  }
};

} // namespace

CAF_TEST(the three nearest nodes get an announcement that is signed for each) {
  bench b;
  auto search = b.take_search();
  CAF_CHECK(search.what.target == dht::target_of(b.key.pub));
  CAF_CHECK(search.what.command == dht::code_of(command::find_peer));
  b.finish(search, {b.node(1), b.node(2), b.node(3), b.node(4)});
  CAF_REQUIRE_EQUAL(b.open.size(), 3u);
  for (const auto& asked : b.open) {
    auto value = dht::decode_announce(asked.what.value);
    CAF_REQUIRE(value.ok());
    dht::announce_context where{dht::announce_kind::announce,
                                dht::target_of(b.key.pub), dht::id_of(asked.to),
                                *asked.what.token};
    CAF_CHECK(dht::is_signed(where, *value));
    CAF_CHECK(value->peer->relays.empty());
  }
  CAF_CHECK(!b.errand.has_settled());
  while (!b.open.empty())
    b.answer(b.take(command::announce), {});
  CAF_CHECK(b.errand.has_settled());
  CAF_CHECK_EQUAL(b.errand.relays().size(), 3u);
  CAF_CHECK(b.errand.relays()[0].peer == b.self);
  CAF_CHECK_EQUAL(b.told<dht::listening>().size(), 1u);
  CAF_CHECK_EQUAL(b.first<dht::announced>().nodes, 3u);
}

CAF_TEST(a token that was refused is replaced once) {
  bench b;
  b.finish(b.take_search(), {b.node(1)});
  dht::response refusal;
  refusal.error = dht::error_invalid_token;
  refusal.token = base::hash32{9};
  refusal.id = b.node(1).id;
  b.answer(b.take(command::announce), refusal);
  auto second = b.take(command::announce);
  CAF_CHECK(second.what.token == refusal.token);
  b.answer(second, refusal);
  CAF_CHECK(b.open.empty());
  CAF_CHECK_EQUAL(b.first<dht::announced>().nodes, 0u);
}

CAF_TEST(without relays it tries again after one second and two and four) {
  bench b;
  base::duration longest{};
  for (int i = 0; i < 6; ++i) {
    b.finish(b.take_search(), {});
    auto wait = *b.errand.poll_timeout() - b.now;
    CAF_CHECK(wait > longest * 3 / 4);
    CAF_CHECK(wait <= base::seconds{8});
    longest = std::max(longest, wait);
    b.advance(wait);
  }
  CAF_CHECK(longest > base::seconds{5});
  CAF_CHECK_EQUAL(b.told<dht::listening>().size(), 1u); // nobody took it
}

CAF_TEST(relays are asked for the record every three seconds) {
  bench b;
  b.announce_at({1, 2});
  for (int i = 0; i < 5; ++i) {
    b.advance(dht::relay_check_interval);
    CAF_CHECK_EQUAL(b.open.size(), 2u);
    while (!b.open.empty())
      b.answer(b.take(command::find_peer), b.record());
  }
  CAF_CHECK(b.searches.empty());
  CAF_CHECK_EQUAL(b.errand.losses(), 0u);
}

CAF_TEST(a relay that has forgotten the key gets it again at once) {
  bench b;
  b.announce_at({1});
  b.advance(dht::relay_check_interval);
  b.answer(b.take(command::find_peer), {}); // restarted: nothing stored
  CAF_CHECK_EQUAL(b.errand.losses(), 1u);
  b.announce_at({1});
  CAF_CHECK_EQUAL(b.errand.relays().size(), 1u);
}

CAF_TEST(the record of another key is not ours) {
  bench b;
  b.announce_at({1});
  b.advance(dht::relay_check_interval);
  dht::response lie;
  lie.value = dht::encode(dht::peer_record{test::test_keys(7).pub, {}});
  b.answer(b.take(command::find_peer), lie);
  CAF_CHECK_EQUAL(b.searches.size(), 1u);
}

CAF_TEST(a relay that fell silent is replaced and taken back when it answers) {
  bench b;
  b.announce_at({1, 2});
  b.advance(dht::relay_check_interval);
  b.answer(b.take(command::find_peer), b.record());
  b.fail(b.take(command::find_peer)); // node 2
  b.announce_at({1});
  b.advance(dht::relay_check_interval);
  CAF_CHECK_EQUAL(b.open.size(), 2u); // the lost one is asked as well
  b.answer(b.take(command::find_peer), b.record());
  b.answer(b.take(command::find_peer), {});
  CAF_CHECK_EQUAL(b.errand.losses(), 1u);
  b.announce_at({1, 2});
  CAF_CHECK_EQUAL(b.errand.relays().size(), 2u);
}

CAF_TEST(a lost relay is forgotten after ten minutes) {
  bench b;
  b.announce_at({1, 2});
  b.advance(dht::relay_check_interval);
  b.answer(b.take(command::find_peer), b.record());
  b.fail(b.take(command::find_peer));
  b.announce_at({1});
  auto end = b.now + dht::lost_relay_memory;
  while (b.now < end) {
    b.advance(*b.errand.poll_timeout() - b.now);
    if (!b.searches.empty())
      b.announce_at({1});
    while (!b.open.empty()) {
      auto asked = b.take(command::find_peer);
      if (asked.to.port == 1)
        b.answer(asked, b.record());
      else
        b.fail(asked);
    }
  }
  b.advance(*b.errand.poll_timeout() - b.now);
  CAF_CHECK_EQUAL(b.open.size(), 1u);
}

CAF_TEST(a relay that is no longer near is told to forget us) {
  bench b;
  b.announce_at({1, 2});
  b.errand.renew(b.now);
  b.finish(b.take_search(), {b.node(1)});
  b.answer(b.take(command::announce), {});
  auto asked = b.take(command::find_peer);
  CAF_CHECK_EQUAL(asked.to.port, 2);
  b.answer(asked, b.record());
  CAF_CHECK_EQUAL(b.take(command::unannounce).to.port, 2);
}

CAF_TEST(everything is renewed every five minutes) {
  bench b;
  b.announce_at({1});
  auto end = b.now + dht::announce_interval;
  while (b.searches.empty()) {
    CAF_REQUIRE(b.now < end + base::seconds{4});
    b.advance(*b.errand.poll_timeout() - b.now);
    while (!b.open.empty())
      b.answer(b.take(command::find_peer), b.record());
  }
  CAF_CHECK(b.now >= end);
  CAF_CHECK_EQUAL(b.searches.at(0).how.start.size(), 1u);
}

CAF_TEST(withdrawing asks for a fresh token and unannounces) {
  bench b;
  b.announce_at({1, 2});
  b.errand.withdraw(b.now);
  b.answer(b.take(command::find_peer), b.record());
  b.fail(b.take(command::find_peer));
  CAF_CHECK(!b.errand.is_done());
  auto forget = b.take(command::unannounce);
  auto value = dht::decode_announce(forget.what.value);
  dht::announce_context where{dht::announce_kind::unannounce,
                              dht::target_of(b.key.pub), dht::node_id{2},
                              base::hash32{1}};
  CAF_CHECK(value.ok() && dht::is_signed(where, *value));
  b.answer(forget, {});
  CAF_CHECK(b.errand.is_done());
  CAF_CHECK(!b.errand.poll_timeout());
}

CAF_TEST(withdrawing before anything was stored is done at once) {
  bench b;
  b.errand.withdraw(b.now);
  CAF_CHECK(b.errand.is_done());
  CAF_CHECK(b.searches.empty());
}
