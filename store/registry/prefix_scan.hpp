#pragma once

#include "store/kv/kv.hpp"

#include <optional>
#include <string_view>

// Names that begin alike lie apart in the tree's order, because a key begins
// with the name's length: one run of keys for each length. This finds the runs
// that exist by looking at the keys that are there, and skips the rest.

namespace hyper::registry {

/// Visits keys of the tree and their rows in [from, until), in one direction;
/// no `until` means to the end. Only canonical keys.
using key_scan = std::function<base::status(
    const base::bytes& from, const std::optional<base::bytes>& until,
    kv::direction way, const kv::visitor& visit)>;

/// Visits the keys between `from` and `until` whose names begin with `prefix`.
base::status scan_prefix(const key_scan& scan, std::string_view prefix,
                         base::bytes from, std::optional<base::bytes> until,
                         kv::direction way, const kv::visitor& visit);

} // namespace hyper::registry
