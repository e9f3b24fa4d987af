#include "net/dht/rate_limit.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace hyper::dht {

rate_limit::rate_limit(base::entropy& chance)
    : key_(chance.u64() | 1), settled_(buckets, base::instant::min()) {}

bool rate_limit::admit(base::instant now, const base::fixed_bytes<4>& host) {
  if (base::is_loopback(host))
    return true;
  std::uint64_t number = 0;
  for (auto octet : host)
    number = number << 8 | octet;
  // Multiplicative hashing: the upper bits depend on all bits of the host.
  static_assert(buckets == std::size_t{1} << 10);
  auto bucket = static_cast<std::size_t>(((number + 1) * key_) >> (64 - 10));
  HYPER_ASSERT(bucket < buckets);

  auto& settled = settled_[bucket];
  settled = std::max(settled, now);
  if (settled - now >= burst * interval)
    return false;
  settled += interval;
  return true;
}

} // namespace hyper::dht
