#include "net/dht/punch_payload.hpp"

#include "base/secretbox.hpp"
#include "net/dht/flags.hpp"

namespace hyper::dht {

namespace {

constexpr std::uint64_t is_connected = 0x01;
constexpr std::uint64_t is_punching = 0x02;
constexpr std::uint64_t has_addresses = 0x04;
constexpr std::uint64_t has_remote_address = 0x08;
constexpr std::uint64_t has_token = 0x10;
constexpr std::uint64_t has_remote_token = 0x20;

std::uint64_t flags_of(const punch_payload& payload) {
  return flag_if(payload.connected, is_connected) |
         flag_if(payload.punching, is_punching) |
         flag_if(payload.addresses.has_value(), has_addresses) |
         flag_if(payload.remote_address.has_value(), has_remote_address) |
         flag_if(payload.token.has_value(), has_token) |
         flag_if(payload.remote_token.has_value(), has_remote_token);
}

} // namespace

base::bytes encode(const punch_payload& payload) {
  HYPER_ASSERT(payload.round < punch_round_limit);
  base::writer out;
  out.uint(flags_of(payload));
  out.uint(static_cast<std::uint64_t>(payload.error));
  out.uint(static_cast<std::uint64_t>(payload.firewall));
  out.uint(payload.round);
  if (payload.addresses)
    encode_addresses(out, *payload.addresses);
  if (payload.remote_address)
    out.ipv4_address(*payload.remote_address);
  if (payload.token)
    out.raw(*payload.token);
  if (payload.remote_token)
    out.raw(*payload.remote_token);
  return out.release();
}

base::result<punch_payload> decode_punch_payload(base::bytes_view raw) {
  base::reader in{raw};
  punch_payload payload;
  auto flags = in.uint();
  payload.error = static_cast<peer_error>(in.uint());
  payload.firewall = static_cast<dht::firewall>(in.uint());
  payload.round = in.uint();
  payload.connected = (flags & is_connected) != 0;
  payload.punching = (flags & is_punching) != 0;
  if (flags & has_addresses)
    payload.addresses = decode_addresses(in);
  if (flags & has_remote_address)
    payload.remote_address = in.ipv4_address();
  if (flags & has_token)
    payload.token = in.fixed<32>();
  if (flags & has_remote_token)
    payload.remote_token = in.fixed<32>();
  return in.finish(std::move(payload));
}

base::bytes seal_punch(const base::hash32& secret, const punch_nonce& nonce,
                       const punch_payload& payload) {
  auto box = base::secretbox_seal(secret, nonce, encode(payload));
  return base::concat(nonce, box);
}

base::result<punch_payload> open_punch(const base::hash32& secret,
                                       base::bytes_view sealed) {
  constexpr auto overhead = punch_nonce{}.size() + base::secretbox_overhead;
  if (sealed.size() <= overhead)
    return base::error{base::errc::malformed, "dht: empty punch payload"};
  auto nonce = base::take<24>(sealed);
  auto plain =
      base::secretbox_open(secret, nonce, sealed.subspan(nonce.size()));
  if (!plain)
    return base::error{base::errc::unauthorized,
                       "dht: punch payload of another handshake"};
  return decode_punch_payload(*plain);
}

base::hash32 punch_secret(const base::hash64& handshake_hash) {
  auto space = base::namespace_constant(
      "hyperswarm/dht", static_cast<std::uint8_t>(command::peer_holepunch));
  return base::keyed_blake2b(handshake_hash, {space});
}

base::hash32 punch_token(const base::hash32& own_secret,
                         const base::fixed_bytes<4>& host) {
  auto text = base::host_text(host);
  return base::keyed_blake2b(own_secret, {base::as_bytes(text)});
}

} // namespace hyper::dht
