#pragma once

#include "base/assert.hpp"

#include <string>
#include <utility>
#include <variant>

namespace hyper::base {

/// What kind of failure it is, so that a caller can decide what to do.
enum class errc {
  malformed,    ///< bytes that are not what they should be
  refused,      ///< well formed, but against a rule
  limit,        ///< more than a named limit allows
  unauthorized, ///< a signature, key or capability is wrong
  not_found,    ///< what was asked for is not there
  busy,         ///< in use by somebody else
  io,           ///< disk, network or another part of the environment
  closed,       ///< the other side, or we, have ended it
  timed_out,    ///< a deadline has passed
};

/// A failure as a value: its kind and a sentence that says what was wrong,
/// beginning with the layer's name ("kv: disk full").
struct [[nodiscard]] error {
  errc code = errc::malformed;
  std::string message;

  friend bool operator==(const error&, const error&) = default;
};

/// Either a value or an error.
template <class T>
class [[nodiscard]] result {
public:
  using value_type = T;

  result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  result(error failure) : state_(std::in_place_index<1>, std::move(failure)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// Requires ok(). A temporary gives its value away, so that nothing refers
  /// into it afterwards.
  T& value() & {
    HYPER_ASSERT(ok());
    return std::get<0>(state_);
  }
  const T& value() const& {
    HYPER_ASSERT(ok());
    return std::get<0>(state_);
  }
  T value() && {
    HYPER_ASSERT(ok());
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// Requires !ok().
  const error& failure() const {
    HYPER_ASSERT(!ok());
    return std::get<1>(state_);
  }

private:
  std::variant<T, error> state_;
};

/// The value of an operation that has none.
struct unit {
  friend bool operator==(const unit&, const unit&) = default;
};

/// Success or an error.
using status = result<unit>;

} // namespace hyper::base
