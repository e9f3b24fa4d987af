#include "net/noise/pattern.hpp"

#include "base/assert.hpp"

#include <array>

namespace hyper::noise {

namespace {

using enum token;

constexpr std::array xx_1{e};
constexpr std::array xx_2{e, ee, s, es};
constexpr std::array xx_3{s, se};
constexpr std::array ik_1{e, es, s, ss};
constexpr std::array ik_2{e, ee, se};

using message = std::span<const token>;

constexpr std::array<message, 3> xx_messages{xx_1, xx_2, xx_3};
constexpr std::array<message, 2> ik_messages{ik_1, ik_2};

std::span<const message> messages(pattern which) {
  if (which == pattern::xx)
    return xx_messages;
  return ik_messages;
}

} // namespace

std::string_view protocol_name(pattern which) {
  return which == pattern::xx ? "Noise_XX_Ed25519_ChaChaPoly_BLAKE2b"
                              : "Noise_IK_Ed25519_ChaChaPoly_BLAKE2b";
}

std::size_t message_count(pattern which) {
  return messages(which).size();
}

std::span<const token> message_tokens(pattern which, std::size_t i) {
  HYPER_ASSERT(i < message_count(which));
  return messages(which)[i];
}

bool responder_is_known(pattern which) {
  return which == pattern::ik;
}

bool uses_static(token product, role of) {
  HYPER_ASSERT(product != e && product != s);
  if (product == ss)
    return true;
  return product == (of == role::initiator ? se : es);
}

} // namespace hyper::noise
