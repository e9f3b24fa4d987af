#pragma once

#include "base/proof.hpp"
#include "base/time.hpp"
#include "net/replication/source.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

namespace hyper::replication {

/// A request on its way.
struct outstanding {
  source_id peer = 0;
  base::proof_request request;
  base::instant asked{};
};

/// All requests on their way to all peers of a log. Numbers count up for
/// ever, so the order of numbers is the order of time.
class orders {
public:
  /// Gives the request its number, from 1. Requires that no upgrade is in
  /// flight if it asks for one.
  std::uint64_t add(base::instant now, source_id peer,
                    base::proof_request request);

  /// Removes a request of that peer, if it is there.
  std::optional<outstanding> take(source_id peer, std::uint64_t id);

  /// Removes the oldest request that was made at or before `then`.
  std::optional<outstanding> take_older(base::instant then);

  /// The requests that ask for the block, by number.
  std::vector<std::uint64_t> asking_for(std::uint64_t block) const;
  bool is_asked(source_id peer, std::uint64_t block) const;

  std::vector<std::uint64_t> of(source_id peer) const;

  const std::map<std::uint64_t, outstanding>& by_age() const { return all_; }
  const outstanding& at(std::uint64_t id) const { return all_.at(id); }
  std::size_t size() const { return all_.size(); }

  /// The number of the upgrade that is in flight; there is at most one.
  std::optional<std::uint64_t> upgrade() const { return upgrade_; }
  bool manifest_in_flight() const { return manifests_ > 0; }

private:
  outstanding remove(std::map<std::uint64_t, outstanding>::iterator found);
  void check_invariant() const;

  std::map<std::uint64_t, outstanding> all_;
  std::unordered_map<std::uint64_t, std::vector<std::uint64_t>> by_block_;
  std::uint64_t last_id_ = 0;
  std::optional<std::uint64_t> upgrade_;
  std::size_t manifests_ = 0;
};

} // namespace hyper::replication
