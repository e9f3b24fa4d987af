#pragma once

#include <array>
#include <functional>

namespace hyper::udx {

/// The best value seen within a moving window, in constant space: the best, the
/// best after it and the best after that one, each refreshed in time to follow
/// on. After Kathleen Nichols' algorithm. `Better` is std::less for a minimum
/// and std::greater for a maximum; `At` is anything with a difference.
template <class Value, class At, class Better>
class windowed {
public:
  using span = decltype(std::declval<At>() - std::declval<At>());

  explicit windowed(span window) : window_(window) {}

  bool empty() const { return empty_; }

  /// Requires !empty().
  const Value& best() const { return best_[0].value; }

  void reset(At at, Value value) {
    best_.fill({at, value});
    empty_ = false;
  }

  void update(At at, Value value) {
    sample latest{at, value};
    if (empty_ || as_good(value, best_[0].value) || at - best_[2].at > window_)
      return reset(at, value);
    if (as_good(value, best_[1].value))
      best_[1] = best_[2] = latest;
    else if (as_good(value, best_[2].value))
      best_[2] = latest;
    age(latest);
  }

private:
  struct sample {
    At at{};
    Value value{};
  };

  static bool as_good(const Value& a, const Value& b) {
    return !Better{}(b, a);
  }

  // Lets the second and third follow on when the first has left the window, and
  // takes them afresh when they have become as old as the first.
  void age(const sample& latest) {
    auto elapsed = latest.at - best_[0].at;
    if (elapsed > window_) {
      drop_first(latest);
      if (latest.at - best_[0].at > window_)
        drop_first(latest);
    } else if (best_[1].at == best_[0].at && elapsed > window_ / 4) {
      best_[1] = best_[2] = latest;
    } else if (best_[2].at == best_[1].at && elapsed > window_ / 2) {
      best_[2] = latest;
    }
  }

  void drop_first(const sample& latest) {
    best_ = {best_[1], best_[2], latest};
  }

  span window_;
  bool empty_ = true;
  std::array<sample, 3> best_{};
};

template <class Value, class At>
using windowed_min = windowed<Value, At, std::less<>>;

template <class Value, class At>
using windowed_max = windowed<Value, At, std::greater<>>;

} // namespace hyper::udx
