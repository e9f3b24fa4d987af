// Handshake vectors: pairs of scalars, HMAC and HKDF values, whole handshakes
// with the state after every message, and messages that have to fail.

#include "base/dh.hpp"
#include "net/noise/handshake.hpp"
#include "net/noise/hkdf.hpp"
#include "tests/support/scripted_entropy.hpp"
#include "tests/support/vectors.hpp"

namespace {

using namespace hyper;
using test::fixed_hex;
using test::hex;
using test::text;

bool accepts(const test::json::object& file) {
  return file.contains("rejectsForCase") && file.contains("cases");
}

base::key_pair pair_of(const test::json::value& keys) {
  return base::make_key_pair(fixed_hex<32>(keys.at("seed")));
}

void check_pair(const test::json::value& keys, test::report& out) {
  auto pair = pair_of(keys);
  out.equal(pair.pub, text(keys.at("publicKey")), "public key");
  out.equal(pair.secret, text(keys.at("secretKey")), "secret key");
  out.equal(base::private_scalar(pair), text(keys.at("scalar")), "scalar");
}

void check_product(const test::json::value& row, test::report& out) {
  check_pair(row.at("a"), out);
  check_pair(row.at("b"), out);
  auto a = pair_of(row.at("a"));
  auto b = pair_of(row.at("b"));
  auto ab = base::diffie_hellman(base::private_scalar(a), b.pub);
  auto ba = base::diffie_hellman(base::private_scalar(b), a.pub);
  out.check(ab && ba, "sound points multiply");
  if (ab && ba) {
    out.equal(*ab, text(row.at("shared")), "product");
    out.equal(*ba, text(row.at("shared")), "product, other side");
  }
}

void check_bad_point(const test::json::value& row, test::report& out) {
  base::key_pair ours;
  ours.secret = fixed_hex<64>(row.at("secretKey"));
  auto shared = base::diffie_hellman(base::private_scalar(ours),
                                     fixed_hex<32>(row.at("publicKey")));
  auto fails = text(row.at("result")).starts_with("fails");
  out.check(shared.has_value() != fails, text(row.at("why")));
}

void check_primitives(const test::json::value& all, test::report& out) {
  for (const auto& row : all.at("dh").as_array())
    check_product(row, out);
  for (const auto& row : all.at("dhRejects").as_array())
    check_bad_point(row, out);
  for (const auto& row : all.at("hmac").as_array())
    out.equal(noise::hmac(hex(row.at("key")), hex(row.at("data"))),
              text(row.at("mac")), "hmac");
  for (const auto& row : all.at("hkdf").as_array()) {
    auto [first, second] = noise::hkdf(hex(row.at("chainingKey")),
                                       hex(row.at("inputKeyMaterial")));
    out.equal(first, text(row.at("out1")), "hkdf 1");
    out.equal(second, text(row.at("out2")), "hkdf 2");
  }
}

// The two sides of one recorded handshake.
struct sides {
  noise::handshake initiator;
  noise::handshake responder;
  test::scripted_entropy initiator_chance;
  test::scripted_entropy responder_chance;

  bool initiator_writes = true;

  noise::handshake& writer() {
    return initiator_writes ? initiator : responder;
  }
  noise::handshake& reader() {
    return initiator_writes ? responder : initiator;
  }
  base::result<base::bytes> write(base::bytes_view payload) {
    return writer().write(
        initiator_writes ? initiator_chance : responder_chance, payload);
  }
};

sides sides_of(const test::json::value& row) {
  auto which =
      text(row.at("pattern")) == "XX" ? noise::pattern::xx : noise::pattern::ik;
  auto prologue = hex(row.at("prologue"));
  auto initiator = noise::make_static(pair_of(row.at("initiatorStatic")));
  auto responder = noise::make_static(pair_of(row.at("responderStatic")));
  return {
      noise::handshake{which, noise::role::initiator, initiator, prologue,
                       responder.pair.pub},
      noise::handshake{which, noise::role::responder, responder, prologue},
      test::scripted_entropy{hex(row.at("initiatorEphemeral").at("seed"))},
      test::scripted_entropy{hex(row.at("responderEphemeral").at("seed"))},
  };
}

void check_state(const noise::handshake& side, const test::json::value& want,
                 test::report& out) {
  const auto& state = side.symmetric();
  out.equal(state.hash(), text(want.at("h")), "h");
  // The recorded keys of the last message are those before they were split;
  // ours are wiped by then, and the outcome stands for them.
  if (side.finished())
    return;
  out.equal(state.chaining_key(), text(want.at("ck")), "ck");
  out.check(state.key().has_value() != want.at("k").is_null(), "has a key");
  if (state.key() && !want.at("k").is_null())
    out.equal(*state.key(), text(want.at("k")), "k");
  out.equal(state.nonce(), test::number(want.at("n")), "n");
}

void check_message(sides& both, const test::json::value& row,
                   test::report& out) {
  both.initiator_writes = text(row.at("from")) == "initiator";
  auto sent = both.write(hex(row.at("payload")));
  out.check(sent.ok(), "message is written");
  if (!sent)
    return;
  out.equal(*sent, text(row.at("message")), "message");
  auto payload = both.reader().read(*sent);
  out.check(payload.ok(), "message is read");
  if (payload)
    out.equal(*payload, text(row.at("payload")), "payload");
  check_state(both.initiator, row.at("after"), out);
  check_state(both.responder, row.at("after"), out);
}

void check_outcome(const noise::handshake& side, const test::json::value& want,
                   const test::json::value& row, test::report& out) {
  out.check(side.finished(), "finished");
  if (!side.finished())
    return;
  const auto& got = side.outcome();
  out.equal(got.tx, text(want.at("tx")), "tx");
  out.equal(got.rx, text(want.at("rx")), "rx");
  out.equal(got.remote, text(want.at("remotePublicKey")), "remote key");
  out.equal(got.handshake_hash, text(row.at("handshakeHash")), "hash");
}

void check_holepunch_secret(const noise::handshake& side,
                            const test::json::value& row, test::report& out) {
  const auto* want = row.as_object().if_contains("holepunchSecret");
  if (want == nullptr || !side.finished())
    return;
  auto name = base::namespace_constant("hyperswarm/dht", 1);
  out.equal(base::keyed_blake2b(side.outcome().handshake_hash, {name}),
            text(*want), "holepunch secret");
}

void check_case(const test::json::value& row, test::report& out) {
  for (const auto* who : {"initiatorStatic", "initiatorEphemeral",
                          "responderStatic", "responderEphemeral"})
    check_pair(row.at(who), out);
  auto both = sides_of(row);
  check_state(both.initiator, row.at("initial").at("initiator"), out);
  check_state(both.responder, row.at("initial").at("responder"), out);
  for (const auto& message : row.at("messages").as_array())
    check_message(both, message, out);
  check_outcome(both.initiator, row.at("initiator"), row, out);
  check_outcome(both.responder, row.at("responder"), row, out);
  check_holepunch_secret(both.initiator, row, out);
  const auto& split = row.at("split").as_array();
  if (both.initiator.finished()) {
    out.equal(both.initiator.outcome().tx, text(split.at(0)), "split 1");
    out.equal(both.initiator.outcome().rx, text(split.at(1)), "split 2");
  }
}

// Plays the case up to the message, hands over the mutated one instead.
void check_reject(const test::json::value& played, const test::json::value& row,
                  test::report& out) {
  auto what = text(row.at("mutation"));
  auto both = sides_of(played);
  const auto& messages = played.at("messages").as_array();
  auto position = test::number(row.at("message"));
  for (std::size_t i = 0; i < position; ++i) {
    both.initiator_writes = i % 2 == 0;
    (void)both.reader().read(*both.write(hex(messages.at(i).at("payload"))));
  }
  both.initiator_writes = position % 2 == 0;
  auto accepted = both.reader().read(hex(row.at("bytes"))).ok();
  out.check(accepted == (text(row.at("recv")) == "accepted"), what);
  const auto* reply = row.as_object().if_contains("reply");
  if (!accepted || reply == nullptr || both.reader().finished())
    return;
  both.initiator_writes = !both.initiator_writes;
  out.check(both.write({}).ok() == (text(*reply) == "sent"), what + ", reply");
}

void run(const test::json::object& file, test::report& out) {
  if (const auto* primitives = file.if_contains("primitives"))
    check_primitives(*primitives, out);
  if (const auto* names = file.if_contains("namespaces")) {
    out.equal(base::namespace_constant("hyperswarm/dht", 0),
              text(names->at("peerHandshake")), "peer handshake namespace");
    out.equal(base::namespace_constant("hyperswarm/dht", 1),
              text(names->at("peerHolepunch")), "peer holepunch namespace");
  }
  const auto& cases = file.at("cases").as_array();
  for (const auto& row : cases) {
    auto which = text(row.at("pattern")) == "XX" ? noise::pattern::xx
                                                 : noise::pattern::ik;
    out.check(noise::protocol_name(which) == text(row.at("protocol")), "name");
    check_case(row, out);
  }
  const auto& played = cases.at(test::number(file.at("rejectsForCase")));
  for (const auto& row : file.at("rejects").as_array())
    check_reject(played, row, out);
}

const test::register_replayer here{{"noise", accepts, run}};

} // namespace
