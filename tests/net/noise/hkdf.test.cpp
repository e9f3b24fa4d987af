#define CAF_SUITE noise_hkdf

#include "net/noise/hkdf.hpp"

#include "base/hash.hpp"

#include <caf/test/unit_test.hpp>

using namespace hyper;

CAF_TEST(data and tail are one message) {
  auto key = base::to_bytes("key");
  auto whole = noise::hmac(key, base::as_bytes("data and tail"));
  auto parts =
      noise::hmac(key, base::as_bytes("data "), base::as_bytes("and tail"));
  CAF_CHECK(whole == parts);
}

CAF_TEST(a key is padded with zeros and hashed when it is too long) {
  base::bytes data{1, 2, 3};
  base::bytes padded(128);
  CAF_CHECK(noise::hmac({}, data) == noise::hmac(padded, data));
  base::bytes longer(129);
  auto hashed = base::blake2b_64({longer});
  CAF_CHECK(noise::hmac(longer, data) == noise::hmac(hashed, data));
}

CAF_TEST(the outputs differ) {
  auto [first, second] = noise::hkdf(base::bytes(64), {});
  CAF_CHECK(first != second);
}
