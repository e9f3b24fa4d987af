#pragma once

#include "store/kv/kv.hpp"

#include <cstdint>
#include <optional>

namespace hyper::registry {

/// Most blocks that one call folds: it bounds the batch and the time that
/// nobody else can write.
inline constexpr std::size_t fold_blocks_max = 4096;

/// What has to be written so that the view shows more of the log.
struct caught_up {
  kv::batch writes;
  std::uint64_t applied = 0; ///< the view's length once they are committed

  /// Why the view stays where it is although there are more blocks: one of
  /// them is spoiled. What was shown stays right for the length it had.
  std::optional<base::error> stopped;
};

/// Folds the blocks that the view lacks, up to block `until` of a log whose
/// first `until` blocks are stored, at most fold_blocks_max at a time. Put the
/// writes into the batch that stores the blocks, and give an overlay of that
/// batch as `stored`: so nobody sees a length without its names.
/// Errors: errc::refused if the view is longer than the log (it was truncated:
/// see forget()); those of the store.
base::result<caught_up> catch_up(const kv::snapshot& stored,
                                 std::uint64_t until);

/// The writes that empty the view, so that catch_up() begins anew.
base::result<kv::batch> forget(const kv::snapshot& stored);

} // namespace hyper::registry
