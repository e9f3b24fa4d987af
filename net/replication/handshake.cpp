#include "net/replication/handshake.hpp"

#include "base/codec.hpp"

namespace hyper::replication {

namespace {

constexpr std::uint64_t seeks_flag = 1;

// Numbers in the family of constants named `hypercore`.
constexpr std::uint8_t initiator_constant = 1;
constexpr std::uint8_t responder_constant = 2;

} // namespace

base::hash32 capability(stream_role sender, const base::hash64& handshake_hash,
                        const base::public_key& log_key) {
  auto constant = base::namespace_constant(
      "hypercore", sender == stream_role::initiator ? initiator_constant
                                                    : responder_constant);
  return base::keyed_blake2b(handshake_hash, {constant, log_key});
}

base::bytes encode(const handshake& what) {
  base::writer out;
  out.uint(what.seeks ? seeks_flag : 0);
  out.raw(what.capability);
  return out.release();
}

base::result<handshake> decode_handshake(base::bytes_view raw) {
  base::reader in{raw};
  handshake what;
  what.seeks = (in.uint() & seeks_flag) != 0;
  what.capability = in.fixed<32>();
  return in.finish(what);
}

} // namespace hyper::replication
