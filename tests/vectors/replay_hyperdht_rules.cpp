// HyperDHT: noise and punch payloads, address classes, NAT findings.

#include "net/dht/address_class.hpp"
#include "net/dht/nat_finding.hpp"
#include "net/dht/punch_payload.hpp"
#include "tests/vectors/hyperdht_vectors.hpp"

namespace hyper::test::hyperdht {

namespace {

/// Text of an IPv6 address with at most one "::".
base::fixed_bytes<16> ipv6_host(std::string_view from) {
  auto groups = [](std::string_view part) {
    base::bytes out;
    while (!part.empty()) {
      auto end = part.find(':');
      auto group = std::stoul(std::string{part.substr(0, end)}, nullptr, 16);
      out.push_back(static_cast<std::uint8_t>(group >> 8));
      out.push_back(static_cast<std::uint8_t>(group & 0xff));
      part = end == part.npos ? std::string_view{} : part.substr(end + 1);
    }
    return out;
  };
  auto gap = from.find("::");
  auto head = groups(from.substr(0, gap));
  auto tail = gap == from.npos ? base::bytes{} : groups(from.substr(gap + 2));
  base::bytes zeros(16 - head.size() - tail.size());
  return base::take<16>(base::concat(head, zeros, tail));
}

std::optional<dht::punch_info> punch_info_of(const json::value& value) {
  if (value.is_null())
    return std::nullopt;
  dht::punch_info info;
  info.id = number(value.as_object().at("id"));
  for (const auto& entry : value.as_object().at("relays").as_array())
    info.relays.push_back({endpoint_of(entry.as_object().at("relayAddress")),
                           endpoint_of(entry.as_object().at("peerAddress"))});
  return info;
}

std::optional<dht::stream_info> stream_info_of(const json::value& value) {
  if (value.is_null())
    return std::nullopt;
  const auto& fields = value.as_object();
  return dht::stream_info{number(fields.at("version")),
                          fields.at("reusableSocket").as_bool(),
                          number(fields.at("id")), number(fields.at("seq"))};
}

std::optional<dht::blind_relay_info> blind_relay_of(const json::value& value) {
  if (value.is_null())
    return std::nullopt;
  const auto& fields = value.as_object();
  return dht::blind_relay_info{number(fields.at("version")),
                               fixed_hex<32>(fields.at("publicKey")),
                               fixed_hex<32>(fields.at("token"))};
}

std::optional<base::hash32> optional_hash(const json::value& value) {
  if (value.is_null())
    return std::nullopt;
  return fixed_hex<32>(value);
}

std::optional<dht::address_list> optional_addresses(const json::value& value) {
  if (value.is_null())
    return std::nullopt;
  return addresses_of(value);
}

dht::punch_payload punch_payload_of(const json::object& fields) {
  dht::punch_payload payload;
  payload.error = static_cast<dht::peer_error>(number(fields.at("error")));
  payload.firewall = static_cast<dht::firewall>(number(fields.at("firewall")));
  payload.round = number(fields.at("round"));
  payload.connected = fields.at("connected").as_bool();
  payload.punching = fields.at("punching").as_bool();
  payload.addresses = optional_addresses(fields.at("addresses"));
  payload.remote_address = optional_endpoint(fields.at("remoteAddress"));
  payload.token = optional_hash(fields.at("token"));
  payload.remote_token = optional_hash(fields.at("remoteToken"));
  return payload;
}

void replay_punch_payload(const json::object& entry, report& out) {
  auto payload = punch_payload_of(entry.at("fields").as_object());
  auto secret = fixed_hex<32>(entry.at("secret"));
  auto nonce = fixed_hex<24>(entry.at("nonce"));
  out.equal(dht::encode(payload), text(entry.at("plain")), "punch plain");
  out.equal(dht::seal_punch(secret, nonce, payload), text(entry.at("wire")),
            "punch wire");
  auto opened = dht::open_punch(secret, hex(entry.at("wire")));
  out.check(opened.ok() && *opened == payload, "punch opens");
  secret[0] ^= 1;
  out.check(!dht::open_punch(secret, hex(entry.at("wire"))).ok(),
            "another secret does not open it");
}

void replay_nat(const json::object& entry, report& out) {
  dht::nat_finding finding{entry.at("dhtFirewalled").as_bool()};
  auto name = text(entry.at("name"));
  for (const auto& step : entry.at("steps").as_array()) {
    const auto& fields = step.as_object();
    if (fields.contains("seenAs"))
      finding.add(endpoint_of(fields.at("seenAs")),
                  endpoint_of(fields.at("by")));
    out.equal(static_cast<std::uint64_t>(finding.firewall()),
              number(fields.at("firewall")), name);
    out.check(finding.addresses() == optional_addresses(fields.at("addresses")),
              name + ": addresses");
    if (fields.contains("sampled"))
      out.equal(finding.sampled(), number(fields.at("sampled")), name);
    if (fields.contains("decided"))
      out.check(finding.is_decided() == fields.at("decided").as_bool(),
                name + ": decided");
  }
}

dht::address_list hosts_of(const json::value& list) {
  dht::address_list hosts;
  for (const auto& entry : list.as_array())
    hosts.push_back(
        {*base::parse_host(std::string_view{entry.as_string()}), 1});
  return hosts;
}

void replay_match(const json::object& entry, report& out) {
  auto match = dht::match_address(hosts_of(entry.at("mine")),
                                  hosts_of(entry.at("theirs")));
  const auto& want = entry.at("match");
  out.check(want.is_null()
                ? !match.has_value()
                : match && base::host_text(match->host) == text(want),
            "match of " + json::serialize(entry.at("theirs")));
}

void replay_class(const json::object& entry, report& out) {
  auto host = *base::parse_host(std::string_view{entry.at("ip").as_string()});
  auto name = text(entry.at("ip"));
  out.check(dht::is_private(host) == entry.at("private").as_bool(), name);
  out.check(dht::is_reserved(host) == entry.at("reserved").as_bool(), name);
  out.check(dht::is_bogon(host) == entry.at("bogon").as_bool(), name);
}

} // namespace

dht::noise_payload payload_of(const json::object& fields) {
  dht::noise_payload payload;
  payload.version = number(fields.at("version"));
  payload.error = static_cast<dht::peer_error>(number(fields.at("error")));
  payload.firewall = static_cast<dht::firewall>(number(fields.at("firewall")));
  payload.punch = punch_info_of(fields.at("holepunch"));
  payload.addresses4 = addresses_of(fields.at("addresses4"));
  if (fields.at("addresses6").is_array())
    for (const auto& entry : fields.at("addresses6").as_array())
      payload.addresses6.push_back(
          {ipv6_host(text(entry.as_object().at("host"))),
           static_cast<std::uint16_t>(number(entry.as_object().at("port")))});
  payload.stream = stream_info_of(fields.at("udx"));
  if (!fields.at("secretStream").is_null())
    payload.secret_stream =
        number(fields.at("secretStream").as_object().at("version"));
  payload.blind_relay = blind_relay_of(fields.at("relayThrough"));
  payload.relays = optional_addresses(fields.at("relayAddresses"));
  return payload;
}

void replay_payloads(const json::object& file, report& out) {
  for (const auto& entry : file.at("noisePayloads").as_array()) {
    const auto& fields = entry.as_object();
    auto payload = payload_of(fields.at("fields").as_object());
    auto name = text(fields.at("name"));
    out.equal(dht::encode(payload), text(fields.at("hex")), name);
    auto decoded = dht::decode_noise_payload(hex(fields.at("hex")));
    out.check(decoded.ok() && *decoded == payload, name + " decodes");
  }
  const auto& punches = file.at("holepunchPayloads").as_object();
  for (const auto& entry : punches.at("cases").as_array())
    replay_punch_payload(entry.as_object(), out);
  const auto& tokens = file.at("holepunchTokens").as_object();
  auto secret = fixed_hex<32>(tokens.at("localSecret"));
  for (const auto& entry : tokens.at("cases").as_array()) {
    const auto& fields = entry.as_object();
    auto host =
        base::parse_host(std::string_view{fields.at("host").as_string()});
    out.equal(dht::punch_token(secret, *host), text(fields.at("token")),
              "punch token");
  }
}

void replay_rules(const json::object& file, report& out) {
  for (const auto& entry : file.at("natClassify").as_array())
    replay_nat(entry.as_object(), out);
  for (const auto& entry : file.at("matchAddress").as_array())
    replay_match(entry.as_object(), out);
  for (const auto& entry : file.at("addressClasses").as_array())
    replay_class(entry.as_object(), out);
}

} // namespace hyper::test::hyperdht
