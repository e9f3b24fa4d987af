#pragma once

#include <cstdint>

// Numbers of packets: 32 bits that wrap from 0xffffffff to 0. Every comparison
// is made on the signed difference, so it holds for numbers that are less than
// 2^31 apart. See docs/udx.md, "Numbers".

namespace hyper::udx {

/// Number of a packet within one direction of a stream.
using seq_number = std::uint32_t;

/// How far `a` lies ahead of `b`; negative if it lies behind.
constexpr std::int32_t ahead(seq_number a, seq_number b) {
  return static_cast<std::int32_t>(a - b);
}

/// Whether `a` comes before `b`.
constexpr bool before(seq_number a, seq_number b) {
  return ahead(a, b) < 0;
}

/// Whether `a` lies in the half-open run [first, last).
constexpr bool within(seq_number a, seq_number first, seq_number last) {
  return !before(a, first) && before(a, last);
}

} // namespace hyper::udx
