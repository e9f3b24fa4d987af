#pragma once

#include "base/bytes.hpp"
#include "base/wipe.hpp"

#include <optional>

namespace hyper::base {

/// One direction of libsodium's crypto_secretstream_xchacha20poly1305: a chain
/// of sealed messages that can neither be reordered nor cut in the middle.
/// Rekeying on overflow or on request of the sender happens inside.
class secretstream {
public:
  static constexpr std::size_t header_size = 24;
  static constexpr std::size_t overhead = 17; ///< sealed tag byte and MAC

  using header = fixed_bytes<header_size>;

  /// Both ends begin with the same state, so the sender may choose the header
  /// itself; it must be fresh for each key.
  secretstream(const header& from, const fixed_bytes<32>& key);

  /// Seals `plain` into `out`. Requires out.size() == plain.size() + overhead.
  /// `plain` may lie in `out` beginning at its second byte.
  void push(bytes_view plain, mutable_bytes out);

  /// Opens in place; the plain bytes are a part of `sealed`. None if this is
  /// not the next message of the sender; the state is dead from then on.
  std::optional<bytes_view> pull(mutable_bytes sealed);

private:
  secret<52> state_;
};

} // namespace hyper::base
