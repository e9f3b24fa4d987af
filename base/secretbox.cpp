#include "base/secretbox.hpp"

#include <sodium.h>

namespace hyper::base {

static_assert(secretbox_overhead == crypto_secretbox_MACBYTES);
static_assert(sizeof(secretbox_key) == crypto_secretbox_KEYBYTES);
static_assert(sizeof(secretbox_nonce) == crypto_secretbox_NONCEBYTES);

bytes secretbox_seal(const secretbox_key& key, const secretbox_nonce& nonce,
                     bytes_view plain) {
  bytes box(plain.size() + secretbox_overhead);
  crypto_secretbox_easy(box.data(), plain.data(), plain.size(), nonce.data(),
                        key.data());
  return box;
}

std::optional<bytes> secretbox_open(const secretbox_key& key,
                                    const secretbox_nonce& nonce,
                                    bytes_view box) {
  if (box.size() < secretbox_overhead)
    return std::nullopt;
  bytes plain(box.size() - secretbox_overhead);
  if (crypto_secretbox_open_easy(plain.data(), box.data(), box.size(),
                                 nonce.data(), key.data()) != 0)
    return std::nullopt;
  return plain;
}

} // namespace hyper::base
