#include "net/dht/message.hpp"

#include "base/assert.hpp"

namespace hyper::dht {

namespace {

constexpr std::uint8_t request_kind = 0x03;
constexpr std::uint8_t response_kind = 0x13;

constexpr std::uint8_t id_flag = 0x01;
constexpr std::uint8_t token_flag = 0x02;
constexpr std::uint8_t internal_flag = 0x04;
constexpr std::uint8_t target_flag = 0x08;
constexpr std::uint8_t closer_flag = 0x04;
constexpr std::uint8_t error_flag = 0x08;
constexpr std::uint8_t value_flag = 0x10;

std::uint8_t flag_if(bool present, std::uint8_t flag) {
  return present ? flag : std::uint8_t{0};
}

std::uint8_t flags_of(const request& what) {
  return static_cast<std::uint8_t>(
      flag_if(what.id.has_value(), id_flag) |
      flag_if(what.token.has_value(), token_flag) |
      flag_if(what.command.internal, internal_flag) |
      flag_if(what.target.has_value(), target_flag) |
      flag_if(!what.value.empty(), value_flag));
}

std::uint8_t flags_of(const response& what) {
  return static_cast<std::uint8_t>(flag_if(what.id.has_value(), id_flag) |
                                   flag_if(what.token.has_value(), token_flag) |
                                   flag_if(!what.closer.empty(), closer_flag) |
                                   flag_if(what.error != 0, error_flag) |
                                   flag_if(!what.value.empty(), value_flag));
}

// Both kinds begin with the same fields.
template <class Message>
base::writer encode_head(std::uint8_t kind, const Message& what) {
  base::writer out;
  out.u8(kind);
  out.u8(flags_of(what));
  out.u16(what.tid);
  out.ipv4_address(what.to);
  if (what.id)
    out.raw(*what.id);
  if (what.token)
    out.raw(*what.token);
  return out;
}

template <class Message>
void decode_head(base::reader& in, std::uint8_t flags, Message& what) {
  what.tid = in.u16();
  what.to = in.ipv4_address();
  if (flags & id_flag)
    what.id = in.fixed<32>();
  if (flags & token_flag)
    what.token = in.fixed<32>();
}

// Allocates by what is there, never by the announced count.
std::vector<base::endpoint> decode_addresses(base::reader& in) {
  std::vector<base::endpoint> out;
  for (auto left = in.array_count(); left > 0 && !in.failed(); --left)
    out.push_back(in.ipv4_address());
  return out;
}

base::result<message> decode_request(base::reader& in) {
  request what;
  auto flags = in.u8();
  decode_head(in, flags, what);
  what.command = {(flags & internal_flag) != 0, in.uint()};
  if (flags & target_flag)
    what.target = in.fixed<32>();
  if (flags & value_flag)
    what.value = base::to_bytes(in.buffer());
  return in.finish<message>(std::move(what));
}

base::result<message> decode_response(base::reader& in) {
  response what;
  auto flags = in.u8();
  decode_head(in, flags, what);
  if (flags & closer_flag)
    what.closer = decode_addresses(in);
  if (flags & error_flag)
    what.error = in.uint();
  if (flags & value_flag)
    what.value = base::to_bytes(in.buffer());
  return in.finish<message>(std::move(what));
}

} // namespace

base::bytes encode(const request& what) {
  auto out = encode_head(request_kind, what);
  out.uint(what.command.number);
  if (what.target)
    out.raw(*what.target);
  if (!what.value.empty())
    out.buffer(what.value);
  return out.release();
}

base::bytes encode(const response& what) {
  HYPER_ASSERT(what.closer.size() <= base::array_count_max);
  auto out = encode_head(response_kind, what);
  if (!what.closer.empty()) {
    out.uint(what.closer.size());
    for (const auto& node : what.closer)
      out.ipv4_address(node);
  }
  if (what.error != 0)
    out.uint(what.error);
  if (!what.value.empty())
    out.buffer(what.value);
  return out.release();
}

base::result<message> decode(base::bytes_view datagram) {
  base::reader in{datagram};
  switch (in.u8()) {
  case request_kind:
    return decode_request(in);
  case response_kind:
    return decode_response(in);
  default:
    in.fail("dht: neither a request nor a response");
    return in.failure();
  }
}

} // namespace hyper::dht
