#include "net/udx/rate.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace hyper::udx {

rate_snapshot rate_sampler::on_sent(base::instant now, bool nothing_in_flight) {
  if (nothing_in_flight)
    first_sent_at_ = delivered_at_ = now;
  return {delivered_, delivered_at_, first_sent_at_, app_limited()};
}

void rate_sampler::on_delivered(base::instant now, const rate_snapshot& sent,
                                base::instant sent_at) {
  HYPER_ASSERT(sent.delivered <= delivered_ && sent.first_sent_at <= sent_at);
  ++delivered_;
  delivered_at_ = now;
  if (newest_ && sent.delivered < newest_->sent.delivered)
    return;
  newest_ = newest{sent, sent_at - sent.first_sent_at};
  first_sent_at_ = sent_at;
}

std::optional<rate_sample> rate_sampler::finish(base::instant now,
                                                base::duration min_rtt) {
  if (app_limited() && delivered_ > app_limited_until_)
    app_limited_until_ = 0;
  if (!newest_)
    return std::nullopt;
  auto [sent, send_interval] = *newest_;
  newest_.reset();
  HYPER_ASSERT(delivered_ > sent.delivered);
  rate_sample sample;
  sample.delivered = delivered_ - sent.delivered;
  sample.prior_delivered = sent.delivered;
  sample.interval = std::max(send_interval, now - sent.delivered_at);
  sample.app_limited = sent.app_limited;
  HYPER_ASSERT(sample.delivered > 0 && sample.interval >= base::duration{});
  if (sample.interval < min_rtt || sample.interval.count() <= 0)
    return std::nullopt;
  return sample;
}

void rate_sampler::mark_app_limited(std::uint32_t in_flight) {
  app_limited_until_ = std::max<std::uint64_t>(1, delivered_ + in_flight);
}

} // namespace hyper::udx
