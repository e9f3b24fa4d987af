#include "net/dht/pacing.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace hyper::dht {

void pacing::advance(base::instant now) {
  if (now < slot_end_)
    return;
  auto passed = 1 + (now - slot_end_) / slot;
  slot_end_ += passed * slot;
  auto turns = std::min<decltype(passed)>(passed, slots);
  for (; turns > 0; --turns) {
    current_ = (current_ + 1) % slots;
    HYPER_ASSERT(total_ >= counts_[current_]);
    total_ -= counts_[current_];
    counts_[current_] = 0;
  }
}

bool pacing::full() const {
  return total_ >= window_max || counts_[current_] >= slot_max;
}

void pacing::sent() {
  HYPER_ASSERT(!full());
  ++total_;
  ++counts_[current_];
  HYPER_ASSERT(counts_[current_] <= total_);
}

void pacing::settled() {
  if (counts_[current_] == 0)
    return;
  HYPER_ASSERT(total_ > 0);
  --total_;
  --counts_[current_];
}

void pacing::clear() {
  counts_ = {};
  total_ = 0;
}

} // namespace hyper::dht
