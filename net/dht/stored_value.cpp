#include "net/dht/stored_value.hpp"

#include "net/dht/commands.hpp"

namespace hyper::dht {

namespace {

void encode(base::writer& out, const mutable_value& value) {
  out.uint(value.seq);
  out.buffer(value.value);
  out.raw(value.signature);
}

mutable_value decode_mutable_value(base::reader& in) {
  mutable_value value;
  value.seq = in.uint();
  value.value = base::to_bytes(in.buffer());
  value.signature = in.fixed<64>();
  return value;
}

} // namespace

base::bytes encode(const mutable_value& value) {
  base::writer out;
  encode(out, value);
  return out.release();
}

base::result<mutable_value> decode_mutable_value(base::bytes_view raw) {
  base::reader in{raw};
  auto value = decode_mutable_value(in);
  return in.finish(std::move(value));
}

base::bytes encode(const mutable_put& put) {
  base::writer out;
  out.raw(put.key);
  encode(out, put.content);
  return out.release();
}

base::result<mutable_put> decode_mutable_put(base::bytes_view raw) {
  base::reader in{raw};
  mutable_put put;
  put.key = in.fixed<32>();
  put.content = decode_mutable_value(in);
  return in.finish(std::move(put));
}

base::bytes encode_mutable_get(std::uint64_t seq) {
  base::writer out;
  out.uint(seq);
  return out.release();
}

base::result<std::uint64_t> decode_mutable_get(base::bytes_view raw) {
  base::reader in{raw};
  auto seq = in.uint();
  return in.finish(seq);
}

base::fixed_bytes<64> mutable_signable(std::uint64_t seq,
                                       base::bytes_view value) {
  base::writer content;
  content.uint(seq);
  content.buffer(value);
  auto space = base::namespace_constant(
      "hyperswarm/dht", static_cast<std::uint8_t>(command::mutable_put));
  return base::take<64>(base::concat(space, base::blake2b(content.data())));
}

mutable_put sign_mutable(const base::key_pair& with, std::uint64_t seq,
                         base::bytes_view value) {
  HYPER_ASSERT(!value.empty());
  auto signature = base::sign(with, mutable_signable(seq, value));
  return {with.pub, {seq, base::to_bytes(value), signature}};
}

bool is_signed(const base::public_key& by, const mutable_value& value) {
  return !value.value.empty() &&
         base::verify(by, mutable_signable(value.seq, value.value),
                      value.signature);
}

} // namespace hyper::dht
