#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "net/udx/seq.hpp"

#include <cstdint>
#include <span>

// One datagram of a stream. Grammar and a worked example: docs/udx.md.
//
//   packet    = ff 01 flags offset id window seq ack extension payload
//   extension = offset bytes: blocks (flag SACK) or zeros (probe of the MTU)
//   block     = start end                           (end is exclusive)
//
// All integers are u32, little endian, but flags and offset (one byte each).

namespace hyper::udx {

inline constexpr std::uint8_t magic_byte = 0xff;
inline constexpr std::uint8_t version_byte = 0x01;

/// Bytes in front of extension and payload.
inline constexpr std::size_t header_size = 20;

/// Bytes of one block of an acknowledgement.
inline constexpr std::size_t sack_block_size = 8;

/// Most blocks that are sent in one packet; the original's figure. It keeps an
/// acknowledgement at 420 bytes, far below every MTU.
inline constexpr std::size_t sack_blocks_max = 50;

/// Largest datagram that may be sent: the original reads into a buffer of this
/// size and takes the truncated rest for a complete packet.
inline constexpr std::size_t datagram_size_max = 2048;

/// Bits of the flags byte. None: a bare acknowledgement. Unknown bits are
/// ignored.
namespace flag {
inline constexpr std::uint8_t data = 0x01;      ///< payload is stream bytes
inline constexpr std::uint8_t end = 0x02;       ///< last of this direction
inline constexpr std::uint8_t sack = 0x04;      ///< extension is blocks
inline constexpr std::uint8_t message = 0x08;   ///< unreliable message
inline constexpr std::uint8_t destroy = 0x10;   ///< abortive close
inline constexpr std::uint8_t heartbeat = 0x20; ///< asks for an answer
} // namespace flag

/// The fixed fields, as they stand on the wire after magic and version.
struct header {
  std::uint8_t flags = 0;
  std::uint8_t data_offset = 0;
  std::uint32_t stream_id = 0; ///< of the receiver's end
  std::uint32_t window = 0;    ///< free receive space of the sender, bytes
  seq_number seq = 0;          ///< of this packet, or the next to be used
  seq_number ack = 0;          ///< next expected; all below has arrived

  friend bool operator==(const header&, const header&) = default;
};

/// A run [start, end) of packets that arrived beyond a hole.
struct sack_block {
  seq_number start = 0;
  seq_number end = 0;

  friend bool operator==(const sack_block&, const sack_block&) = default;
};

/// A decoded packet: views into the datagram it was made from.
struct packet_view {
  header head;
  base::bytes_view sack;    ///< whole blocks; empty without the flag
  base::bytes_view payload; ///< what follows the data offset

  bool has(std::uint8_t flags) const { return (head.flags & flags) != 0; }

  std::size_t sack_count() const { return sack.size() / sack_block_size; }

  /// Requires i < sack_count().
  sack_block sack_at(std::size_t i) const;
};

/// Reads a packet. Fails as malformed if the datagram is shorter than a header,
/// is of another protocol or version, or has a data offset beyond its end (a
/// heartbeat may: nothing behind its header counts). Blocks without payload
/// (SACK without DATA) leave `payload` empty.
base::result<packet_view> decode(base::bytes_view datagram);

/// Writes the 20 bytes of a header. Requires out.size() >= header_size.
void encode_header(const header& head, base::mutable_bytes out);

/// Overwrites `out` with a packet that has no payload: a header and, if there
/// are any, blocks behind it. Sets flag SACK accordingly. Requires
/// blocks.size() <= sack_blocks_max.
void encode_control(header head, std::span<const sack_block> blocks,
                    base::bytes& out);

/// Overwrites `out` with a packet: header, data_offset zero bytes, payload.
void encode_padded(const header& head, base::bytes_view payload,
                   base::bytes& out);

} // namespace hyper::udx
