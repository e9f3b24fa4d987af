// HyperDHT: the Noise messages of recorded handshakes, and recorded connects
// datagram by datagram: each is decoded, written again and, where it follows
// from another one by the rules of relaying, derived from that.

#include "base/text.hpp"
#include "net/dht/message.hpp"
#include "net/dht/punch_payload.hpp"
#include "net/dht/relay.hpp"
#include "net/noise/handshake.hpp"
#include "tests/support/scripted_entropy.hpp"
#include "tests/vectors/hyperdht_vectors.hpp"

namespace hyper::test::hyperdht {

namespace {

noise::static_key static_key_of(const json::value& seed) {
  return noise::make_static(base::make_key_pair(fixed_hex<32>(seed)));
}

void check_session(const json::object& entry, const noise::session& client,
                   const noise::session& server, report& out) {
  out.equal(client.handshake_hash, text(entry.at("handshakeHash")), "hash");
  out.equal(client.tx, text(entry.at("clientTx")), "client tx");
  out.equal(client.rx, text(entry.at("clientRx")), "client rx");
  out.equal(server.tx, text(entry.at("clientRx")), "server tx");
  out.equal(server.rx, text(entry.at("clientTx")), "server rx");
  out.equal(dht::punch_secret(client.handshake_hash),
            text(entry.at("holepunchSecret")), "punch secret");
  for (std::uint8_t i = 0; i < 2; ++i) {
    auto space = base::namespace_constant("hyperswarm/secret-stream", i);
    out.equal(
        base::keyed_blake2b(client.handshake_hash, {space}),
        text(entry.at(i == 0 ? "streamIdOfInitiator" : "streamIdOfResponder")),
        "stream id");
  }
}

/// Both sides from their seeds; every byte must come out as recorded.
void replay_handshake(const json::object& entry, report& out) {
  auto prologue = base::namespace_constant("hyperswarm/dht", 0);
  auto server_key = static_key_of(entry.at("serverSeed"));
  noise::handshake client{noise::pattern::ik, noise::role::initiator,
                          static_key_of(entry.at("clientSeed")), prologue,
                          server_key.pair.pub};
  noise::handshake server{noise::pattern::ik, noise::role::responder,
                          server_key, prologue};
  scripted_entropy client_chance{hex(entry.at("clientEphemeralSeed"))};
  scripted_entropy server_chance{hex(entry.at("serverEphemeralSeed"))};
  auto first = client.write(client_chance, hex(entry.at("payload1")));
  out.check(first.ok(), "message 1");
  out.equal(*first, text(entry.at("message1")), "message 1");
  auto read = server.read(*first);
  out.check(read.ok(), "message 1 is read");
  out.equal(*read, text(entry.at("payload1")), "payload 1");
  auto second = server.write(server_chance, hex(entry.at("payload2")));
  out.check(second.ok(), "message 2");
  out.equal(*second, text(entry.at("message2")), "message 2");
  auto copy = client;
  auto lie = *second;
  lie.back() ^= 1;
  out.check(!copy.read(lie).ok(), "a lying relay is noticed");
  auto answer = client.read(*second);
  out.check(answer.ok() && client.finished(), "message 2 is read");
  out.equal(*answer, text(entry.at("payload2")), "payload 2");
  check_session(entry, client.outcome(), server.outcome(), out);
}

void replay_payloads_of(const json::object& entry, report& out) {
  for (const auto* name : {"payload1", "payload2"}) {
    auto payload =
        payload_of(entry.at(std::string{name} + "Decoded").as_object());
    out.equal(dht::encode(payload), text(entry.at(name)), name);
    auto decoded = dht::decode_noise_payload(hex(entry.at(name)));
    out.check(decoded.ok() && *decoded == payload, name);
  }
}

struct packet {
  base::endpoint from, to;
  base::bytes raw;
  std::string kind;
  std::optional<dht::request> request;
  std::optional<dht::response> response;
};

packet packet_of(const json::object& entry) {
  packet one{endpoint_of(entry.at("from")),
             endpoint_of(entry.at("to")),
             hex(entry.at("hex")),
             {},
             std::nullopt,
             std::nullopt};
  const auto& decoded = entry.at("decoded");
  if (decoded.is_object())
    one.kind = text(decoded.as_object().at("kind"));
  if (one.kind != "req" && one.kind != "res")
    return one;
  auto message = dht::decode(one.raw);
  if (!message)
    return one;
  if (auto* request = std::get_if<dht::request>(&*message))
    one.request = *request;
  else
    one.response = std::get<dht::response>(*message);
  return one;
}

void check_codec(const packet& one, report& out) {
  if (one.kind == "req") {
    out.check(one.request.has_value(), "request decodes");
    if (one.request)
      out.check(dht::encode(*one.request) == one.raw, "request");
  } else if (one.kind == "res") {
    out.check(one.response.has_value(), "response decodes");
    if (one.response)
      out.check(dht::encode(*one.response) == one.raw, "response");
  }
}

/// What the relay at `at` must have made of the request `cause`.
dht::relay_action relayed(const packet& cause,
                          const base::endpoint& announcer) {
  dht::relay_knowledge known{false, announcer};
  const auto& value = cause.request->value;
  if (cause.request->command.number == 0)
    return dht::relay_handshake(known, cause.from,
                                *dht::decode_handshake_envelope(value));
  return dht::relay_punch(known, cause.from,
                          *dht::decode_punch_envelope(value));
}

bool is_peer_request(const packet& one) {
  return one.request && !one.request->command.internal &&
         one.request->command.number <= 1;
}

/// Each datagram that a relay sent follows from one that it received under the
/// same tid.
void check_relaying(const std::vector<packet>& packets, std::size_t at,
                    report& out) {
  const auto& effect = packets[at];
  auto tid = effect.request    ? effect.request->tid
             : effect.response ? effect.response->tid
                               : std::uint16_t{0};
  const packet* cause = nullptr;
  for (std::size_t i = 0; i < at; ++i)
    if (is_peer_request(packets[i]) && packets[i].to == effect.from &&
        packets[i].request->tid == tid && packets[i].from != effect.to)
      cause = &packets[i];
  if (cause == nullptr || (!is_peer_request(effect) && !effect.response))
    return;
  auto action = relayed(*cause, effect.to);
  if (const auto* onwards = std::get_if<dht::relay_onwards>(&action)) {
    // The server's own answers go to where the request came from; those are
    // checked with the server.
    if (effect.request && onwards->to == effect.to)
      out.check(onwards->value == effect.request->value, "relayed request");
  } else if (const auto* back = std::get_if<dht::relay_response>(&action)) {
    out.check(effect.response && back->to == effect.to &&
                  back->value == effect.response->value,
              "relayed response");
  }
}

/// Handshake envelopes carry the recorded Noise messages; punch payloads open
/// under the secret of the handshake and seal to the same bytes.
void check_content(const packet& one, const json::object& entry, report& out) {
  const auto& value = one.request ? one.request->value : one.response->value;
  auto number = one.request ? one.request->command.number : 0;
  if (auto envelope = dht::decode_handshake_envelope(value);
      number == 0 && envelope && !envelope->noise.empty()) {
    auto noise = base::to_hex(envelope->noise);
    if (noise.size() > 100)
      out.check(noise == text(entry.at("message1")) ||
                    noise == text(entry.at("message2")),
                "noise bytes");
  }
  if (number != 1)
    return;
  auto envelope = dht::decode_punch_envelope(value);
  out.check(envelope.ok(), "punch envelope");
  auto secret = fixed_hex<32>(entry.at("holepunchSecret"));
  auto payload = dht::open_punch(secret, envelope->payload);
  out.check(payload.ok(), "punch payload opens");
  if (payload)
    out.check(dht::seal_punch(secret, base::take<24>(envelope->payload),
                              *payload) == envelope->payload,
              "punch payload");
}

/// The first packet of each side carries the stream's header frame.
void check_stream(const packet& one, const json::object& entry, report& out) {
  auto destination = base::reader{base::bytes_view{one.raw}.subspan(4)}.u32();
  const auto& server = entry.at("payload2Decoded").as_object();
  const auto& client = entry.at("payload1Decoded").as_object();
  auto to_server = destination == number(server.at("udx").as_object().at("id"));
  out.check(to_server ||
                destination == number(client.at("udx").as_object().at("id")),
            "stream id");
  if (one.raw.size() < 20 + 35)
    return;
  auto header = base::bytes_view{one.raw}.subspan(20);
  out.equal(header.first(3), "380000", "header frame");
  out.equal(
      header.subspan(3, 32),
      text(entry.at(to_server ? "streamIdOfInitiator" : "streamIdOfResponder")),
      "header");
}

void replay_connect(const json::object& entry, report& out) {
  replay_handshake(entry, out);
  replay_payloads_of(entry, out);
  std::vector<packet> packets;
  for (const auto& one : entry.at("packets").as_array())
    packets.push_back(packet_of(one.as_object()));
  for (std::size_t i = 0; i < packets.size(); ++i) {
    check_codec(packets[i], out);
    check_relaying(packets, i, out);
    if (is_peer_request(packets[i]) || packets[i].response)
      check_content(packets[i], entry, out);
    if (packets[i].kind == "udx")
      check_stream(packets[i], entry, out);
  }
}

} // namespace

void replay_connects(const json::object& file, report& out) {
  for (const auto& entry : file.at("noise").as_array())
    replay_handshake(entry.as_object(), out);
  for (const auto& [name, entry] : file.at("liveConnects").as_object())
    if (entry.is_object())
      replay_connect(entry.as_object(), out);
  for (const auto& entry : file.at("dh").as_array()) {
    const auto& fields = entry.as_object();
    auto own = base::make_key_pair(fixed_hex<32>(fields.at("secretSeed")));
    auto shared = base::diffie_hellman(base::private_scalar(own),
                                       fixed_hex<32>(fields.at("publicKey")));
    out.check(shared.has_value(), "dh");
    if (shared)
      out.equal(*shared, text(fields.at("shared")), "dh");
  }
}

} // namespace hyper::test::hyperdht
