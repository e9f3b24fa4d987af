#pragma once

#include "base/bytes.hpp"

#include <optional>

namespace hyper::secret_stream {

/// Bytes of the length field in front of every frame; little endian, does not
/// count itself.
inline constexpr std::size_t length_size = 3;

/// Longest frame that the length field can announce.
inline constexpr std::size_t frame_max = 0xffffff;

/// Appends the length field of a frame of `length` bytes.
void append_length(base::bytes& out, std::size_t length);

/// Cuts a run of bytes into frames. Grows with the bytes that arrive, never by
/// an announced length, and gives the memory of a large frame back.
class frame_buffer {
public:
  /// Invalidates every frame taken before.
  void append(base::bytes_view chunk);

  /// The length of the next frame, once its length field is here.
  std::optional<std::size_t> announced() const;

  /// Whether the next frame can be taken. An empty frame counts as complete
  /// when another byte follows, as in the original.
  bool complete() const;

  /// The next frame without its length; the caller may overwrite it. Valid
  /// until append() or clear(). Requires complete().
  base::mutable_bytes take();

  /// The bytes of frames not taken yet, for another reader; none stay.
  base::bytes take_rest();

  void clear();

  /// Bytes that belong to frames not taken yet.
  std::size_t size() const { return data_.size() - begin_; }

private:
  base::bytes data_;
  std::size_t begin_ = 0; ///< of the next frame in data_
};

} // namespace hyper::secret_stream
