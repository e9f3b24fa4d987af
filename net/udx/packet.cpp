#include "net/udx/packet.hpp"

#include <algorithm>

namespace hyper::udx {

namespace {

constexpr std::size_t flags_at = 2;
constexpr std::size_t data_offset_at = 3;
constexpr std::size_t stream_id_at = 4;
constexpr std::size_t window_at = 8;
constexpr std::size_t seq_at = 12;
constexpr std::size_t ack_at = 16;
static_assert(ack_at + 4 == header_size);

std::uint32_t read_u32(base::bytes_view in, std::size_t at) {
  return std::uint32_t{in[at]} | std::uint32_t{in[at + 1]} << 8 |
         std::uint32_t{in[at + 2]} << 16 | std::uint32_t{in[at + 3]} << 24;
}

void write_u32(base::mutable_bytes out, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i)
    out[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

header decode_header(base::bytes_view in) {
  header head;
  head.flags = in[flags_at];
  head.data_offset = in[data_offset_at];
  head.stream_id = read_u32(in, stream_id_at);
  head.window = read_u32(in, window_at);
  head.seq = read_u32(in, seq_at);
  head.ack = read_u32(in, ack_at);
  return head;
}

base::error malformed(const char* reason) {
  return {base::errc::malformed, reason};
}

/// The extension holds the blocks if it leaves room for a payload; otherwise
/// they take all there is.
base::bytes_view sack_area(const header& head, base::bytes_view body) {
  if (head.data_offset > 0 && head.data_offset < body.size())
    body = body.first(head.data_offset);
  return body.first(body.size() - body.size() % sack_block_size);
}

} // namespace

sack_block packet_view::sack_at(std::size_t i) const {
  HYPER_ASSERT(i < sack_count());
  auto block = sack.subspan(i * sack_block_size, sack_block_size);
  return {read_u32(block, 0), read_u32(block, 4)};
}

base::result<packet_view> decode(base::bytes_view datagram) {
  if (datagram.size() < header_size)
    return malformed("udx: packet shorter than its header");
  if (datagram[0] != magic_byte || datagram[1] != version_byte)
    return malformed("udx: other protocol or version");
  packet_view packet{decode_header(datagram), {}, {}};
  if (packet.has(flag::heartbeat))
    return packet;
  auto body = datagram.subspan(header_size);
  if (packet.head.data_offset > body.size())
    return malformed("udx: data offset beyond the end");
  if (packet.has(flag::sack))
    packet.sack = sack_area(packet.head, body);
  if (packet.has(flag::data | flag::message) || !packet.has(flag::sack))
    packet.payload = body.subspan(packet.head.data_offset);
  return packet;
}

void encode_header(const header& head, base::mutable_bytes out) {
  HYPER_ASSERT(out.size() >= header_size);
  out[0] = magic_byte;
  out[1] = version_byte;
  out[flags_at] = head.flags;
  out[data_offset_at] = head.data_offset;
  write_u32(out, stream_id_at, head.stream_id);
  write_u32(out, window_at, head.window);
  write_u32(out, seq_at, head.seq);
  write_u32(out, ack_at, head.ack);
}

void encode_control(header head, std::span<const sack_block> blocks,
                    base::bytes& out) {
  HYPER_ASSERT(blocks.size() <= sack_blocks_max);
  if (!blocks.empty())
    head.flags |= flag::sack;
  out.resize(header_size + blocks.size() * sack_block_size);
  encode_header(head, out);
  auto at = header_size;
  for (const auto& block : blocks) {
    write_u32(out, at, block.start);
    write_u32(out, at + 4, block.end);
    at += sack_block_size;
  }
}

void encode_padded(const header& head, base::bytes_view payload,
                   base::bytes& out) {
  auto padding = std::size_t{head.data_offset};
  HYPER_ASSERT(header_size + padding + payload.size() <= datagram_size_max);
  out.assign(header_size + padding, 0);
  encode_header(head, out);
  base::append(out, payload);
}

} // namespace hyper::udx
