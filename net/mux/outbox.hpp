#pragma once

#include "base/codec.hpp"
#include "net/mux/frame.hpp"

#include <deque>
#include <optional>

namespace hyper::mux {

/// A batch of this size is written and a new one begun, as in the original.
inline constexpr std::size_t batch_size_max = 8 * 1024 * 1024;

/// Frames on their way out. While corked, everything written is collected into
/// one batch.
class outbox {
public:
  /// Requires a payload of at most frame_max - frame_overhead_max bytes.
  void write(const item& message);

  /// Nests: the last uncork() lets the batch go. A batch of one item is a
  /// batch all the same; an empty one is nothing.
  void cork() { ++corks_; }

  /// Requires a cork().
  void uncork();

  std::optional<base::bytes> poll();

  /// Bytes that wait here, a batch in the making included.
  std::size_t queued_bytes() const { return queued_bytes_ + batch_.size(); }

private:
  void add_to_batch(const item& message);
  void end_batch();
  void push(base::bytes frame);

  std::deque<base::bytes> frames_;
  std::size_t queued_bytes_ = 0; ///< of frames_
  std::size_t corks_ = 0;
  base::writer batch_;              ///< empty: no batch has begun
  std::uint64_t batch_channel_ = 0; ///< of the next item
};

} // namespace hyper::mux
