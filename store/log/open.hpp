#pragma once

#include "base/result.hpp"
#include "store/kv/kv.hpp"
#include "store/log/block_set.hpp"
#include "store/log/head.hpp"
#include "store/log/signature.hpp"

#include <optional>

namespace hyper::log {

/// A log as its owner holds it in memory, always what was committed last.
struct state {
  base::public_key key{};
  std::optional<base::manifest> who; ///< unknown to a fresh reader
  head current;
  block_set blocks;    ///< which are stored
  bool frozen = false; ///< two histories were signed: nothing may be added
  /// When a copy was last known to be as long as its peers', in microseconds
  /// since 1970.
  std::optional<std::uint64_t> compared = std::nullopt;
};

/// Makes or loads the log that the manifest describes.
/// Errors: errc::refused if the store holds something else, another log, or
/// what a newer program has written; errc::malformed if its records are
/// damaged or the head is not signed; errc::io from the store.
base::result<state> open_writer(kv::store& where, const base::manifest& who);

/// Makes or loads a copy of the log with that key. Errors as above.
base::result<state> open_reader(kv::store& where, const base::public_key& key);

} // namespace hyper::log
