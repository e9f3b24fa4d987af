#include "net/udx/rtt.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace hyper::udx {

void rtt_estimator::sample(base::instant now, base::duration rtt) {
  rtt = std::max(rtt, base::duration{1});
  if (!known_) {
    known_ = true;
    smoothed_ = std::min(rtt, first_max);
    variation_ = smoothed_ / 2;
    minimum_.update(now, smoothed_);
    return;
  }
  auto believable = smoothed_ + 5 * variation_;
  if (rtt > outlier_min && rtt > believable)
    rtt = std::min(believable, timeout_max);
  minimum_.update(now, rtt);
  auto deviation = std::chrono::abs(smoothed_ - rtt);
  variation_ = (3 * variation_ + deviation) / 4;
  smoothed_ = (7 * smoothed_ + rtt) / 8;
  HYPER_ASSERT(smoothed_ >= base::duration{} && variation_ >= base::duration{});
  HYPER_ASSERT(!minimum_.empty() && minimum_.best() <= rtt);
}

base::duration rtt_estimator::minimum() const {
  return minimum_.empty() ? base::duration{} : minimum_.best();
}

base::duration rtt_estimator::timeout(base::duration least) const {
  return std::clamp(smoothed_ + 4 * variation_, least, timeout_max);
}

} // namespace hyper::udx
