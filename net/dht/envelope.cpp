#include "net/dht/envelope.hpp"

#include "net/dht/flags.hpp"

namespace hyper::dht {

namespace {

constexpr std::uint64_t has_peer = 1;
constexpr std::uint64_t has_relay = 2;

relay_mode decode_mode(base::reader& in) {
  auto number = in.uint();
  if (number > static_cast<std::uint64_t>(relay_mode::reply))
    in.fail("dht: unknown relay mode");
  return static_cast<relay_mode>(number);
}

} // namespace

base::bytes encode(const handshake_envelope& envelope) {
  base::writer out;
  out.uint(flag_if(envelope.peer.has_value(), has_peer) |
           flag_if(envelope.relay.has_value(), has_relay));
  out.uint(static_cast<std::uint64_t>(envelope.mode));
  out.buffer(envelope.noise);
  if (envelope.peer)
    out.ipv4_address(*envelope.peer);
  if (envelope.relay)
    out.ipv4_address(*envelope.relay);
  return out.release();
}

base::result<handshake_envelope>
decode_handshake_envelope(base::bytes_view raw) {
  base::reader in{raw};
  handshake_envelope envelope;
  auto flags = in.uint();
  envelope.mode = decode_mode(in);
  envelope.noise = base::to_bytes(in.buffer());
  if (flags & has_peer)
    envelope.peer = in.ipv4_address();
  if (flags & has_relay)
    envelope.relay = in.ipv4_address();
  return in.finish(std::move(envelope));
}

base::bytes encode(const punch_envelope& envelope) {
  base::writer out;
  out.uint(flag_if(envelope.peer.has_value(), has_peer));
  out.uint(static_cast<std::uint64_t>(envelope.mode));
  out.uint(envelope.id);
  out.buffer(envelope.payload);
  if (envelope.peer)
    out.ipv4_address(*envelope.peer);
  return out.release();
}

base::result<punch_envelope> decode_punch_envelope(base::bytes_view raw) {
  base::reader in{raw};
  punch_envelope envelope;
  auto flags = in.uint();
  envelope.mode = decode_mode(in);
  envelope.id = in.uint();
  envelope.payload = base::to_bytes(in.buffer());
  if (flags & has_peer)
    envelope.peer = in.ipv4_address();
  return in.finish(std::move(envelope));
}

} // namespace hyper::dht
