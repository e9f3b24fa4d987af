#include "net/dht/backoff.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace hyper::dht {

base::duration backoff::next(base::entropy& chance) {
  auto wait = wait_;
  wait_ = std::min(2 * wait_, longest);
  HYPER_ASSERT(first <= wait && wait <= longest);
  auto quarter = static_cast<std::uint64_t>((wait / 4).count());
  return wait -
         base::duration{static_cast<std::int64_t>(chance.below(quarter + 1))};
}

} // namespace hyper::dht
