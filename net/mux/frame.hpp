#pragma once

#include "base/codec.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

// The grammar of a multiplexed connection. Each message of the secret stream
// is one frame:
//
//   frame = uint channel || uint type || payload        empty: keep-alive
//   batch = 00 00 || uint channel || item*              several in one frame
//   item  = uint length (> 0) || uint type || payload   of the current channel
//         | 00 || uint channel                          switches the channel
//
// Channel 0 carries control messages. Examples: docs/mux.md.

namespace hyper::mux {

/// Longest frame: what a message of the secret stream can carry.
inline constexpr std::size_t frame_max = 16777198;

/// What channel, type and length fields, and the start of a batch, may add to
/// a payload: 2 + 4 * 9 bytes at most.
inline constexpr std::size_t frame_overhead_max = 38;

/// Batches in batches. No sender makes one; more would be recursion by input.
inline constexpr std::size_t batch_depth_max = 1;

/// Types of channel 0.
enum class control : std::uint64_t {
  batch = 0,
  open = 1,
  reject = 2,
  close = 3
};

/// One message out of a frame. `payload` is a part of the frame.
struct item {
  std::uint64_t channel = 0; ///< number that the sender of the frame gave
  std::uint64_t type = 0;
  base::bytes_view payload;
};

/// Takes the messages out of a frame one by one, through batches. The frame
/// must outlive the cursor.
class frame_cursor {
public:
  explicit frame_cursor(base::bytes_view frame);

  /// The next message; none at the end. Fails for good at the first malformed
  /// byte; messages before it have been given.
  base::result<std::optional<item>> next();

  /// Whether the frame is a batch with more behind its first item: whoever
  /// answers such a one answers with a batch.
  bool batched() const { return batched_; }

private:
  struct level {
    base::reader rest{base::bytes_view{}};
    std::uint64_t channel = 0;
  };

  std::optional<item> read_frame();
  std::optional<item> read_item();
  std::optional<item> enter_batch(base::reader inside);

  base::reader frame_;
  std::array<level, batch_depth_max + 1> batches_;
  std::size_t depth_ = 0; ///< batches we are in
  bool batched_ = false;
  const char* failure_ = nullptr;
};

/// Longest protocol name and id; the original's peers use 15 and 32 bytes.
inline constexpr std::size_t protocol_size_max = 128;
inline constexpr std::size_t id_size_max = 128;

/// Longest handshake of a channel; the original's peers use 33 bytes.
inline constexpr std::size_t handshake_size_max = 4096;

/// Asks for a channel, or answers such a wish: the payload of control::open.
struct open_message {
  std::uint64_t number = 0; ///< of the sender
  std::string protocol;
  base::bytes_view id;        ///< empty: none
  base::bytes_view handshake; ///< the protocol's, to the end of the payload
};

/// Fails with `malformed`, or with `limit` if a part is longer than allowed.
base::result<open_message> decode_open(base::bytes_view payload);
base::bytes encode(const open_message& message);

/// The payload of control::reject (a number of the receiver) and of
/// control::close (a number of the sender).
base::result<std::uint64_t> decode_number(base::bytes_view payload);
base::bytes encode_number(std::uint64_t number);

/// A frame with this message alone.
base::bytes encode_frame(const item& message);

} // namespace hyper::mux
