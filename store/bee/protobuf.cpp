#include "store/bee/protobuf.hpp"

#include "base/assert.hpp"

namespace hyper::bee::protobuf {

namespace {

enum class wire_type : std::uint8_t {
  varint = 0,
  fixed64 = 1,
  delimited = 2,
  fixed32 = 5,
};

void skip(base::reader& in, wire_type type) {
  switch (type) {
  case wire_type::varint:
    read_varint(in);
    return;
  case wire_type::fixed64:
    in.raw(8);
    return;
  case wire_type::fixed32:
    in.raw(4);
    return;
  default:
    in.fail("unknown wire type");
  }
}

base::bytes_view read_body(base::reader& in) {
  return in.raw(static_cast<std::size_t>(read_varint(in)));
}

} // namespace

std::uint64_t read_varint(base::reader& in) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < varint_size_max; ++i) {
    std::uint8_t byte = in.u8();
    std::uint64_t bits = byte & 0x7f;
    unsigned shift = 7 * i;
    if (bits != 0 && (shift > 52 || bits << shift > base::uint_max))
      break;
    if (bits != 0)
      value |= bits << shift;
    if (byte < 0x80)
      return in.failed() ? 0 : value;
  }
  in.fail("varint out of range");
  return 0;
}

std::optional<field> next_field(base::reader& in) {
  while (!in.failed() && !in.empty()) {
    std::uint64_t tag = read_varint(in);
    auto type = static_cast<wire_type>(tag & 7);
    if (type == wire_type::delimited) {
      field found{tag >> 3, read_body(in)};
      if (in.failed())
        return std::nullopt;
      return found;
    }
    skip(in, type);
  }
  return std::nullopt;
}

void write_varint(base::writer& out, std::uint64_t value) {
  for (; value > 0x7f; value >>= 7)
    out.u8(static_cast<std::uint8_t>(value | 0x80));
  out.u8(static_cast<std::uint8_t>(value));
}

void start_field(base::writer& out, unsigned number, std::size_t size) {
  HYPER_ASSERT(number > 0 && number < 16);
  out.u8(static_cast<std::uint8_t>(number << 3 | 2));
  write_varint(out, size);
}

void write_field(base::writer& out, unsigned number, base::bytes_view body) {
  start_field(out, number, body.size());
  out.raw(body);
}

} // namespace hyper::bee::protobuf
