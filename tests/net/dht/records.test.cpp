#define CAF_SUITE net_dht_records

#include "net/dht/records.hpp"

#include "net/dht/announce.hpp"
#include "net/dht/stored_value.hpp"
#include "tests/net/dht/errand_bench.hpp"
#include "tests/support/property.hpp"
#include "tests/support/vectors.hpp"

using namespace hyper;
using dht::command;

namespace {

struct bench {
  base::seeded_entropy chance{1};
  base::instant now{base::seconds{1}};
  dht::records records{chance, now};
  dht::node_id own = base::blake2b(base::as_bytes("node"));
  base::hash32 token = base::blake2b(base::as_bytes("token"));
  base::hash32 topic = base::blake2b(base::as_bytes("topic"));
  base::endpoint from{{10, 0, 0, 1}, 1};

  std::optional<dht::answer> ask(command which, const base::hash32& target,
                                 base::bytes value = {},
                                 bool with_token = false) {
    dht::incoming_request asked;
    asked.message.command = dht::code_of(which);
    asked.message.target = target;
    asked.message.value = std::move(value);
    if (with_token)
      asked.message.token = token;
    asked.from = from;
    return records.handle(asked, own);
  }

  bool announce(const base::key_pair& key, const base::hash32& target,
                dht::address_list relays = {}) {
    auto value =
        dht::sign_announce({dht::announce_kind::announce, target, own, token},
                           {key.pub, std::move(relays)}, key);
    return ask(command::announce, target, dht::encode(value), true).has_value();
  }

  bool unannounce(const base::key_pair& key, const base::hash32& target) {
    auto value =
        dht::sign_announce({dht::announce_kind::unannounce, target, own, token},
                           {key.pub, {}}, key);
    return ask(command::unannounce, target, dht::encode(value), true)
        .has_value();
  }

  std::vector<dht::peer_record> lookup(const base::hash32& target) {
    auto found = ask(command::lookup, target);
    if (!found || found->value.empty())
      return {};
    return dht::decode_lookup_reply(found->value)->peers;
  }

  void pass(base::duration time) {
    for (auto end = now + time; now < end;) {
      now = std::min(end, *records.poll_timeout());
      records.handle_timeout(now);
    }
    records.check_invariant();
  }
};

} // namespace

CAF_TEST(a second announce replaces the relays) {
  bench b;
  auto key = test::test_keys(1);
  CAF_CHECK(b.announce(key, b.topic, {{{1, 1, 1, 1}, 1}}));
  CAF_CHECK(b.announce(key, b.topic, {{{2, 2, 2, 2}, 2}}));
  auto peers = b.lookup(b.topic);
  CAF_REQUIRE_EQUAL(peers.size(), 1u);
  CAF_CHECK(peers[0].relays == dht::address_list({{{2, 2, 2, 2}, 2}}));
}

CAF_TEST(a self announce makes us a relay for the sender) {
  bench b;
  auto key = test::test_keys(1);
  auto target = dht::target_of(key.pub);
  CAF_CHECK(!b.records.relay_target(target));
  CAF_CHECK(b.announce(key, target));
  CAF_CHECK(b.records.relay_target(target) == b.from);
  CAF_CHECK(b.ask(command::find_peer, target)->value ==
            dht::encode(dht::peer_record{key.pub, {}}));
  b.from.port = 2; // the server was restarted
  CAF_CHECK(b.announce(key, target));
  CAF_CHECK(b.records.relay_target(target) == b.from);
  CAF_CHECK(b.unannounce(key, target));
  CAF_CHECK(!b.records.relay_target(target));
}

CAF_TEST(lookups show twenty records by chance) {
  bench b;
  for (std::uint8_t i = 1; i <= 60; ++i)
    CAF_CHECK(b.announce(test::test_keys(i), b.topic));
  std::set<base::public_key> seen;
  for (int i = 0; i < 30; ++i) {
    auto peers = b.lookup(b.topic);
    CAF_REQUIRE_EQUAL(peers.size(), dht::lookup_peers_max);
    for (const auto& peer : peers)
      seen.insert(peer.key);
  }
  CAF_CHECK_EQUAL(seen.size(), 60u);
}

CAF_TEST(topic records live 13 to 27 minutes) {
  bench b;
  b.announce(test::test_keys(1), b.topic);
  b.pass(base::minutes{13});
  CAF_CHECK_EQUAL(b.lookup(b.topic).size(), 1u);
  b.pass(base::minutes{14});
  CAF_CHECK_EQUAL(b.lookup(b.topic).size(), 0u); // looking did not renew it
}

CAF_TEST(a key that is looked for stays) {
  bench b;
  auto key = test::test_keys(1);
  b.announce(key, dht::target_of(key.pub));
  for (int i = 0; i < 12; ++i) {
    b.pass(base::minutes{10});
    CAF_CHECK(b.records.relay_target(dht::target_of(key.pub)).has_value());
  }
  b.pass(base::minutes{27});
  CAF_CHECK(!b.records.relay_target(dht::target_of(key.pub)).has_value());
}

CAF_TEST(our own keys are found for ever and lead nowhere else) {
  bench b;
  auto key = test::test_keys(1);
  b.records.retain(key.pub);
  b.pass(base::minutes{60});
  auto target = dht::target_of(key.pub);
  CAF_CHECK(!b.ask(command::find_peer, target)->value.empty());
  CAF_CHECK(!b.records.relay_target(target));
  b.records.release(key.pub);
  CAF_CHECK(b.ask(command::find_peer, target)->value.empty());
}

CAF_TEST(one host has an eighth of the table) {
  bench b;
  auto limit = dht::values_max / dht::records_share;
  auto put = [&](std::size_t i) {
    auto value = base::to_bytes("value " + std::to_string(i));
    return b.ask(command::immutable_put, base::blake2b(value), value, true)
        .has_value();
  };
  for (std::size_t i = 0; i < limit; ++i)
    put(i);
  CAF_CHECK_EQUAL(b.records.size(), limit);
  CAF_CHECK(!put(limit));
  CAF_CHECK(put(0)); // storing again is no more
  CAF_CHECK_EQUAL(b.records.at_limit(), 1u);
  b.from.host[3] = 2;
  CAF_CHECK(put(limit));
  b.records.check_invariant();
}

CAF_TEST(large values are refused) {
  bench b;
  auto key = test::test_keys(1);
  for (auto extra : {0u, 1u}) {
    base::bytes value(dht::stored_value_max + extra, 7);
    auto fits = extra == 0;
    CAF_CHECK(b.ask(command::immutable_put, base::blake2b(value), value, true)
                  .has_value() == fits);
    CAF_CHECK(b.ask(command::mutable_put, dht::target_of(key.pub),
                    dht::encode(dht::sign_mutable(key, 1, value)), true)
                  .has_value() == fits);
  }
}

CAF_TEST(what lacks a requirement is dropped) {
  bench b;
  auto key = test::test_keys(1);
  auto good = dht::encode(dht::sign_announce(
      {dht::announce_kind::announce, b.topic, b.own, b.token}, {key.pub, {}},
      key));
  CAF_CHECK(!b.ask(command::announce, b.topic, good, false));
  CAF_CHECK(!b.ask(command::unannounce, b.topic, good, true));
  CAF_CHECK(!b.ask(command::announce, b.own, good, true));
  CAF_CHECK(!b.ask(command::announce, b.topic, {}, true));
  CAF_CHECK(!b.ask(command::mutable_get, b.topic));
  dht::incoming_request without;
  without.message.command = dht::code_of(command::lookup);
  CAF_CHECK(!b.records.handle(without, b.own));
  CAF_CHECK_EQUAL(b.records.size(), 0u);
  CAF_CHECK_EQUAL(b.records.refused(), 6u);
  test::mutate(good, 64, [&](base::bytes_view bad) {
    b.ask(command::announce, b.topic, base::to_bytes(bad), true);
  });
  CAF_CHECK_EQUAL(b.records.size(), 0u);
}
