#pragma once

#include <cstdint>

namespace hyper::dht {

/// One bit per optional part of a message, as the formats of this folder have
/// it: the bit, if the part is there.
constexpr std::uint64_t flag_if(bool present, std::uint64_t bit) {
  return present ? bit : 0;
}

} // namespace hyper::dht
