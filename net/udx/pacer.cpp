#include "net/udx/pacer.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace hyper::udx {

namespace {

double microseconds_of(base::duration span) {
  return static_cast<double>(span.count());
}

} // namespace

bool pacer::ready(base::instant now, double rate) {
  HYPER_ASSERT(rate > 0);
  auto elapsed = microseconds_of(std::max(now - filled_at_, base::duration{}));
  auto capacity = std::max(burst_min, rate * microseconds_of(depth));
  tokens_ = std::min(capacity, tokens_ + elapsed * rate);
  filled_at_ = std::max(now, filled_at_);
  HYPER_ASSERT(tokens_ <= capacity);
  return tokens_ > 0;
}

base::instant pacer::next(double rate) const {
  HYPER_ASSERT(rate > 0);
  auto debt = std::max(0.0, -tokens_) / rate;
  auto wait = std::min(debt, microseconds_of(base::seconds{1}));
  return filled_at_ +
         std::max(pause, base::duration{static_cast<long>(wait) + 1});
}

} // namespace hyper::udx
