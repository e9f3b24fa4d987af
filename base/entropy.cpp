#include "base/entropy.hpp"

#include "base/assert.hpp"

#include <sodium.h>

namespace hyper::base {

std::uint32_t entropy::u32() {
  auto raw = array<4>();
  std::uint32_t value = 0;
  for (auto byte : raw)
    value = value << 8 | byte;
  return value;
}

std::uint64_t entropy::u64() {
  auto high = u32();
  return std::uint64_t{high} << 32 | u32();
}

std::uint64_t entropy::below(std::uint64_t limit) {
  HYPER_ASSERT(limit > 0);
  // Values past the last whole multiple would favour small results.
  auto unfair = (UINT64_MAX % limit + 1) % limit;
  auto value = u64();
  while (value > UINT64_MAX - unfair)
    value = u64();
  return value % limit;
}

seeded_entropy::seeded_entropy(std::uint64_t seed) {
  for (std::size_t i = 0; i < 8; ++i)
    key_[i] = static_cast<std::uint8_t>(seed >> (8 * i));
}

void seeded_entropy::fill(mutable_bytes out) {
  if (out.empty())
    return;
  fixed_bytes<crypto_stream_chacha20_NONCEBYTES> nonce{};
  for (std::size_t i = 0; i < nonce.size(); ++i)
    nonce[i] = static_cast<std::uint8_t>(block_ >> (8 * i));
  ++block_;
  crypto_stream_chacha20(out.data(), out.size(), nonce.data(), key_.data());
}

} // namespace hyper::base
