#include "actors/world/system_entropy.hpp"

#include "base/assert.hpp"

#include <sys/random.h>

#include <algorithm>

namespace hyper::actors {

namespace {
// Up to this many bytes getrandom() is never interrupted.
constexpr std::size_t chunk_max = 256;
} // namespace

void system_entropy::fill(base::mutable_bytes out) {
  while (!out.empty()) {
    auto size = std::min(out.size(), chunk_max);
    auto got = getrandom(out.data(), size, 0);
    HYPER_ASSERT(got == static_cast<ssize_t>(size));
    out = out.subspan(size);
  }
}

} // namespace hyper::actors
