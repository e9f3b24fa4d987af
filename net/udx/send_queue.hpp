#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <deque>

namespace hyper::udx {

/// Bytes that wait for a packet. Large chunks are kept as they come, so that
/// they are copied once, into their packets; small ones are joined, so that a
/// million writes of one byte do not cost a million allocations.
class send_queue {
public:
  void push(base::bytes chunk);

  /// Moves up to `count` bytes to the end of `out`; gives how many.
  std::size_t take(std::size_t count, base::bytes& out);

  std::uint64_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  void clear();

private:
  /// A chunk below this size is appended to the one before it, as long as that
  /// one is below the second size.
  static constexpr std::size_t small_chunk = 4096;
  static constexpr std::size_t joined_chunk = 65'536;

  bool joins(std::size_t chunk_size) const;

  std::deque<base::bytes> chunks_;
  std::size_t taken_ = 0; ///< of the first chunk
  std::uint64_t size_ = 0;
};

} // namespace hyper::udx
