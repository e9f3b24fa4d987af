#include "net/udx/send_queue.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <utility>

namespace hyper::udx {

void send_queue::push(base::bytes chunk) {
  if (chunk.empty())
    return;
  size_ += chunk.size();
  if (joins(chunk.size()))
    base::append(chunks_.back(), chunk);
  else
    chunks_.push_back(std::move(chunk));
}

bool send_queue::joins(std::size_t chunk_size) const {
  return !chunks_.empty() && chunk_size < small_chunk &&
         chunks_.back().size() < joined_chunk;
}

std::size_t send_queue::take(std::size_t count, base::bytes& out) {
  std::size_t moved = 0;
  while (moved < count && !chunks_.empty()) {
    auto rest = base::bytes_view{chunks_.front()}.subspan(taken_);
    auto part = rest.first(std::min(rest.size(), count - moved));
    base::append(out, part);
    moved += part.size();
    taken_ += part.size();
    if (part.size() == rest.size()) {
      chunks_.pop_front();
      taken_ = 0;
    }
  }
  HYPER_ASSERT(moved <= size_);
  size_ -= moved;
  HYPER_ASSERT((size_ == 0) == chunks_.empty());
  return moved;
}

void send_queue::clear() {
  chunks_.clear();
  taken_ = 0;
  size_ = 0;
}

} // namespace hyper::udx
