#include "base/hash.hpp"

#include "base/assert.hpp"

#include <sodium.h>

namespace hyper::base {

namespace {

// Picks the fastest code for this processor, for every primitive; libsodium
// runs portable code otherwise. Every program that seals anything hashes.
[[maybe_unused]] const auto picked = sodium_init();

template <std::size_t N>
fixed_bytes<N> digest(bytes_view key, std::initializer_list<bytes_view> parts) {
  crypto_generichash_state state;
  HYPER_ASSERT(crypto_generichash_init(&state, key.data(), key.size(), N) == 0);
  for (auto part : parts)
    crypto_generichash_update(&state, part.data(), part.size());
  fixed_bytes<N> out{};
  crypto_generichash_final(&state, out.data(), out.size());
  return out;
}

} // namespace

hash32 blake2b(std::initializer_list<bytes_view> parts) {
  return digest<32>({}, parts);
}

hash32 blake2b(bytes_view data) {
  return digest<32>({}, {data});
}

hash32 keyed_blake2b(bytes_view key, std::initializer_list<bytes_view> parts) {
  HYPER_ASSERT(key.size() >= 16 && key.size() <= 64);
  return digest<32>(key, parts);
}

hash64 blake2b_64(std::initializer_list<bytes_view> parts) {
  return digest<64>({}, parts);
}

hash32 namespace_constant(std::string_view name, std::uint8_t i) {
  auto family = blake2b(as_bytes(name));
  return blake2b({family, bytes_view{&i, 1}});
}

} // namespace hyper::base
