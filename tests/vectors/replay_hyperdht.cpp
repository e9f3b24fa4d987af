// HyperDHT: constants, keys, encodings, signatures, truncations and hostile
// bytes. Payloads, rules, exchanges and connects have their own files.

#include "net/dht/announce.hpp"
#include "net/dht/blind_relay.hpp"
#include "net/dht/envelope.hpp"
#include "net/dht/punch_payload.hpp"
#include "net/dht/stored_value.hpp"
#include "tests/vectors/hyperdht_vectors.hpp"

#include <algorithm>

namespace hyper::test::hyperdht {

base::endpoint endpoint_of(const json::value& value) {
  if (value.is_string())
    return *base::parse_endpoint(std::string_view{value.as_string()});
  const auto& fields = value.as_object();
  auto host = base::parse_host(std::string_view{fields.at("host").as_string()});
  return {*host, static_cast<std::uint16_t>(number(fields.at("port")))};
}

std::optional<base::endpoint> optional_endpoint(const json::value& value) {
  if (value.is_null())
    return std::nullopt;
  return endpoint_of(value);
}

dht::address_list addresses_of(const json::value& list) {
  dht::address_list addresses;
  if (list.is_array())
    for (const auto& entry : list.as_array())
      addresses.push_back(endpoint_of(entry));
  return addresses;
}

namespace {

base::key_pair key_pair_of(const json::value& seed) {
  return base::make_key_pair(fixed_hex<32>(seed));
}

void replay_constants(const json::object& all, report& out) {
  const auto& spaces = all.at("namespaces").as_object();
  const auto& commands = all.at("commands").as_object();
  for (const auto& [name, value] : spaces) {
    if (name == "input")
      continue;
    auto no = static_cast<std::uint8_t>(number(commands.at(name)));
    out.equal(base::namespace_constant(text(spaces.at("input")), no),
              text(value), name);
  }
  auto known = [&](const char* name, dht::command which) {
    out.equal(static_cast<std::uint64_t>(which), number(commands.at(name)),
              name);
  };
  known("PEER_HANDSHAKE", dht::command::peer_handshake);
  known("PEER_HOLEPUNCH", dht::command::peer_holepunch);
  known("FIND_PEER", dht::command::find_peer);
  known("LOOKUP", dht::command::lookup);
  known("ANNOUNCE", dht::command::announce);
  known("UNANNOUNCE", dht::command::unannounce);
  known("MUTABLE_PUT", dht::command::mutable_put);
  known("MUTABLE_GET", dht::command::mutable_get);
  known("IMMUTABLE_PUT", dht::command::immutable_put);
  known("IMMUTABLE_GET", dht::command::immutable_get);
  const auto& errors = all.at("errors").as_object();
  out.equal(dht::error_seq_reused, number(errors.at("SEQ_REUSED")), "reused");
  out.equal(dht::error_seq_too_low, number(errors.at("SEQ_TOO_LOW")), "low");
}

void replay_key_pairs(const json::array& pairs, report& out) {
  for (const auto& entry : pairs) {
    const auto& pair = entry.as_object();
    auto keys = key_pair_of(pair.at("seed"));
    out.equal(keys.pub, text(pair.at("publicKey")), "public key");
    out.equal(keys.secret, text(pair.at("secretKey")), "secret key");
    out.equal(dht::target_of(keys.pub), text(pair.at("target")), "target");
  }
}

dht::peer_record record_of(const json::object& peer) {
  return {fixed_hex<32>(peer.at("publicKey")),
          addresses_of(peer.at("relayAddresses"))};
}

dht::announce_value announce_of(const json::object& entry,
                                const base::key_pair& keys) {
  dht::announce_value value;
  value.peer =
      dht::peer_record{keys.pub, addresses_of(entry.at("relayAddresses"))};
  if (!entry.at("refresh").is_null())
    value.refresh = fixed_hex<32>(entry.at("refresh"));
  value.bump = number(entry.at("bump"));
  return value;
}

void replay_announce(const json::object& entry, report& out) {
  auto keys = key_pair_of(entry.at("seed"));
  auto value = announce_of(entry, keys);
  dht::announce_context where{
      text(entry.at("command")) == "ANNOUNCE" ? dht::announce_kind::announce
                                              : dht::announce_kind::unannounce,
      fixed_hex<32>(entry.at("target")), fixed_hex<32>(entry.at("nodeId")),
      fixed_hex<32>(entry.at("token"))};
  out.equal(dht::encode(*value.peer), text(entry.at("peerEncoding")), "peer");
  auto signable = dht::announce_signable(where, value);
  out.equal(signable, text(entry.at("signable")), "signable");
  value.signature = base::sign(keys, signable);
  out.equal(*value.signature, text(entry.at("signature")), "signature");
  out.equal(dht::encode(value), text(entry.at("value")), "announce");
  auto decoded = dht::decode_announce(hex(entry.at("value")));
  out.check(decoded.ok() && *decoded == value, "announce decodes");
  out.check(dht::is_signed(where, value), "announce is signed");
  where.token[0] ^= 1;
  out.check(!dht::is_signed(where, value), "another token is not signed");
}

void replay_refresh(const json::object& file, report& out) {
  const auto& only = file.at("refreshOnly").as_object();
  dht::announce_value value;
  value.refresh = fixed_hex<32>(only.at("refresh"));
  out.equal(dht::encode(value), text(only.at("value")), "refresh only");
  out.check(!dht::is_signed({}, value), "refresh only is refused");
  const auto& chain = file.at("refreshChain").as_object();
  auto link = fixed_hex<32>(chain.at("origin"));
  const auto& blocks = chain.at("blocks").as_array();
  for (auto i = blocks.size(); i > 0; --i) {
    link = base::blake2b(link);
    out.equal(link, text(blocks[i - 1]), "refresh chain");
  }
}

void replay_peers(const json::object& file, report& out) {
  for (const auto& entry : file.at("peers").as_array()) {
    auto record = record_of(entry.as_object());
    const auto& encoded = entry.as_object().at("encoded");
    out.equal(dht::encode(record), text(encoded), "peer record");
    auto decoded = dht::decode_peer_record(hex(encoded));
    out.check(decoded.ok() && *decoded == record, "peer record decodes");
  }
  for (const auto& entry : file.at("lookupReplies").as_array()) {
    const auto& fields = entry.as_object();
    dht::lookup_reply reply;
    for (const auto& peer : fields.at("peers").as_array())
      reply.peers.push_back(record_of(peer.as_object()));
    reply.bump = number(fields.at("bump"));
    auto decoded = dht::decode_lookup_reply(hex(fields.at("encoded")));
    out.check(decoded.ok() && *decoded == reply, "lookup reply decodes");
    if (!fields.contains("decodeOnly"))
      out.equal(dht::encode(reply), text(fields.at("encoded")), "lookup reply");
  }
}

void replay_mutable(const json::object& entry, report& out) {
  auto keys = key_pair_of(entry.at("seed"));
  auto seq = number(entry.at("seq"));
  auto value = hex(entry.at("value"));
  auto put = dht::sign_mutable(keys, seq, value);
  base::writer inner;
  inner.uint(seq);
  inner.buffer(value);
  out.equal(inner.data(), text(entry.at("signableInner")), "inner");
  out.equal(dht::mutable_signable(seq, value), text(entry.at("signable")),
            "mutable signable");
  out.equal(dht::target_of(keys.pub), text(entry.at("target")), "target");
  out.equal(put.content.signature, text(entry.at("signature")), "signature");
  out.equal(dht::encode(put), text(entry.at("putValue")), "mutable put");
  out.equal(dht::encode(put.content), text(entry.at("getReplyValue")), "get");
  out.equal(dht::encode_mutable_get(seq), text(entry.at("getRequestValue")),
            "get request");
  auto decoded = dht::decode_mutable_put(hex(entry.at("putValue")));
  out.check(decoded.ok() && *decoded == put, "mutable put decodes");
  out.check(dht::is_signed(keys.pub, put.content), "mutable is signed");
}

void replay_values(const json::object& file, report& out) {
  for (const auto& entry : file.at("mutable").as_array())
    replay_mutable(entry.as_object(), out);
  for (const auto& entry : file.at("immutable").as_array())
    out.equal(base::blake2b(hex(entry.as_object().at("value"))),
              text(entry.as_object().at("target")), "immutable");
}

void replay_envelopes(const json::object& file, report& out) {
  for (const auto& entry : file.at("handshakes").as_array()) {
    const auto& fields = entry.as_object();
    dht::handshake_envelope envelope{
        static_cast<dht::relay_mode>(number(fields.at("mode"))),
        hex(fields.at("noise")), optional_endpoint(fields.at("peerAddress")),
        optional_endpoint(fields.at("relayAddress"))};
    out.equal(dht::encode(envelope), text(fields.at("hex")), "handshake");
    auto decoded = dht::decode_handshake_envelope(hex(fields.at("hex")));
    out.check(decoded.ok() && *decoded == envelope, "handshake decodes");
  }
  for (const auto& entry : file.at("holepunches").as_array()) {
    const auto& fields = entry.as_object();
    dht::punch_envelope envelope{
        static_cast<dht::relay_mode>(number(fields.at("mode"))),
        number(fields.at("id")), hex(fields.at("payload")),
        optional_endpoint(fields.at("peerAddress"))};
    out.equal(dht::encode(envelope), text(fields.at("hex")), "punch");
    auto decoded = dht::decode_punch_envelope(hex(fields.at("hex")));
    out.check(decoded.ok() && *decoded == envelope, "punch decodes");
  }
}

void replay_blind_relay(const json::array& messages, report& out) {
  for (const auto& entry : messages) {
    const auto& fields = entry.as_object();
    auto token = fixed_hex<32>(fields.at("token"));
    auto raw = hex(fields.at("hex"));
    if (!fields.contains("isInitiator")) {
      out.equal(dht::encode(dht::relay_unpair{token}), text(fields.at("hex")),
                "unpair");
      out.check(dht::decode_relay_unpair(raw)->token == token, "unpair");
      continue;
    }
    dht::relay_pair pair{fields.at("isInitiator").as_bool(), token,
                         number(fields.at("id")), number(fields.at("seq"))};
    out.equal(dht::encode(pair), text(fields.at("hex")), "pair");
    out.check(*dht::decode_relay_pair(raw) == pair, "pair decodes");
  }
}

using decoder = bool (*)(base::bytes_view);

decoder decoder_of(std::string_view codec) {
  if (codec == "peer record")
    return
        [](base::bytes_view raw) { return dht::decode_peer_record(raw).ok(); };
  if (codec == "lookup reply")
    return
        [](base::bytes_view raw) { return dht::decode_lookup_reply(raw).ok(); };
  if (codec == "announce")
    return [](base::bytes_view raw) { return dht::decode_announce(raw).ok(); };
  if (codec == "mutable put")
    return
        [](base::bytes_view raw) { return dht::decode_mutable_put(raw).ok(); };
  if (codec == "mutable get reply")
    return [](base::bytes_view raw) {
      return dht::decode_mutable_value(raw).ok();
    };
  if (codec == "handshake envelope")
    return [](base::bytes_view raw) {
      return dht::decode_handshake_envelope(raw).ok();
    };
  if (codec == "noise payload")
    return [](base::bytes_view raw) {
      return dht::decode_noise_payload(raw).ok();
    };
  if (codec == "punch envelope")
    return [](base::bytes_view raw) {
      return dht::decode_punch_envelope(raw).ok();
    };
  if (codec == "punch payload")
    return [](base::bytes_view raw) {
      return dht::decode_punch_payload(raw).ok();
    };
  return nullptr;
}

void replay_truncation(const json::object& all, report& out) {
  for (const auto& entry : all.at("cases").as_array()) {
    const auto& fields = entry.as_object();
    auto name = text(fields.at("codec"));
    auto decodes = decoder_of(name);
    out.check(decodes != nullptr, name);
    if (decodes == nullptr)
      continue;
    auto raw = hex(fields.at("hex"));
    const auto& lengths = fields.at("decodableLengths").as_array();
    for (std::size_t n = 0; n <= raw.size(); ++n) {
      auto want = std::any_of(lengths.begin(), lengths.end(),
                              [n](const auto& v) { return number(v) == n; });
      auto prefix = base::to_bytes(base::bytes_view{raw}.first(n));
      out.check(decodes(prefix) == want, name + " cut at " + std::to_string(n));
    }
  }
}

bool is_refused(std::string_view where, base::bytes_view raw) {
  if (where.find("LOOKUP") != where.npos)
    return !dht::decode_lookup_reply(raw).ok();
  if (where.find("ANNOUNCE") != where.npos) {
    auto value = dht::decode_announce(raw);
    return !value.ok() || !dht::is_signed({}, *value);
  }
  if (where.find("punch") != where.npos)
    return !dht::open_punch({}, raw).ok();
  // A noise payload: either it does not decode, or it decodes to something
  // that is answered with an error.
  auto payload = dht::decode_noise_payload(raw);
  return !payload.ok() || payload->version != 1 || !payload->stream;
}

void replay_hostile(const json::array& inputs, report& out) {
  for (const auto& entry : inputs) {
    const auto& fields = entry.as_object();
    auto where = text(fields.at("where"));
    auto raw = hex(fields.at("hex"));
    out.check(is_refused(where, raw), where + " is refused");
  }
}

bool accepts(const json::object& file) {
  return file.contains("noisePayloads") && file.contains("announces");
}

void run(const json::object& file, report& out) {
  replay_encodings(file, out);
  replay_payloads(file, out);
  replay_rules(file, out);
  replay_store(file, out);
  replay_connects(file, out);
}

const register_replayer here{{"hyperdht", accepts, run}};

} // namespace

void replay_encodings(const json::object& file, report& out) {
  replay_constants(file.at("constants").as_object(), out);
  replay_key_pairs(file.at("keyPairs").as_array(), out);
  for (const auto& entry :
       file.at("announces").as_object().at("cases").as_array())
    replay_announce(entry.as_object(), out);
  replay_refresh(file, out);
  replay_peers(file, out);
  replay_values(file, out);
  replay_envelopes(file, out);
  replay_blind_relay(file.at("blindRelay").as_array(), out);
  replay_truncation(file.at("truncation").as_object(), out);
  replay_hostile(file.at("hostile").as_array(), out);
}

} // namespace hyper::test::hyperdht
