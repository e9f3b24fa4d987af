#pragma once

#include "base/proof.hpp"
#include "store/log/merkle.hpp"

#include <optional>
#include <vector>

// What the lists of a proof amount to. Hashes are computed here, and nothing
// is believed: whether the results are right is for verify.hpp to decide.

namespace hyper::log {

/// Where the seek, block and hash parts of a proof lead.
struct climbed {
  std::optional<tree_node> root; ///< none if there is no such part
  std::vector<tree_node> nodes;  ///< everything below it that was seen
};

/// None if a node is missing, left over or in the wrong place.
std::optional<climbed> climb(const base::proof& proof);

/// Where the upgrade part leads.
struct grown {
  tree asked;             ///< at start + length
  tree reached;           ///< with the additional nodes: what was signed
  bool used_root = false; ///< the climbed root is in it
};

/// Grows `base`, which has upgrade.start blocks. Where the climbed root fits
/// it is taken instead of a listed node. None as above.
std::optional<grown> grow(tree base, const base::upgrade_part& upgrade,
                          const std::optional<tree_node>& root);

} // namespace hyper::log
