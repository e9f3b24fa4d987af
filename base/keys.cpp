#include "base/keys.hpp"

#include "base/text.hpp"

#include <sodium.h>

namespace hyper::base {

key_pair make_key_pair(const seed& from) {
  key_pair pair;
  crypto_sign_seed_keypair(pair.pub.data(), pair.secret.data(), from.data());
  return pair;
}

signature sign(const key_pair& with, bytes_view message) {
  signature out{};
  crypto_sign_detached(out.data(), nullptr, message.data(), message.size(),
                       with.secret.data());
  return out;
}

bool verify(const public_key& by, bytes_view message, const signature& what) {
  return crypto_sign_verify_detached(what.data(), message.data(),
                                     message.size(), by.data()) == 0;
}

bool is_valid_point(const public_key& key) {
  return crypto_core_ed25519_is_valid_point(key.data()) == 1;
}

std::string to_text(const public_key& key) {
  return to_hex(key);
}

result<public_key> parse_key(std::string_view text) {
  if (text.size() != 64 && text.size() != 52)
    return error{errc::malformed,
                 "key: expected 64 hex digits or 52 digits of z-base-32, got " +
                     std::to_string(text.size()) + " characters"};
  auto raw = text.size() == 64 ? from_hex(text) : from_z32(text);
  if (!raw)
    return error{errc::malformed, "key: " + raw.failure().message};
  return take<32>(*raw);
}

} // namespace hyper::base
