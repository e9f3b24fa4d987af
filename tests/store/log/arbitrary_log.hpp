#pragma once

#include "base/bytes.hpp"

#include <rapidcheck.h>

#include <string>
#include <vector>

namespace hyper::test {

inline std::vector<base::bytes> numbered_blocks(std::size_t count) {
  std::vector<base::bytes> blocks;
  for (std::size_t i = 0; i < count; ++i)
    blocks.push_back(base::to_bytes("block " + std::to_string(i)));
  return blocks;
}

/// Up to `most` blocks, some of them empty.
inline std::vector<base::bytes> arbitrary_blocks(std::size_t most) {
  auto count = *rc::gen::inRange<std::size_t>(0, most + 1);
  std::vector<base::bytes> blocks;
  for (std::size_t i = 0; i < count; ++i)
    blocks.push_back(base::bytes(*rc::gen::inRange<std::size_t>(0, 20),
                                 static_cast<std::uint8_t>(i)));
  return blocks;
}

/// A number in [first, end).
inline std::uint64_t arbitrary_number(std::uint64_t first, std::uint64_t end) {
  return *rc::gen::inRange<std::uint64_t>(first, end);
}

} // namespace hyper::test
