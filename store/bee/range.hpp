#pragma once

#include "store/bee/block_source.hpp"
#include "store/bee/walker.hpp"

#include <limits>

namespace hyper::bee {

/// Which entries a cursor gives, and in which order.
struct range_options {
  range keys;
  bool reverse = false; ///< from the upper end down, with the same limits
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
};

/// Gives the entries of one version in key order, one at a time.
class cursor {
public:
  /// The source must outlive the cursor.
  cursor(const block_source& from, std::uint64_t length, range_options options);

  /// The next entry; none at the end. After a failure, and after the end, it
  /// gives none.
  base::result<std::optional<entry>> next();

private:
  const block_source* from_;
  std::uint64_t length_;
  std::uint64_t left_;
  walker walk_;
};

} // namespace hyper::bee
