#pragma once

#include "store/bee/block_source.hpp"
#include "store/kv/kv.hpp"

namespace hyper::registry {

/// The blocks of the log in a store, for the tree to read.
class log_blocks final : public bee::block_source {
public:
  /// The snapshot must outlive it; so do the views that it gives.
  explicit log_blocks(const kv::snapshot& from) : from_(&from) {}

  base::result<base::bytes_view> block(std::uint64_t seq) const override;

private:
  const kv::snapshot* from_;
};

} // namespace hyper::registry
