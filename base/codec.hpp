#pragma once

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Compact encoding, the value encodings of every layer of the stack.
// Grammar and examples: docs/compact-encoding.md.

namespace hyper::base {

/// Largest integer on the wire: 2^53 - 1, what a double holds exactly.
inline constexpr std::uint64_t uint_max = 9007199254740991;

/// Most elements an encoded array may announce.
inline constexpr std::uint64_t array_count_max = 0x100000;

/// Reads values from a window of bytes. The first failure sticks: from then on
/// every read gives an empty value and the window is empty, so a decoder reads
/// all its fields and asks once, through finish(). Bytes left over after the
/// last field are no failure.
class reader {
public:
  explicit reader(bytes_view window) : rest_(window) {}

  // Integers, little endian.
  std::uint64_t uint();                        ///< 1, 3, 5 or 9 bytes
  std::int64_t sint();                         ///< zig-zag of uint()
  std::uint64_t fixed_uint(std::size_t width); ///< 1 to 8 bytes, <= uint_max
  std::int64_t fixed_sint(std::size_t width);  ///< zig-zag of fixed_uint()
  std::uint8_t u8() { return static_cast<std::uint8_t>(fixed_uint(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(fixed_uint(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(fixed_uint(4)); }
  float float32();
  double float64();
  bool boolean(); ///< only 01 is true

  // Bytes; views into the window.
  bytes_view raw(std::size_t count);
  bytes_view rest();                           ///< all that is left
  bytes_view buffer();                         ///< uint length, bytes
  std::optional<bytes_view> optional_buffer(); ///< length 0: none
  reader frame();                              ///< uint length, own window

  template <std::size_t N>
  fixed_bytes<N> fixed() {
    auto view = raw(N);
    return view.size() == N ? take<N>(view) : fixed_bytes<N>{};
  }

  // Text; malformed UTF-8 is replaced by U+FFFD as the original does.
  std::string string();
  std::string rest_string();

  /// The bytes of a bit string dressed as an integer; bit 0 is the lowest of
  /// the first byte. Up to 8 bits are one byte whatever form was sent.
  bytes_view bitfield(std::size_t bits);

  /// A count of elements that follow; at most array_count_max.
  std::uint64_t array_count();

  /// 4 bytes host, 2 bytes port.
  endpoint ipv4_address();

  std::size_t remaining() const { return rest_.size(); }
  bool empty() const { return rest_.empty(); }
  bool failed() const { return failure_ != nullptr; }

  /// Marks the input as malformed for the given reason (a literal).
  void fail(const char* reason);

  /// The value, or why it could not be read.
  template <class T>
  result<T> finish(T value) const {
    if (failed())
      return failure();
    return value;
  }
  error failure() const;

private:
  std::uint64_t bits(std::size_t width);

  bytes_view rest_;
  const char* failure_ = nullptr;
};

/// Appends values to a run of bytes, always in their shortest form.
class writer {
public:
  void uint(std::uint64_t value); ///< requires <= uint_max
  void sint(std::int64_t value);
  void fixed_uint(std::uint64_t value, std::size_t width);
  void fixed_sint(std::int64_t value, std::size_t width);
  void u8(std::uint8_t value) { out_.push_back(value); }
  void u16(std::uint16_t value) { fixed_uint(value, 2); }
  void u32(std::uint32_t value) { fixed_uint(value, 4); }
  void float32(float value);
  void float64(double value);
  void boolean(bool value) { u8(value ? 1 : 0); }

  void raw(bytes_view data) { append(out_, data); }
  void buffer(bytes_view data);
  void optional_buffer(const std::optional<bytes_view>& data);
  void string(std::string_view text);
  void ipv4_address(const endpoint& where);

  /// Requires bits <= 64 and no more bytes than the form for them has.
  void bitfield(bytes_view data, std::size_t bits);

  const bytes& data() const { return out_; }
  std::size_t size() const { return out_.size(); }
  bytes release() { return std::move(out_); }

private:
  bytes out_;
};

/// Bytes that uint() takes.
constexpr std::size_t uint_size(std::uint64_t value) {
  return value <= 0xfc ? 1 : value <= 0xffff ? 3 : value <= 0xffffffff ? 5 : 9;
}

/// The text that the original sees in these bytes: each maximal ill-formed
/// part becomes U+FFFD (WHATWG), everything else stays.
std::string utf8_replace(bytes_view raw);

} // namespace hyper::base
