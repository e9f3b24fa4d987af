#include "base/dh.hpp"

#include "base/assert.hpp"

#include <sodium.h>

namespace hyper::base {

secret<32> private_scalar(const key_pair& of) {
  secret<32> scalar;
  HYPER_ASSERT(crypto_sign_ed25519_sk_to_curve25519(scalar.data(),
                                                    of.secret.data()) == 0);
  return scalar;
}

std::optional<secret<32>> diffie_hellman(const fixed_bytes<32>& scalar,
                                         const public_key& with) {
  secret<32> shared;
  if (crypto_scalarmult_ed25519_noclamp(shared.data(), scalar.data(),
                                        with.data()) != 0)
    return std::nullopt;
  return shared;
}

} // namespace hyper::base
