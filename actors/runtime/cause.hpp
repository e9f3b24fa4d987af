#pragma once

#include <cstdint>
#include <utility>

// Which message made us do this? Kept per thread, so that a message can name
// the one in whose handler it was sent.

namespace hyper::actors {

/// Numbers the messages of one recording, from 1; 0: none.
using message_number = std::uint64_t;

/// The message that this thread is handling, while a trace is recorded.
inline thread_local message_number message_in_hand = 0;

/// What this thread sends during its life was caused by that message: for work
/// that goes on later, behind a timer or on the disk's thread.
class cause_scope {
public:
  explicit cause_scope(message_number cause)
      : before_(std::exchange(message_in_hand, cause)) {}
  ~cause_scope() { message_in_hand = before_; }
  cause_scope(const cause_scope&) = delete;
  cause_scope& operator=(const cause_scope&) = delete;

private:
  message_number before_;
};

} // namespace hyper::actors
