#pragma once

#include "base/proof.hpp"

#include <cstdint>
#include <optional>
#include <unordered_map>

namespace hyper::replication {

/// Whether the parts of the proof are among those asked for: no other block,
/// node or position, no part more. The fork is not looked at.
bool holds_only_asked(const base::proof_request& asked,
                      const base::proof& proof);

/// Whether it can be the answer to the request: besides, it has the block,
/// node and upgrade that were asked for. A position and a manifest may be left
/// out unless nothing else was asked.
bool is_answer(const base::proof_request& asked, const base::proof& proof);

/// Our requests on one channel that were not answered yet, by their number.
class questions {
public:
  /// False, and nothing done, when asked_max are outstanding or the number is
  /// in use.
  [[nodiscard]] bool add(const base::proof_request& request);

  /// Removes a request, if it is there.
  std::optional<base::proof_request> take(std::uint64_t id);

  std::size_t size() const { return asked_.size(); }
  void clear() { asked_.clear(); }

private:
  std::unordered_map<std::uint64_t, base::proof_request> asked_;
};

} // namespace hyper::replication
