#pragma once

#include "base/proof.hpp"
#include "net/replication/block_set.hpp"

#include <cstdint>

namespace hyper::replication {

/// Our log as the other side may know it.
struct head {
  std::uint64_t fork = 0;
  std::uint64_t length = 0;
  bool has_manifest = false;

  friend bool operator==(const head&, const head&) = default;
};

/// What a request comes to, by arithmetic alone.
enum class prospect {
  provable,      ///< the owner can answer it
  not_available, ///< another fork, past the end, or a block that is missing
  invalid,       ///< no log of that length could answer it
  impossible,    ///< the hash of a node that does not exist
};

/// Judges a request against a log of that head and those blocks. Never counts
/// on anything beyond the length. The rules: docs/replication.md, "requests".
prospect judge(const base::proof_request& request, const head& ours,
               const block_set& blocks);

} // namespace hyper::replication
