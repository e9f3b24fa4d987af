#include "net/udx/receive_queue.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <utility>

namespace hyper::udx {

// The first packet of a turn is most often the only one: it gets what it needs.
// The second one shows that there is more to come.
void receive_queue::append(base::bytes_view payload) {
  if (payload.empty())
    return;
  size_ += payload.size();
  if (chunks_.empty()) {
    chunks_.push_back(base::to_bytes(payload));
    return;
  }
  if (chunks_.back().size() + payload.size() > chunk_size)
    chunks_.emplace_back();
  auto& chunk = chunks_.back();
  if (chunk.capacity() < chunk.size() + payload.size())
    chunk.reserve(std::max(chunk_size, payload.size()));
  base::append(chunk, payload);
}

base::bytes receive_queue::pop() {
  HYPER_ASSERT(!empty());
  auto chunk = std::move(chunks_.front());
  chunks_.pop_front();
  size_ -= chunk.size();
  HYPER_ASSERT(!chunk.empty() && (size_ == 0) == chunks_.empty());
  return chunk;
}

void receive_queue::clear() {
  chunks_.clear();
  size_ = 0;
}

} // namespace hyper::udx
