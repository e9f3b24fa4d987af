#include "net/dht/announce.hpp"

#include "net/dht/commands.hpp"
#include "net/dht/flags.hpp"

namespace hyper::dht {

namespace {

constexpr std::uint64_t has_peer = 1;
constexpr std::uint64_t has_refresh = 2;
constexpr std::uint64_t has_signature = 4;
constexpr std::uint64_t has_bump = 8;

std::uint64_t flags_of(const announce_value& value) {
  return flag_if(value.peer.has_value(), has_peer) |
         flag_if(value.refresh.has_value(), has_refresh) |
         flag_if(value.signature.has_value(), has_signature) |
         flag_if(value.bump != 0, has_bump);
}

base::hash32 namespace_of(announce_kind kind) {
  auto number =
      kind == announce_kind::announce ? command::announce : command::unannounce;
  return base::namespace_constant("hyperswarm/dht",
                                  static_cast<std::uint8_t>(number));
}

} // namespace

base::bytes encode(const announce_value& value) {
  base::writer out;
  out.uint(flags_of(value));
  if (value.peer)
    encode(out, *value.peer);
  if (value.refresh)
    out.raw(*value.refresh);
  if (value.signature)
    out.raw(*value.signature);
  if (value.bump != 0)
    out.uint(value.bump);
  return out.release();
}

base::result<announce_value> decode_announce(base::bytes_view raw) {
  base::reader in{raw};
  announce_value value;
  auto flags = in.uint();
  if (flags & has_peer)
    value.peer = decode_peer_record(in);
  if (flags & has_refresh)
    value.refresh = in.fixed<32>();
  if (flags & has_signature)
    value.signature = in.fixed<64>();
  if (flags & has_bump)
    value.bump = in.uint();
  return in.finish(std::move(value));
}

base::fixed_bytes<64> announce_signable(const announce_context& where,
                                        const announce_value& value) {
  HYPER_ASSERT(value.peer.has_value());
  auto record = encode(*value.peer);
  auto refresh =
      value.refresh ? base::bytes_view{*value.refresh} : base::bytes_view{};
  auto digest = base::blake2b(
      {where.target, where.node_id, where.token, record, refresh});
  return base::take<64>(base::concat(namespace_of(where.kind), digest));
}

announce_value sign_announce(const announce_context& where,
                             const peer_record& peer,
                             const base::key_pair& with) {
  HYPER_ASSERT(with.pub == peer.key);
  announce_value value;
  value.peer = peer;
  value.signature = base::sign(with, announce_signable(where, value));
  return value;
}

bool is_signed(const announce_context& where, const announce_value& value) {
  return value.peer && value.signature &&
         base::verify(value.peer->key, announce_signable(where, value),
                      *value.signature);
}

} // namespace hyper::dht
