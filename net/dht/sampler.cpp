#include "net/dht/sampler.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace hyper::dht {

namespace {

// A new sample shares the counter of an equal one among so many before it.
constexpr std::size_t shared_with_last = 4;

} // namespace

sampler::tally_ref sampler::count(const ring& samples,
                                  const base::endpoint& what) const {
  auto look_back = std::min(size_, shared_with_last);
  for (std::size_t i = 1; i <= look_back; ++i) {
    const auto& sample = samples[(next_ + samples_max - i) % samples_max];
    if (sample->what == what) {
      ++sample->hits;
      return sample;
    }
  }
  return std::make_shared<tally>(tally{what});
}

// All must agree while they are few, all but three in the end.
int sampler::threshold() const {
  auto samples = static_cast<int>(size_);
  return samples - std::min(samples / 4, 3);
}

void sampler::add(const base::endpoint& seen_as) {
  auto endpoint = count(endpoints_, seen_as);
  auto host = count(hosts_, {seen_as.host, 0});
  if (size_ == samples_max) {
    // A counter that lost its last sample may go on being the best one: the
    // original keeps it, too.
    --endpoints_[next_]->hits;
    --hosts_[next_]->hits;
  } else {
    ++size_;
  }
  endpoints_[next_] = endpoint;
  hosts_[next_] = host;
  next_ = (next_ + 1) % samples_max;

  if (!best_endpoint_ || best_endpoint_->hits < endpoint->hits)
    best_endpoint_ = endpoint;
  if (!best_host_ || best_host_->hits < host->hits)
    best_host_ = host;

  HYPER_ASSERT(best_endpoint_->hits <= static_cast<int>(size_));
  HYPER_ASSERT(best_host_->hits <= static_cast<int>(size_));
  if (best_endpoint_->hits >= threshold())
    address_ = best_endpoint_->what;
  else if (best_host_->hits >= threshold())
    address_ = best_host_->what;
  else
    address_.reset();
}

} // namespace hyper::dht
