#define CAF_SUITE net_dht_relay

#include "net/dht/relay.hpp"

#include "tests/support/property.hpp"

using namespace hyper;
using dht::relay_mode;

namespace {

const base::endpoint sender{{10, 0, 0, 1}, 1};
const base::endpoint server{{10, 0, 0, 2}, 2};
const base::endpoint peer{{10, 0, 0, 3}, 3};
const base::endpoint second{{10, 0, 0, 4}, 4};

const dht::relay_knowledge nothing{};
const dht::relay_knowledge announced{false, server};
const dht::relay_knowledge ours{true, std::nullopt};

dht::handshake_envelope handshake(relay_mode mode) {
  return {mode, base::bytes{1, 2, 3}, peer, second};
}

template <class Action>
bool is(const dht::relay_action& what) {
  return std::holds_alternative<Action>(what);
}

} // namespace

CAF_TEST(handshakes by mode and knowledge) {
  auto decide = [](const dht::relay_knowledge& known, relay_mode mode,
                   bool relay_named = false) {
    auto envelope = handshake(mode);
    if (!relay_named)
      envelope.relay.reset();
    return dht::relay_handshake(known, sender, envelope);
  };
  using enum relay_mode;
  CAF_CHECK(is<dht::relay_closer>(decide(nothing, from_client)));
  CAF_CHECK(is<dht::relay_onwards>(decide(nothing, from_client, true)));
  CAF_CHECK(is<dht::relay_onwards>(decide(announced, from_client)));
  CAF_CHECK(is<dht::relay_drop>(decide(nothing, from_relay)));
  CAF_CHECK(is<dht::relay_onwards>(decide(announced, from_relay)));
  CAF_CHECK(is<dht::relay_response>(decide(nothing, from_server)));
  CAF_CHECK(is<dht::relay_drop>(decide(announced, from_second_relay)));
  CAF_CHECK(is<dht::relay_drop>(decide(announced, reply)));
  CAF_CHECK(is<dht::relay_arrived>(decide(ours, from_client)));
  CAF_CHECK(is<dht::relay_arrived>(decide(ours, from_relay)));
  CAF_CHECK(is<dht::relay_arrived>(decide(ours, from_second_relay)));
  CAF_CHECK(is<dht::relay_drop>(decide(ours, from_server)));
  CAF_CHECK(is<dht::relay_drop>(decide(ours, reply)));
}

CAF_TEST(a handshake without noise is dropped) {
  auto empty = handshake(relay_mode::from_client);
  empty.noise.clear();
  CAF_CHECK(is<dht::relay_drop>(dht::relay_handshake(ours, sender, empty)));
  CAF_CHECK(is<dht::relay_drop>(dht::relay_handshake(nothing, sender, empty)));
}

CAF_TEST(the relay tells the server who asks and through whom) {
  auto action = dht::relay_handshake(announced, sender,
                                     handshake(relay_mode::from_relay));
  auto onwards = std::get<dht::relay_onwards>(action);
  CAF_CHECK(onwards.to == server);
  auto sent = *dht::decode_handshake_envelope(onwards.value);
  CAF_CHECK(sent.mode == relay_mode::from_second_relay);
  CAF_CHECK(sent.peer == peer);
  CAF_CHECK(sent.relay == sender);
}

CAF_TEST(nothing is sent where nobody can be) {
  for (base::endpoint bad :
       {base::endpoint{{10, 0, 0, 1}, 0}, base::endpoint{{0, 1, 2, 3}, 5},
        base::endpoint{{224, 0, 0, 1}, 5},
        base::endpoint{{255, 255, 255, 255}, 5}}) {
    auto envelope = handshake(relay_mode::from_client);
    envelope.relay = bad;
    CAF_CHECK(
        is<dht::relay_drop>(dht::relay_handshake(nothing, sender, envelope)));
    envelope = handshake(relay_mode::from_server);
    envelope.peer = bad;
    CAF_CHECK(
        is<dht::relay_drop>(dht::relay_handshake(nothing, sender, envelope)));
    dht::punch_envelope punch{relay_mode::from_client, 0, {}, bad};
    CAF_CHECK(is<dht::relay_drop>(dht::relay_punch(nothing, sender, punch)));
    punch.mode = relay_mode::from_server;
    CAF_CHECK(is<dht::relay_drop>(dht::relay_punch(nothing, sender, punch)));
  }
}

CAF_TEST(punch requests by mode and knowledge) {
  auto decide = [](const dht::relay_knowledge& known, relay_mode mode,
                   std::optional<base::endpoint> to) {
    return dht::relay_punch(known, sender, {mode, 4, {1}, to});
  };
  using enum relay_mode;
  CAF_CHECK(is<dht::relay_onwards>(decide(nothing, from_client, peer)));
  CAF_CHECK(is<dht::relay_onwards>(decide(announced, from_client, {})));
  CAF_CHECK(is<dht::relay_drop>(decide(nothing, from_client, {})));
  CAF_CHECK(is<dht::relay_arrived>(decide(ours, from_relay, peer)));
  CAF_CHECK(is<dht::relay_drop>(decide(ours, from_relay, {})));
  CAF_CHECK(is<dht::relay_drop>(decide(announced, from_relay, peer)));
  CAF_CHECK(is<dht::relay_response>(decide(nothing, from_server, peer)));
  CAF_CHECK(is<dht::relay_drop>(decide(nothing, from_server, {})));
  CAF_CHECK(is<dht::relay_drop>(decide(nothing, reply, peer)));
}

CAF_TEST(answers travel back the way that the request came) {
  base::bytes noise{9, 9};
  auto direct = dht::answer_handshake(
      sender, {relay_mode::from_client, {1}, {}, {}}, noise);
  CAF_CHECK(std::get<dht::relay_response>(direct).to == sender);
  auto relayed = dht::answer_handshake(
      sender, {relay_mode::from_relay, {1}, peer, {}}, noise);
  auto onwards = std::get<dht::relay_onwards>(relayed);
  CAF_CHECK(onwards.to == sender);
  auto sent = *dht::decode_handshake_envelope(onwards.value);
  CAF_CHECK(sent.mode == relay_mode::from_server);
  CAF_CHECK(sent.peer == peer);
  auto twice = dht::answer_handshake(
      sender, {relay_mode::from_second_relay, {1}, peer, second}, noise);
  CAF_CHECK(std::get<dht::relay_onwards>(twice).to == second);
  auto nowhere = dht::answer_handshake(
      sender, {relay_mode::from_second_relay, {1}, peer, {}}, noise);
  CAF_CHECK(is<dht::relay_drop>(nowhere));
  auto punch =
      dht::answer_punch(sender, {relay_mode::from_relay, 4, {1}, peer}, {7});
  CAF_CHECK(punch.to == sender);
  auto punched = *dht::decode_punch_envelope(punch.value);
  CAF_CHECK(punched.id == 0 && punched.peer == peer);
}
