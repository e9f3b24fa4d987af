#pragma once

#include "base/bytes.hpp"

#include <cstddef>
#include <deque>

namespace hyper::udx {

/// Bytes that arrived in order and wait for the user. Each is copied once, out
/// of its datagram; what arrives in one turn is joined to large chunks, so that
/// neither the number of allocations nor their size gets out of hand.
class receive_queue {
public:
  /// Where a chunk ends and the next one begins; one packet may stand over.
  static constexpr std::size_t chunk_size = 65'536;

  void append(base::bytes_view payload);

  /// The oldest chunk. Requires !empty().
  base::bytes pop();

  std::size_t size() const { return size_; }
  bool empty() const { return chunks_.empty(); }
  void clear();

private:
  std::deque<base::bytes> chunks_;
  std::size_t size_ = 0;
};

} // namespace hyper::udx
