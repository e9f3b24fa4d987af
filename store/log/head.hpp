#pragma once

#include "base/bytes.hpp"
#include "store/log/merkle.hpp"

#include <cstdint>
#include <vector>

namespace hyper::log {

/// The end of a log at one moment: its roots and the signature over them. An
/// empty log has neither roots nor a signature.
struct head {
  std::uint64_t fork = 0;
  std::vector<tree_node> roots; ///< left to right
  base::bytes signature;        ///< as stored and sent

  std::uint64_t length() const;
  std::uint64_t byte_length() const;
  base::hash32 hash() const { return tree_hash(roots); }

  friend bool operator==(const head&, const head&) = default;
};

} // namespace hyper::log
