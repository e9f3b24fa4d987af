#pragma once

#include "base/time.hpp"

#include <algorithm>
#include <optional>

namespace hyper::swarm {

/// When to dial the one peer that a program cannot do without: at once, then
/// after a quarter of a second, doubled up to two seconds, for ever. A server
/// that comes back is so found within five seconds, a dead one costs a dial
/// in two seconds.
class redial {
public:
  static constexpr base::duration first = base::milliseconds{250};
  static constexpr base::duration last = base::seconds{2};

  explicit redial(base::instant now) : due_(now) {}

  /// Whether to dial now; then opened() or failed() must follow.
  bool take(base::instant now) {
    if (!due_ || now < *due_)
      return false;
    due_.reset();
    return true;
  }

  void opened() { pause_ = first; }

  /// The dial came to nothing, or the connection has ended.
  void failed(base::instant now) {
    due_ = now + pause_;
    pause_ = std::min(pause_ * 2, last);
  }

  std::optional<base::instant> poll_timeout() const { return due_; }

private:
  std::optional<base::instant> due_;
  base::duration pause_ = first;
};

} // namespace hyper::swarm
