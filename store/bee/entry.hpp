#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <optional>

namespace hyper::bee {

/// A key and its value as they stand in block `seq`. The views live as long as
/// the source of the block.
struct entry {
  std::uint64_t seq = 0;
  base::bytes_view key;
  std::optional<base::bytes_view> value;
};

} // namespace hyper::bee
