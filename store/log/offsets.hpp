#pragma once

#include "base/result.hpp"
#include "store/kv/kv.hpp"
#include "store/log/head.hpp"

namespace hyper::log {

/// Bytes of all blocks to the left of a node. Fails with errc::not_found if
/// the node lies outside of the log or a node on the way is not stored.
base::result<std::uint64_t>
byte_offset(const kv::snapshot& from, const head& current, std::uint64_t node);

struct position {
  std::uint64_t block = 0;
  std::uint64_t offset = 0; ///< within the block

  friend bool operator==(const position&, const position&) = default;
};

/// Where a byte lies; the end of the log for its byte length. Where an empty
/// block begins as well, that block. Fails with errc::not_found beyond the end
/// or if a node on the way is not stored.
base::result<position> seek(const kv::snapshot& from, const head& current,
                            std::uint64_t bytes);

} // namespace hyper::log
