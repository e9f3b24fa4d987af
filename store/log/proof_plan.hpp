#pragma once

#include "base/proof.hpp"

#include <cstdint>
#include <optional>
#include <vector>

// Which nodes an answer consists of, by their numbers. Nothing is read here.

namespace hyper::log {

/// The block or hash that a request is about, as a node.
struct wanted_node {
  std::uint64_t index = 0;
  std::uint64_t levels = 0; ///< to climb with siblings
  bool is_block = false;

  /// The last block below it.
  std::uint64_t last_block() const;
};

/// None if the request asks for neither. A block goes before a hash.
std::optional<wanted_node> wanted_in(const base::proof_request& request);

/// Where climbing ends, or none if a node on the way contains leaf `end`.
std::optional<std::uint64_t> climbed_from(const wanted_node& node,
                                          std::uint64_t end);

/// The lists of a proof.
struct proof_plan {
  std::optional<std::vector<std::uint64_t>> wanted; ///< of the block or hash
  std::optional<std::vector<std::uint64_t>> seek;
  std::vector<std::uint64_t> upgrade;
  std::vector<std::uint64_t> additional;
};

/// Fills the lists. `sought` is the node that the seek leads to.
class planner {
public:
  planner(std::optional<wanted_node> wanted,
          std::optional<std::uint64_t> sought)
      : wanted_(wanted), sought_(sought) {}

  /// Lists what proves the wanted and the sought node to whoever knows `root`.
  /// Requires that they lie below it.
  void prove_below(std::uint64_t root);

  /// Lists what turns a tree of `from` blocks into one of `to`. The node that
  /// leads to what is wanted or sought, and was not proved yet, is left out:
  /// the reader computes it.
  void grow(std::uint64_t from, std::uint64_t to);

  /// Lists what comes behind that, up to `head` blocks.
  void add(std::uint64_t to, std::uint64_t head);

  const proof_plan& plan() const { return plan_; }

private:
  void seek_below(std::uint64_t root);
  bool leads_to_unproved(std::uint64_t node) const;

  std::optional<wanted_node> wanted_;
  std::optional<std::uint64_t> sought_;
  proof_plan plan_;
};

} // namespace hyper::log
