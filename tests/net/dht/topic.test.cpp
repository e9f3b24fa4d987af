#define CAF_SUITE net_dht_topic

#include "net/dht/topic.hpp"

#include "net/dht/node_id.hpp"
#include "tests/net/dht/errand_bench.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using dht::command;

namespace {

struct bench : test::errand_bench {
  base::hash32 target = base::blake2b(base::as_bytes("topic"));
  base::key_pair key = test::test_keys(1);
  std::optional<dht::topic> errand;

  void start(bool announce,
             dht::topic::life lasting = dht::topic::life::until_left) {
    dht::join_options how;
    if (announce)
      how.announce = key;
    errand.emplace(place, target, how, lasting, now);
  }

  base::bytes records(std::vector<dht::peer_record> peers) const {
    return dht::encode(dht::lookup_reply{std::move(peers), 0});
  }

  dht::peer_record peer(std::uint8_t number) const {
    return {test::test_keys(number).pub, {{{10, 0, 0, 1}, 1}}};
  }
};

} // namespace

CAF_TEST(each peer is told once per look) {
  bench b;
  b.start(false);
  auto look = b.take_search();
  b.reply(look, b.node(1), b.records({b.peer(2), b.peer(3)}));
  b.reply(look, b.node(2), b.records({b.peer(3)}));
  b.finish(look, {b.node(1), b.node(2)});
  CAF_CHECK_EQUAL(b.told<dht::peer_found>().size(), 2u);
  auto done = b.first<dht::lookup_done>();
  CAF_CHECK_EQUAL(done.peers, 2u);
  CAF_CHECK_EQUAL(done.nodes, 2u);
  auto wait = *b.errand->poll_timeout() - b.now;
  CAF_CHECK(wait >= dht::topic_interval);
  CAF_CHECK(wait <= dht::topic_interval + dht::topic_interval_spread);
}

CAF_TEST(a reply that does not decode is skipped) {
  bench b;
  b.start(false);
  auto look = b.take_search();
  b.reply(look, b.node(1), {0x05, 0xff, 0xff});
  b.reply(look, b.node(2), b.records({b.peer(2)}));
  CAF_CHECK_EQUAL(b.told<dht::peer_found>().size(), 1u);
  CAF_CHECK_EQUAL(b.stats.bad_replies, 1u);
}

CAF_TEST(nothing is written before the relays are known) {
  bench b;
  b.start(true);
  b.finish(b.take_search(), {b.node(1)});
  CAF_CHECK(b.open.empty());
  b.errand->set_relays(b.now, {{{10, 0, 0, 9}, 9}});
  auto asked = b.take(command::announce);
  auto value = dht::decode_announce(asked.what.value);
  CAF_REQUIRE(value.ok());
  CAF_CHECK_EQUAL(value->peer->relays.size(), 1u);
  b.answer(asked, {});
  CAF_CHECK_EQUAL(b.first<dht::announced>().nodes, 1u);
}

CAF_TEST(tokens that waited too long are fetched again) {
  bench b;
  b.start(true);
  b.finish(b.take_search(), {b.node(1)});
  b.advance(dht::relays_wait_max);
  CAF_CHECK_EQUAL(b.searches.size(), 1u);
}

CAF_TEST(an old record of ours is removed before the new one is stored) {
  bench b;
  b.start(true);
  b.errand->set_relays(b.now, {{{10, 0, 0, 9}, 9}});
  auto look = b.take_search();
  b.reply(look, b.node(1), b.records({b.peer(1)})); // other relays
  b.finish(look, {b.node(1), b.node(2)});
  CAF_CHECK_EQUAL(b.open.size(), 2u);
  CAF_CHECK(b.told<dht::peer_found>().empty()); // ourselves
  auto clear = b.take(command::unannounce);
  CAF_CHECK_EQUAL(clear.to.port, 1);
  CAF_CHECK_EQUAL(b.take(command::announce).to.port, 2);
  b.answer(clear, {});
  CAF_CHECK_EQUAL(b.take(command::announce).to.port, 1);
}

CAF_TEST(a refused token is replaced once) {
  bench b;
  b.start(true);
  b.errand->set_relays(b.now, {});
  b.finish(b.take_search(), {b.node(1)});
  dht::response refusal;
  refusal.error = dht::error_invalid_token;
  refusal.token = base::hash32{9};
  b.answer(b.take(command::announce), refusal);
  auto second = b.take(command::announce);
  CAF_CHECK(second.what.token == refusal.token);
  b.answer(second, refusal);
  CAF_CHECK_EQUAL(b.first<dht::announced>().nodes, 0u);
}

CAF_TEST(who finds nobody looks again ever more slowly) {
  bench b;
  b.start(false);
  base::duration before{};
  for (int i = 0; i < 8; ++i) {
    auto look = b.take_search();
    b.reply(look, b.node(1), {});
    b.finish(look, {b.node(1)});
    auto wait = *b.errand->poll_timeout() - b.now;
    CAF_CHECK(wait >= before);
    CAF_CHECK(wait <= dht::lonely_interval_max);
    before = wait;
    b.advance(wait);
  }
  CAF_CHECK(before == dht::lonely_interval_max);
}

CAF_TEST(a full reply is followed by looks for those not shown yet) {
  bench b;
  b.start(false);
  std::vector<dht::peer_record> shown;
  for (std::uint8_t i = 2; i < 2 + dht::lookup_peers_max; ++i)
    shown.push_back(b.peer(i));
  std::vector<std::int64_t> waits;
  for (int look = 0; look < 7; ++look) {
    auto search = b.take_search();
    shown.back() = b.peer(static_cast<std::uint8_t>(100 + look));
    b.reply(search, b.node(1), b.records(shown));
    b.finish(search, {b.node(1)});
    auto told = b.told<dht::peer_found>().size();
    // The first look, and the first one after the regular rest, tell all.
    CAF_CHECK_EQUAL(told, look % 6 == 0 ? dht::lookup_peers_max : 1u);
    b.events.clear();
    auto wait = *b.errand->poll_timeout() - b.now;
    waits.push_back(wait / base::seconds{1});
    b.advance(wait);
  }
  CAF_CHECK_EQUAL(std::vector(waits.begin(), waits.begin() + 5),
                  (std::vector<std::int64_t>{2, 4, 8, 16, 32}));
  CAF_CHECK_GREATER_OR_EQUAL(waits[5], 600);
  CAF_CHECK_EQUAL(waits[6], 2);
}

CAF_TEST(who looks again for lack of others does not write again) {
  bench b;
  b.start(true);
  b.errand->set_relays(b.now, {});
  auto begin = b.now;
  int writes = 0;
  while (b.now < begin + dht::topic_interval) {
    auto look = b.take_search();
    b.reply(look, b.node(1), {});
    b.finish(look, {b.node(1)});
    if (!b.open.empty()) {
      ++writes;
      b.answer(b.take(command::announce), {});
    }
    b.advance(*b.errand->poll_timeout() - b.now);
  }
  CAF_CHECK_EQUAL(writes, 1);
  b.finish(b.take_search(), {b.node(1)});
  CAF_CHECK_EQUAL(b.open.size(), 1u); // records must not fade
}

CAF_TEST(new relays are announced) {
  bench b;
  b.start(true);
  b.errand->set_relays(b.now, {{{10, 0, 0, 9}, 9}});
  b.finish(b.take_search(), {b.node(1)});
  b.answer(b.take(command::announce), {});
  b.errand->set_relays(b.now, {{{10, 0, 0, 9}, 9}});
  CAF_CHECK(b.searches.empty());
  b.errand->set_relays(b.now, {{{10, 0, 0, 8}, 8}});
  CAF_CHECK_EQUAL(b.searches.size(), 1u);
}

CAF_TEST(one look ends by itself) {
  bench b;
  b.start(false, dht::topic::life::one_look);
  b.finish(b.take_search(), {});
  CAF_CHECK(b.errand->is_done());
  CAF_CHECK(!b.errand->poll_timeout());
  CAF_CHECK_EQUAL(b.first<dht::lookup_done>().nodes, 0u);
}

CAF_TEST(leaving unannounces where we are listed) {
  bench b;
  b.start(true);
  b.errand->set_relays(b.now, {});
  b.finish(b.take_search(), {b.node(1)});
  b.answer(b.take(command::announce), {});
  b.errand->leave(b.now);
  auto look = b.take_search();
  CAF_CHECK(look.how.only_these);
  b.reply(look, b.node(1), b.records({b.peer(1)}));
  b.finish(look, {});
  CAF_CHECK(!b.errand->is_done());
  b.answer(b.take(command::unannounce), {});
  CAF_CHECK(b.errand->is_done());
}

CAF_TEST(leaving ends in time) {
  bench b;
  b.start(true);
  b.errand->set_relays(b.now, {});
  b.finish(b.take_search(), {b.node(1)});
  b.answer(b.take(command::announce), {});
  b.errand->leave(b.now);
  b.advance(dht::close_time_max);
  CAF_CHECK(b.errand->is_done());
}

CAF_TEST(a topic full of records tells a limited number) {
  bench b;
  b.start(false);
  auto look = b.take_search();
  for (std::size_t i = 0; i < dht::topic_peers_max + 10; ++i) {
    dht::peer_record record;
    record.key = base::blake2b(base::as_bytes(std::to_string(i)));
    record.relays.resize(9);
    b.reply(look, b.node(1), b.records({record}));
  }
  auto found = b.told<dht::peer_found>();
  CAF_CHECK_EQUAL(found.size(), dht::topic_peers_max);
  CAF_CHECK_EQUAL(found[0].peer.relays.size(), dht::relay_addresses_max);
}
