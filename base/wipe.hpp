#pragma once

#include "base/bytes.hpp"

// Bytes that must not outlive their use.

namespace hyper::base {

/// Overwrites with zeros; the compiler does not optimise it away.
void wipe(mutable_bytes data);

/// Equality in a time that depends on the lengths alone.
bool secret_equal(bytes_view left, bytes_view right);

/// N bytes that are overwritten when they go out of scope. Passes wherever
/// fixed_bytes<N> does.
template <std::size_t N>
struct secret : fixed_bytes<N> {
  secret() : fixed_bytes<N>{} {}
  secret(const fixed_bytes<N>& from) : fixed_bytes<N>{from} {}
  secret(const secret&) = default;
  secret& operator=(const secret&) = default;
  ~secret() { wipe(*this); }
};

} // namespace hyper::base
