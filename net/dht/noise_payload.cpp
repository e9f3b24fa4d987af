#include "net/dht/noise_payload.hpp"

#include "net/dht/flags.hpp"

namespace hyper::dht {

namespace {

constexpr std::uint64_t has_punch = 0x01;
constexpr std::uint64_t has_addresses4 = 0x02;
constexpr std::uint64_t has_addresses6 = 0x04;
constexpr std::uint64_t has_stream = 0x08;
constexpr std::uint64_t has_secret_stream = 0x10;
constexpr std::uint64_t has_blind_relay = 0x20;
constexpr std::uint64_t has_relays = 0x40;

constexpr std::uint64_t feature_reusable_socket = 1;

std::uint64_t flags_of(const noise_payload& payload) {
  return flag_if(payload.punch.has_value(), has_punch) |
         flag_if(!payload.addresses4.empty(), has_addresses4) |
         flag_if(!payload.addresses6.empty(), has_addresses6) |
         flag_if(payload.stream.has_value(), has_stream) |
         flag_if(payload.secret_stream.has_value(), has_secret_stream) |
         flag_if(payload.blind_relay.has_value(), has_blind_relay) |
         flag_if(payload.relays.has_value(), has_relays);
}

void encode(base::writer& out, const punch_info& info) {
  out.uint(info.id);
  out.uint(info.relays.size());
  for (const auto& entry : info.relays) {
    out.ipv4_address(entry.relay);
    out.ipv4_address(entry.peer);
  }
}

punch_info decode_punch_info(base::reader& in) {
  punch_info info;
  info.id = in.uint();
  auto count = in.array_count();
  for (std::uint64_t i = 0; i < count && !in.failed(); ++i) {
    auto relay = in.ipv4_address();
    auto peer = in.ipv4_address();
    info.relays.push_back({relay, peer});
  }
  return info;
}

void encode(base::writer& out, const std::vector<ipv6_address>& addresses) {
  out.uint(addresses.size());
  for (const auto& address : addresses) {
    out.raw(address.host);
    out.u16(address.port);
  }
}

std::vector<ipv6_address> decode_addresses6(base::reader& in) {
  std::vector<ipv6_address> addresses;
  auto count = in.array_count();
  for (std::uint64_t i = 0; i < count && !in.failed(); ++i) {
    auto host = in.fixed<16>();
    addresses.push_back({host, in.u16()});
  }
  return addresses;
}

void encode(base::writer& out, const stream_info& info) {
  out.uint(info.version);
  out.uint(info.reusable_socket ? feature_reusable_socket : 0);
  out.uint(info.id);
  out.uint(info.seq);
}

stream_info decode_stream_info(base::reader& in) {
  stream_info info;
  info.version = in.uint();
  info.reusable_socket = (in.uint() & feature_reusable_socket) != 0;
  info.id = in.uint();
  info.seq = in.uint();
  return info;
}

void encode(base::writer& out, const blind_relay_info& info) {
  out.uint(info.version);
  out.uint(0);
  out.raw(info.key);
  out.raw(info.token);
}

blind_relay_info decode_blind_relay_info(base::reader& in) {
  blind_relay_info info;
  info.version = in.uint();
  in.uint();
  info.key = in.fixed<32>();
  info.token = in.fixed<32>();
  return info;
}

void encode_parts(base::writer& out, const noise_payload& payload) {
  if (payload.punch)
    encode(out, *payload.punch);
  if (!payload.addresses4.empty())
    encode_addresses(out, payload.addresses4);
  if (!payload.addresses6.empty())
    encode(out, payload.addresses6);
  if (payload.stream)
    encode(out, *payload.stream);
  if (payload.secret_stream)
    out.uint(*payload.secret_stream);
  if (payload.blind_relay)
    encode(out, *payload.blind_relay);
  if (payload.relays)
    encode_addresses(out, *payload.relays);
}

void decode_parts(base::reader& in, std::uint64_t flags,
                  noise_payload& payload) {
  if (flags & has_punch)
    payload.punch = decode_punch_info(in);
  if (flags & has_addresses4)
    payload.addresses4 = decode_addresses(in);
  if (flags & has_addresses6)
    payload.addresses6 = decode_addresses6(in);
  if (flags & has_stream)
    payload.stream = decode_stream_info(in);
  if (flags & has_secret_stream)
    payload.secret_stream = in.uint();
  if (flags & has_blind_relay)
    payload.blind_relay = decode_blind_relay_info(in);
  if (flags & has_relays)
    payload.relays = decode_addresses(in);
}

} // namespace

base::bytes encode(const noise_payload& payload) {
  HYPER_ASSERT(payload.version == 1);
  base::writer out;
  out.uint(payload.version);
  out.uint(flags_of(payload));
  out.uint(static_cast<std::uint64_t>(payload.error));
  out.uint(static_cast<std::uint64_t>(payload.firewall));
  encode_parts(out, payload);
  return out.release();
}

base::result<noise_payload> decode_noise_payload(base::bytes_view raw) {
  base::reader in{raw};
  noise_payload payload;
  payload.version = in.uint();
  if (in.failed() || payload.version != 1)
    return in.finish(std::move(payload));
  auto flags = in.uint();
  payload.error = static_cast<peer_error>(in.uint());
  payload.firewall = static_cast<dht::firewall>(in.uint());
  decode_parts(in, flags, payload);
  return in.finish(std::move(payload));
}

} // namespace hyper::dht
