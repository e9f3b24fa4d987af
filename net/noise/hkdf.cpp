#include "net/noise/hkdf.hpp"

#include "base/hash.hpp"

#include <algorithm>

namespace hyper::noise {

namespace {

constexpr std::size_t block_size = 128;

base::secret<block_size> pad(base::bytes_view key, std::uint8_t with) {
  base::secret<block_size> block;
  if (key.size() <= block_size)
    std::ranges::copy(key, block.begin());
  else
    std::ranges::copy(base::blake2b_64({key}), block.begin());
  for (auto& byte : block)
    byte ^= with;
  return block;
}

} // namespace

base::secret<64> hmac(base::bytes_view key, base::bytes_view data,
                      base::bytes_view tail) {
  auto inner_pad = pad(key, 0x36);
  base::secret<64> inner = base::blake2b_64({inner_pad, data, tail});
  auto outer_pad = pad(key, 0x5c);
  return base::blake2b_64({outer_pad, inner});
}

std::pair<base::secret<64>, base::secret<64>>
hkdf(base::bytes_view chaining_key, base::bytes_view input) {
  static constexpr base::fixed_bytes<1> one{1};
  static constexpr base::fixed_bytes<1> two{2};
  auto extracted = hmac(chaining_key, input);
  auto first = hmac(extracted, one);
  auto second = hmac(extracted, first, two);
  return {first, second};
}

} // namespace hyper::noise
