#pragma once

#include "base/codec.hpp"

#include <cstdint>
#include <optional>

// The part of the protocol buffer wire format that the tree's blocks use:
// varints and length-delimited fields. Grammar: docs/bee.md, "Blocks".

namespace hyper::bee::protobuf {

/// Bytes of the longest varint that is read; longer ones are malformed.
inline constexpr unsigned varint_size_max = 10;

/// Reads a varint of up to 10 bytes, also one longer than needed. Values above
/// base::uint_max mark the input as malformed.
std::uint64_t read_varint(base::reader& in);

/// A length-delimited field; the view lies in the reader's window.
struct field {
  std::uint64_t number = 0;
  base::bytes_view body;
};

/// The next length-delimited field. Fields of the wire types 0, 1 and 5 are
/// skipped: no block has one that means something. None at the end of the
/// window or when the input is malformed; in.failed() tells which.
std::optional<field> next_field(base::reader& in);

/// Writes a varint in its shortest form.
void write_varint(base::writer& out, std::uint64_t value);

/// Writes what stands before the body of a length-delimited field. Requires
/// 0 < number < 16.
void start_field(base::writer& out, unsigned number, std::size_t size);

/// Writes a length-delimited field. Requires 0 < number < 16.
void write_field(base::writer& out, unsigned number, base::bytes_view body);

/// Bytes that write_varint() takes.
constexpr std::size_t varint_size(std::uint64_t value) {
  std::size_t size = 1;
  for (; value > 0x7f; value >>= 7)
    ++size;
  return size;
}

} // namespace hyper::bee::protobuf
