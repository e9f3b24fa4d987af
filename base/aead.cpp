#include "base/aead.hpp"

#include <sodium.h>

namespace hyper::base {

static_assert(aead_overhead == crypto_aead_chacha20poly1305_ietf_ABYTES);

namespace {

using aead_nonce = fixed_bytes<crypto_aead_chacha20poly1305_ietf_NPUBBYTES>;

aead_nonce nonce_of(std::uint64_t counter) {
  aead_nonce nonce{};
  for (std::size_t i = 0; i < 8; ++i)
    nonce[4 + i] = static_cast<std::uint8_t>(counter >> (8 * i));
  return nonce;
}

} // namespace

bytes aead_seal(const aead_key& key, std::uint64_t counter,
                bytes_view associated, bytes_view plain) {
  bytes sealed(plain.size() + aead_overhead);
  crypto_aead_chacha20poly1305_ietf_encrypt(
      sealed.data(), nullptr, plain.data(), plain.size(), associated.data(),
      associated.size(), nullptr, nonce_of(counter).data(), key.data());
  return sealed;
}

std::optional<bytes> aead_open(const aead_key& key, std::uint64_t counter,
                               bytes_view associated, bytes_view sealed) {
  if (sealed.size() < aead_overhead)
    return std::nullopt;
  bytes plain(sealed.size() - aead_overhead);
  if (crypto_aead_chacha20poly1305_ietf_decrypt(
          plain.data(), nullptr, nullptr, sealed.data(), sealed.size(),
          associated.data(), associated.size(), nonce_of(counter).data(),
          key.data()) != 0)
    return std::nullopt;
  return plain;
}

} // namespace hyper::base
