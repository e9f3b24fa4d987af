#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <vector>

namespace hyper::bee {

/// Where the tree reads blocks: a snapshot of a log, recorded vectors, memory.
class block_source {
public:
  virtual ~block_source() = default;

  /// Block `seq`. The view lives as long as the source. Fails with
  /// errc::not_found where there is none, otherwise with the source's error.
  virtual base::result<base::bytes_view> block(std::uint64_t seq) const = 0;
};

/// Blocks held in memory, numbered from `first` on.
class memory_blocks final : public block_source {
public:
  explicit memory_blocks(std::uint64_t first = 0) : first_(first) {}
  explicit memory_blocks(std::vector<base::bytes> blocks)
      : blocks_(std::move(blocks)) {}

  void append(base::bytes block) { blocks_.push_back(std::move(block)); }
  void clear(std::uint64_t first);

  base::result<base::bytes_view> block(std::uint64_t seq) const override;

  /// Number of the next block.
  std::uint64_t length() const { return first_ + blocks_.size(); }
  std::uint64_t first() const { return first_; }
  const std::vector<base::bytes>& blocks() const { return blocks_; }

private:
  std::uint64_t first_ = 0;
  std::vector<base::bytes> blocks_;
};

} // namespace hyper::bee
