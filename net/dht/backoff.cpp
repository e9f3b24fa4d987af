#include "net/dht/backoff.hpp"

#include <algorithm>

namespace hyper::dht {

base::duration backoff::next(base::entropy& chance) {
  auto wait = wait_;
  wait_ = std::min(2 * wait_, longest);
  auto quarter = static_cast<std::uint64_t>((wait / 4).count());
  return wait -
         base::duration{static_cast<std::int64_t>(chance.below(quarter + 1))};
}

} // namespace hyper::dht
